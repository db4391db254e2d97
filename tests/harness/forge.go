package harness

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// Forge makes an event of an order as order would have published it, with members of its data replaced or added.
func (s *Story) Forge(orderID, status string, sequence int, items []Item, more M) []byte {
	s.T.Helper()
	at := time.Now().UTC()
	data := M{"orderId": orderID, "customerId": s.Customer("ann"), "status": status, "items": items, "at": at,
		"total": Money{int64(len(items)) * Price.Amount, "USD"}}
	switch status {
	case "paid":
		data["payment"] = M{"reference": "p", "amount": data["total"]}
	case "shipped":
		data["carrier"], data["trackingNumber"] = "Snail Express", "SN-1"
	}
	for k, v := range more {
		data[k] = v
	}
	parent := "00-" + s.Trace + "-" + randomHex(8) + "-01"
	body, err := json.Marshal(M{
		"specversion": "1.0", "id": fmt.Sprintf("%s.%d", orderID, sequence), "source": "/orders", "type": TypeOf(status),
		"subject": orderID, "time": at, "datacontenttype": "application/json", "sequence": sequence,
		"traceparent": parent, "traceid": parent, "data": data,
	})
	if err != nil {
		s.T.Fatal(err)
	}
	forge(body)
	return body
}

// DeadLetters are the open dead letters of a topic whose body has a word in it.
func (s *Story) DeadLetters(topic, word string) []DeadLetter {
	s.T.Helper()
	var found []DeadLetter
	for _, d := range All[DeadLetter](s.Notify, "/v1/deadletters?limit=200&topic="+topic) {
		if strings.Contains(string(d.Body), word) {
			found = append(found, d)
		}
	}
	return found
}

// Dead waits until a message with a word in it is among the dead letters of a topic.
func (s *Story) Dead(topic, word string) DeadLetter {
	s.T.Helper()
	var found []DeadLetter
	s.Until("it is a dead letter", func() error {
		found = s.DeadLetters(topic, word)
		return Expect("dead letters with "+word, len(found), 1)
	})
	if found[0].Reason == "" || found[0].ID == "" || found[0].Topic != topic {
		s.T.Errorf("dead letter %+v", found[0])
	}
	return found[0]
}

// NoDeadLetters fails the story if any message is, or was, among the dead letters of either topic.
func (s *Story) NoDeadLetters() {
	s.T.Helper()
	for _, topic := range []string{"orders", "stock"} {
		for _, d := range All[DeadLetter](s.Notify, "/v1/deadletters?limit=200&status=all&topic="+topic) {
			s.T.Errorf("a dead letter of %s: %s: %s", topic, d.Reason, d.Body)
		}
	}
}
