package ledger

import (
	"slices"
	"time"

	"orderly/services/internal/event"
)

// Txn is what a decision sees and writes. All its writes are kept together, or
// none when the decision returns an error.
type Txn struct {
	m       *memory
	base    *draft // what earlier decisions of the same page wrote; nil for a look
	draft   draft
	missing map[string]bool // asked for, and not read yet
	fresh   []string        // known not to be there
}

// draft is what decisions wrote and no page holds yet.
type draft struct {
	docs    map[string]any
	order   []string // keys of docs, in the order of their first Put
	lists   []appended
	news    []news
	reminds []remind
}

type appended struct {
	list    string
	entries []Entry
}

type remind struct {
	at time.Time
	id string
}

// newDraft returns a draft with room for what so many decisions usually write.
func newDraft(n int) draft {
	return draft{docs: make(map[string]any, n), order: make([]string, 0, n), lists: make([]appended, 0, 2*n), news: make([]news, 0, n),
		reminds: make([]remind, 0, n)}
}

// Get returns the value of a document, nil when there is none. When it was not
// read yet the answer is nil too, but then the decision runs again with it:
// Change.Keys only saves that second run.
func (t *Txn) Get(key string) any {
	if v, ok := t.draft.docs[key]; ok {
		return v
	}
	if t.base != nil {
		if v, ok := t.base.docs[key]; ok {
			return v
		}
	}
	c := t.m.cells[key]
	if c == nil {
		if !slices.Contains(t.fresh, key) {
			t.missing[key] = true
		}
		return nil
	}
	return c.value
}

// Put gives a document a new value; there is no way to delete one.
func (t *Txn) Put(key string, value any) {
	if t.draft.docs == nil {
		t.draft.docs = map[string]any{}
	}
	if _, again := t.draft.docs[key]; !again {
		t.draft.order = append(t.draft.order, key)
	}
	t.draft.docs[key] = value
}

// Append adds entries to the end of a list.
func (t *Txn) Append(list string, entries ...Entry) {
	t.draft.lists = append(t.draft.lists, appended{list, entries})
}

// Publish has an event published, at least once, after the page is kept and
// after every earlier event of its subject.
func (t *Txn) Publish(topic string, e event.Event) {
	t.draft.news = append(t.draft.news, news{topic, e})
}

// Remind has Due look at id once at has come; see Due.
func (t *Txn) Remind(at time.Time, id string) {
	t.draft.reminds = append(t.draft.reminds, remind{at, id})
}

// add takes over what another draft wrote.
func (d *draft) add(more draft) {
	for _, key := range more.order {
		if _, again := d.docs[key]; !again {
			d.order = append(d.order, key)
		}
		d.docs[key] = more.docs[key]
	}
	d.lists = append(d.lists, more.lists...)
	d.news = append(d.news, more.news...)
	d.reminds = append(d.reminds, more.reminds...)
}

func (d *draft) empty() bool {
	return len(d.order) == 0 && len(d.lists) == 0 && len(d.news) == 0 && len(d.reminds) == 0
}
