package harness

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"time"
)

// listening waits until the probe hears what is published to each topic: a broker that is told of a subscriber for the
// first time has nothing for it from before.
func (s *Stack) listening(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, Patience)
	defer cancel()
	for topic := range owners {
		subject := "hello-" + randomHex(8)
		for n := 1; ; n++ {
			if err := s.hello(ctx, topic, subject, n); err != nil && ctx.Err() != nil {
				return fmt.Errorf("the probe does not hear of %s: %w", topic, err)
			}
			if heard := wait(time.Second, func() error { return s.heard(subject) }); heard == nil {
				break
			} else if ctx.Err() != nil {
				return fmt.Errorf("the probe does not hear of %s: %w", topic, heard)
			}
		}
	}
	return nil
}

// hello publishes an event of a type that nobody knows.
func (s *Stack) hello(ctx context.Context, topic, subject string, n int) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.SidecarURL(owners[topic])+"/v1.0/publish/pubsub/"+topic, bytes.NewReader(JSON(Marked(subject, n))))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/cloudevents+json")
	req.Header.Set("dapr-api-token", s.Tokens.Dapr)
	res, err := quick.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode/100 != 2 {
		return fmt.Errorf("publish answers %s", res.Status)
	}
	return nil
}

func (s *Stack) heard(subject string) error {
	events, err := s.Published(subject)
	if err == nil && len(events) == 0 {
		err = fmt.Errorf("nothing of %s", subject)
	}
	return err
}
