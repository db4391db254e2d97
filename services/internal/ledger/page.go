package ledger

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"orderly/services/internal/event"
	"orderly/services/internal/sidecar"
)

// page is one write: everything that a batch of decisions changed. As JSON it is
// the only truth; all other documents follow from the pages.
type page struct {
	N     int64     `json:"-"`
	V     int       `json:"v"`
	ID    string    `json:"id"` // of this attempt to write it
	At    time.Time `json:"at"`
	Docs  []pageDoc `json:"docs,omitempty"`
	Lists []pageAdd `json:"lists,omitempty"`
	News  []news    `json:"news,omitempty"`
}

type pageDoc struct {
	Key   string          `json:"k"`
	Body  json.RawMessage `json:"d"`
	value any
	fresh bool // nobody wrote the document before
}

type pageAdd struct {
	List    string `json:"l"`
	Entries lines  `json:"e"`
}

// news is one event of a page, to be published.
type news struct {
	Topic string      `json:"t"`
	Event event.Event `json:"e"`
}

// pageVersion is the shape of pages written today.
const pageVersion = 1

// pageKey has the number in 12 digits, so that keys sort as pages do and new ones
// are neighbours in the store's index.
func pageKey(n int64) string { return fmt.Sprintf("log:%012d", n) }

// formPage makes a page of a draft; the numbers of lists' reminders become lists.
func formPage(codec Codec, d *draft, fresh map[string]bool, id string, at time.Time) (*page, error) {
	p := &page{V: pageVersion, ID: id, At: at, Docs: make([]pageDoc, len(d.order)), News: d.news}
	for i, key := range d.order {
		body, err := codec.Encode(key, d.docs[key])
		if err != nil {
			return nil, fmt.Errorf("%s cannot be written: %w", key, err)
		}
		p.Docs[i] = pageDoc{Key: key, Body: body, value: d.docs[key], fresh: fresh[key]}
	}
	place := map[string]int{}
	add := func(list string, entries ...Entry) {
		i, ok := place[list]
		if !ok {
			i = len(p.Lists)
			place[list] = i
			p.Lists = append(p.Lists, pageAdd{List: list})
		}
		for _, e := range entries {
			p.Lists[i].Entries.add(e)
		}
	}
	for _, a := range d.lists {
		add(a.list, a.entries...)
	}
	for _, r := range d.reminds {
		add(dueList(bucketOf(r.at)), Entry{ID: r.id, At: r.at})
	}
	return p, nil
}

// encode writes a page as JSON, compressed when it is large. Bodies are put in as
// they are: they are most of it, and encoding/json would read each once more.
func (p *page) encode() ([]byte, error) {
	rest := *p
	rest.Docs, rest.News, rest.Lists = nil, nil, nil
	front, err := json.Marshal(rest)
	if err != nil {
		return nil, err
	}
	room := takeScratch()
	defer scratch.Put(room)
	out := append((*room)[:0], front[:len(front)-1]...)
	if len(p.News) > 0 {
		out = p.appendNews(out)
	}
	if len(p.Lists) > 0 {
		out = p.appendLists(out)
	}
	out = append(out, `,"docs":[`...)
	for i, d := range p.Docs {
		if i > 0 {
			out = append(out, ',')
		}
		out = event.AppendText(append(out, `{"k":`...), d.Key)
		out = append(append(append(out, `,"d":`...), d.Body...), '}')
	}
	out = append(out, `]}`...)
	*room = out
	if len(out) < packFrom {
		return slices.Clone(out), nil
	}
	return pack(out), nil
}

func (p *page) appendNews(out []byte) []byte {
	out = append(out, `,"news":[`...)
	for i, n := range p.News {
		if i > 0 {
			out = append(out, ',')
		}
		out = event.AppendText(append(out, `{"t":`...), n.Topic)
		out = n.Event.Append(append(out, `,"e":`...))
		out = append(out, '}')
	}
	return append(out, ']')
}

func (p *page) appendLists(out []byte) []byte {
	out = append(out, `,"lists":[`...)
	for i, a := range p.Lists {
		if i > 0 {
			out = append(out, ',')
		}
		out = event.AppendText(append(out, `{"l":`...), a.List)
		out = append(a.Entries.array(append(out, `,"e":`...)), '}')
	}
	return append(out, ']')
}

// openPage reads a page, and the values in it.
func openPage(codec Codec, n int64, doc sidecar.Doc) (*page, error) {
	p := &page{N: n}
	if err := json.Unmarshal(doc.Value, p); err != nil {
		return nil, fmt.Errorf("%s cannot be read: %w", doc.Key, err)
	}
	if p.V != pageVersion {
		return nil, fmt.Errorf("%s has version %d, this program knows %d", doc.Key, p.V, pageVersion)
	}
	for i := range p.Docs {
		d := &p.Docs[i]
		var err error
		if d.value, err = codec.Decode(d.Key, d.Body); err != nil {
			return nil, fmt.Errorf("%s: %w", doc.Key, err)
		}
	}
	return p, nil
}
