package harness

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
)

// The probe is an app of its own id that subscribes to every topic of events, as any app may. Its sidecar is also the
// door for stories that call as a stranger would.
const probeID = "probe"

// Probe is the app id of the probe.
const Probe = probeID

const subscription = `apiVersion: dapr.io/v2alpha1
kind: Subscription
metadata: {name: probe-on-%[1]s}
spec:
  pubsubname: pubsub
  topic: %[1]s
  routes: {default: /events/%[1]s}
  # In bulk: Dapr 1.16 takes a single delivery for a success when the app dies while others are under way.
  bulkSubscribe: {enabled: true, maxMessagesCount: 64, maxAwaitDurationMs: 5}
  metadata: {rawPayload: "true"} # as they were published
scopes: [probe]
---
`

// writeResources writes the probe's own subscription file, and the files of a story, and returns their folder.
func writeResources(dir string, files map[string]string) (string, error) {
	folder := filepath.Join(dir, "resources")
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return "", err
	}
	all := maps.Clone(files)
	if all == nil {
		all = map[string]string{}
	}
	all["probe.yaml"] = ""
	for topic := range owners {
		all["probe.yaml"] += fmt.Sprintf(subscription, topic)
	}
	for name, text := range all {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			return "", err
		}
	}
	return folder, nil
}

// Published returns the events about a subject that the probe has received, each as the sidecar delivered it, in the
// order of arrival; a repeat is in it twice.
func (s *Stack) Published(subject string) ([]json.RawMessage, error) {
	res, err := quick.Get(s.AppURL(probeID) + "/collected?subject=" + url.QueryEscape(subject))
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	var all []json.RawMessage
	return all, json.NewDecoder(res.Body).Decode(&all)
}

// Hold has the probe take events about a subject and never answer for them, until it starts anew.
func (s *Story) Hold(subject string) {
	s.T.Helper()
	res, err := quick.Post(s.AppURL(probeID)+"/held?subject="+url.QueryEscape(subject), "", nil)
	if err != nil {
		s.T.Fatal(err)
	}
	res.Body.Close()
}

// Holds waits until the probe holds an event about the subject.
func (s *Story) Holds(subject string) {
	s.T.Helper()
	s.Until("the probe holds the event", func() error {
		if s.Fetch(s.AppURL(probeID)+"/held?subject="+url.QueryEscape(subject)) == "0" {
			return fmt.Errorf("it holds nothing of %s", subject)
		}
		return nil
	})
}

// Marked is an event of a type that nobody knows, about a subject.
func Marked(subject string, sequence int) M {
	return M{"specversion": "1.0", "id": fmt.Sprintf("%s.%d", subject, sequence), "source": "/probe", "type": "probe.hello.v1",
		"subject": subject, "sequence": sequence, "datacontenttype": "application/json", "data": M{}}
}

// PublishMarked publishes events 1 to n about a subject in bulk calls, through the sidecar of the topic's own app. Like an outbox it
// publishes again what was not taken: a broker that saves each event may be slower than the sidecar waits.
func (s *Story) PublishMarked(topic, subject string, n int) {
	s.T.Helper()
	const atOnce = 50
	for first := range (n + atOnce - 1) / atOnce {
		var entries []M
		for i := first * atOnce; i < min((first+1)*atOnce, n); i++ {
			entries = append(entries, M{"entryId": strconv.Itoa(i), "contentType": "application/cloudevents+json", "event": Marked(subject, i+1)})
		}
		s.Until("the broker takes the events", func() error {
			status, answer := s.Sidecar(owners[topic], http.MethodPost, "/v1.0-alpha1/publish/bulk/pubsub/"+topic, "application/json", JSON(entries))
			if status/100 != 2 {
				return fmt.Errorf("bulk publish to %s: %d %.300s", topic, status, answer)
			}
			return nil
		})
	}
}

// Arrived waits until events 1 to n about a subject have reached the probe, and returns their sequences in the order of
// arrival, repeats left out.
func (s *Story) Arrived(subject string, n int) (sequences []int64) {
	s.T.Helper()
	s.Until("the events arrive", func() error {
		raw, err := s.Published(subject)
		if err != nil {
			return err
		}
		seen := map[int64]bool{}
		sequences = nil
		for _, body := range raw {
			var e struct{ Sequence int64 }
			if err := json.Unmarshal(body, &e); err != nil {
				return err
			}
			if !seen[e.Sequence] {
				seen[e.Sequence] = true
				sequences = append(sequences, e.Sequence)
			}
		}
		return Expect("events of "+subject, len(sequences), n)
	})
	return sequences
}

// Events waits until events of these types, and no others, were published about a subject, once or more, and returns
// the first of each in their sequence.
func (s *Story) Events(subject string, types ...string) []CloudEvent {
	s.T.Helper()
	var events []CloudEvent
	s.Until("its events are published", func() error {
		raw, err := s.Published(subject)
		if err != nil {
			return err
		}
		if events, err = InSequence(raw); err != nil {
			return err
		}
		return Expect("types of "+subject, fmt.Sprint(typesOf(events)), fmt.Sprint(types))
	})
	raw, err := s.Published(subject)
	if err != nil {
		s.T.Fatal(err)
	}
	for _, event := range raw {
		if err := s.documented(event); err != nil {
			s.T.Error(err)
		}
	}
	return events
}

func typesOf(events []CloudEvent) []string {
	var types []string
	for _, e := range events {
		types = append(types, e.Type)
	}
	return types
}

// owners are the apps that may publish to a topic.
var owners = map[string]string{"orders": "order", "stock": "stock", "deadletters": "notify"}

// Publish hands bytes to a topic through the sidecar of the topic's own app: no other may publish there. raw publishes them
// without a CloudEvents envelope.
func (s *Story) Publish(topic, contentType string, body []byte, raw bool) {
	s.T.Helper()
	forge(body)
	path := "/v1.0/publish/pubsub/" + topic
	if raw {
		path += "?metadata.rawPayload=true"
	}
	status, answer := s.Sidecar(owners[topic], http.MethodPost, path, contentType, body)
	if status/100 != 2 {
		s.T.Fatalf("publish to %s: %d %s", topic, status, answer)
	}
}

// PublishEvent publishes a CloudEvent as it is.
func (s *Story) PublishEvent(topic string, event []byte) {
	s.T.Helper()
	s.Publish(topic, "application/cloudevents+json", event, false)
}

// Sidecar calls an API of a sidecar itself.
func (s *Story) Sidecar(app, method, path, contentType string, body []byte) (int, []byte) {
	s.T.Helper()
	req, err := http.NewRequestWithContext(s.T.Context(), method, s.SidecarURL(app)+path, bytes.NewReader(body))
	if err != nil {
		s.T.Fatal(err)
	}
	req.Header.Set("Content-Type", contentType)
	req.Header.Set("dapr-api-token", s.Tokens.Dapr)
	res, err := quick.Do(req)
	if err != nil {
		s.T.Fatal(err)
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	if err != nil {
		s.T.Fatal(err)
	}
	return res.StatusCode, answer
}
