package loop

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"orderly/tests/k8s/cluster"
)

// resource is one of Tilt's, and how it is.
type resource struct {
	Metadata struct{ Name string }
	Status   struct{ UpdateStatus, RuntimeStatus string }
}

// wrong says what a resource is still waiting for; nil if it is up to date and runs.
func (r resource) wrong() error {
	for _, status := range []string{r.Status.UpdateStatus, r.Status.RuntimeStatus} {
		if status != "ok" && status != "not_applicable" {
			return fmt.Errorf("%s: update %s, runtime %s", r.Metadata.Name, r.Status.UpdateStatus, r.Status.RuntimeStatus)
		}
	}
	return nil
}

// ready waits until Tilt has nothing to do and everything runs, with these resources among them.
func (t *tilt) ready(ctx context.Context, limit time.Duration, names ...string) error {
	return cluster.Until(ctx, limit, "every resource of Tilt", func(ctx context.Context) error {
		var all struct{ Items []resource }
		if err := t.api(ctx, "", &all, "get", "uiresources", "-o", "json"); err != nil {
			return err
		}
		there := map[string]bool{}
		for _, r := range all.Items {
			if err := r.wrong(); err != nil {
				return err
			}
			there[r.Metadata.Name] = true
		}
		for _, name := range names {
			if !there[name] {
				return fmt.Errorf("there is no %s", name)
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
