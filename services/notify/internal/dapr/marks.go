package dapr

import (
	"strings"

	"orderly/services/internal/ledger"
	"orderly/services/notify/internal/notify"
)

// Indexes.
const (
	byStatus = "notifications" // by the time of the event, labelled with the status
	letters  = "deadletters"   // by when it came last, labelled with topic and status
)

// Marks is the ledger's Options.Marks for stories and dead letters.
func Marks(_ string, value any) []ledger.Mark {
	switch v := value.(type) {
	case notify.Story:
		var marks []ledger.Mark
		for _, t := range v.Told() {
			at := t.Event().Fields().At
			for _, n := range t.Notifications() {
				marks = append(marks, ledger.Mark{Index: byStatus, ID: entryID(t.Key()) + "/" + string(n.Channel), At: at, Label: string(n.Status)})
			}
		}
		return marks
	case notify.DeadLetter:
		f := v.Fields()
		return []ledger.Mark{{Index: letters, ID: f.ID, At: f.ReceivedAt, Label: f.Topic + " " + string(f.Status)}}
	}
	return nil
}

// openMark reads the id of a mark of a notification.
func openMark(id string) (notify.ToldKey, notify.Channel) {
	i := strings.LastIndexByte(id, '/')
	return openID(id[:max(i, 0)]), notify.Channel(id[i+1:])
}
