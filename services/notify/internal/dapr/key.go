package dapr

import (
	"context"
	"sync"
)

// SigningKey is the name of the secret that webhooks are signed with.
const SigningKey = "webhook-signing-key"

// SecretReader is the sidecar's secret stores.
type SecretReader interface {
	Secret(ctx context.Context, store, key string) (string, error)
}

// Key reads a secret at its first use and keeps it; while it cannot be read,
// each use tries again.
func Key(secrets SecretReader, name string) func(context.Context) ([]byte, error) {
	var mu sync.Mutex
	var key []byte
	return func(ctx context.Context) ([]byte, error) {
		mu.Lock()
		defer mu.Unlock()
		if key != nil {
			return key, nil
		}
		got, err := secrets.Secret(ctx, Secrets, name)
		if err != nil {
			return nil, err
		}
		key = []byte(got)
		return key, nil
	}
}
