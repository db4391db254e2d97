package loop

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"orderly/tests/k8s/cluster"
)

// ready waits until Tilt says of every resource that it is up to date and runs.
func (t *tilt) ready(ctx context.Context, limit time.Duration) error {
	return cluster.Until(ctx, limit, "every resource of Tilt", func(ctx context.Context) error {
		var all struct {
			Items []struct {
				Metadata struct{ Name string }
				Status   struct{ UpdateStatus, RuntimeStatus string }
			}
		}
		if err := t.api(ctx, "", &all, "get", "uiresources", "-o", "json"); err != nil {
			return err
		}
		if len(all.Items) < 2 {
			return fmt.Errorf("there are %d", len(all.Items))
		}
		for _, r := range all.Items {
			for _, status := range []string{r.Status.UpdateStatus, r.Status.RuntimeStatus} {
				if status != "ok" && status != "not_applicable" {
					return fmt.Errorf("%s: update %s, runtime %s", r.Metadata.Name, r.Status.UpdateStatus, r.Status.RuntimeStatus)
				}
			}
		}
		return nil
	})
}

// press presses a button and waits until what it does has ended; another end than 0 is an error.
func (t *tilt) press(ctx context.Context, button string, limit time.Duration) error {
	path := "/apis/tilt.dev/v1alpha1/uibuttons/" + button
	var b map[string]any
	if err := t.api(ctx, "", &b, "get", "--raw", path); err != nil {
		return err
	}
	pressed := time.Now()
	b["status"] = map[string]any{"lastClickedAt": pressed.UTC().Format("2006-01-02T15:04:05.000000Z")}
	body, err := json.Marshal(b)
	if err != nil {
		return err
	}
	if err := t.api(ctx, string(body), nil, "replace", "--raw", path+"/status", "-f", "-"); err != nil {
		return err
	}
	var exit int
	err = cluster.Until(ctx, limit, button+" to end", func(ctx context.Context) error {
		var c struct {
			Status struct {
				Terminated *struct {
					StartedAt time.Time
					ExitCode  int
				}
			}
		}
		if err := t.api(ctx, "", &c, "get", "cmd", button, "-o", "json"); err != nil {
			return err
		}
		if ended := c.Status.Terminated; ended != nil && !ended.StartedAt.Before(pressed) {
			exit = ended.ExitCode
			return nil
		}
		return fmt.Errorf("it has not ended")
	})
	if err == nil && exit != 0 {
		err = fmt.Errorf("%s ended with %d, see tilt.log", button, exit)
	}
	return err
}
