package sidecar

import (
	"context"
	"fmt"
	"strings"

	"google.golang.org/grpc/metadata"
)

// configuration is the component that settings are read from, where there is one.
const configuration = "configuration"

// Settings returns all that the configuration store has, by key; nothing when the
// sidecar has none (see Check).
//
// It asks for all keys: one that is asked for by name and not there is a warning in
// the sidecar's log, each time. So the store must be for settings only; a database
// of Redis with the state in it would be read through each time.
//
// Nobody subscribes. A subscription in Dapr 1.16 stays open and says nothing more
// once PostgreSQL was restarted, tells a deletion as if the value were set, ends the
// whole sidecar at a NULL, and changes a setting of the whole Redis server. All has
// to be read again anyway, and then nothing is left for it to tell.
func (c *Client) Settings(ctx context.Context) (map[string]string, error) {
	if !strings.HasPrefix(c.Type(configuration), "configuration.") {
		return nil, nil
	}
	ctx = metadata.AppendToOutgoingContext(ctx, "traceparent", unsampled)
	items, err := c.dapr.GetConfigurationItems(ctx, configuration, nil)
	if err != nil {
		return nil, fmt.Errorf("configuration store: %w", err)
	}
	values := make(map[string]string, len(items))
	for key, item := range items {
		values[key] = item.Value
	}
	return values, nil
}

// unsampled has the sidecar record nothing of a call.
const unsampled = "00-00000000000000000000000000000001-0000000000000001-00"
