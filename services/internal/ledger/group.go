package ledger

import (
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"orderly/services/internal/event"
	"orderly/services/internal/sidecar"
)

// group is new documents on their way to the store together: one write for what
// began at the same time. `group:<name>` is created once and never changes; a
// document that changes afterwards gets a place of its own, which counts.
//
// It is only a way to write less: the document whose page is the later one is
// right, wherever it is found. So nothing is lost when a group is there already,
// because another replica or an earlier life wrote it with other members: then
// each member gets a place of its own.
type group struct {
	group   string
	members []*cell
}

// groupAfter is how long a group waits for members.
const groupAfter = time.Second

// ByTime is an Options.Group for ids whose beginning is the time they were made,
// as RFC 9562 says of UUIDs of version 7: those of the same 16 ms belong together.
// It returns "" for all others, which have no time in them.
func ByTime(id string) string {
	const digits = 11 // of the 12 that are milliseconds; a hyphen is among them
	if len(id) != 36 || id[14] != '7' || id[8] != '-' || id[13] != '-' || id[18] != '-' || id[23] != '-' {
		return ""
	}
	return id[:digits+1]
}

// member is a document of a stored group.
type member struct {
	Key  string          `json:"k"`
	N    int64           `json:"n"`
	Body json.RawMessage `json:"d"`
}

func groupKey(name string) string { return "group:" + name }

// join has a new document wait for its group, unless that is gone.
func (m *memory) join(c *cell, now time.Time) bool {
	name := m.group(c.key)
	if name == "" {
		return false
	}
	g := m.groups[name]
	if g == nil {
		if _, left := m.gone[name]; left {
			return false
		}
		g = &group{group: name}
		m.groups[name] = g
		m.gathering = append(m.gathering, chore{g, now})
	}
	g.members, c.group = append(g.members, c), g
	return true
}

// leave closes a group: who comes later goes by himself. That is remembered for
// a while; who comes later still finds it in the store, and is told so.
func (m *memory) leave(g *group, now time.Time) {
	delete(m.groups, g.group)
	m.gone[g.group] = now
	if len(m.gone) > mostGone {
		for name, at := range m.gone {
			if now.Sub(at) > time.Minute {
				delete(m.gone, name)
			}
		}
	}
}

const mostGone = 10_000

func (g *group) name() string                    { return groupKey(g.group) }
func (g *group) ready(bool) bool                 { return true }
func (g *group) unready()                        {}
func (g *group) read(*memory, sidecar.Doc) error { return nil }

func (g *group) since() int64 {
	oldest := int64(0)
	for _, c := range g.members {
		if c.group == g && c.from > 0 && (oldest == 0 || c.from < oldest) {
			oldest = c.from
		}
	}
	return oldest
}

func (g *group) write(bool) ([]sidecar.Op, int64, error) {
	pos := int64(0)
	out := append(make([]byte, 0, 1024*len(g.members)), `{"m":[`...)
	for _, c := range g.members {
		if c.group != g || c.from == 0 {
			continue
		}
		if pos > 0 {
			out = append(out, ',')
		}
		out = event.AppendText(append(out, `{"k":`...), c.key)
		out = strconv.AppendInt(append(out, `,"n":`...), c.pos, 10)
		out = append(append(append(out, `,"d":`...), c.body...), '}')
		pos = max(pos, c.pos)
	}
	return []sidecar.Op{sidecar.Create(g.name(), append(out, `]}`...))}, pos, nil
}

// wrote notes that the store has the members as of page pos, at which all were
// written.
func (g *group) wrote(m *memory, pos int64) {
	for _, c := range g.members {
		if c.group != g || c.from == 0 {
			continue
		}
		c.group = nil
		if m.shown(c, pos); c.from > 0 { // changed meanwhile
			m.enlist(chore{c, m.last})
		}
	}
}

// failed returns the members: each goes by himself now.
func (g *group) failed(*memory) (alone []thing) {
	for _, c := range g.members {
		if c.group == g && c.from > 0 {
			c.group = nil
			c.unready()
			alone = append(alone, c)
		}
	}
	return alone
}

func (g *group) kept(m *memory, views int64) {
	for _, c := range g.members {
		if c.group == g {
			c.kept(m, views)
		}
	}
}

// openGroup returns those documents of a stored group that are wanted, by key.
func openGroup(doc sidecar.Doc, wanted func(key string) bool) (map[string]member, error) {
	if !doc.Found() {
		return nil, nil
	}
	if members, ok := cutGroup(doc.Value, wanted); ok {
		return members, nil
	}
	var g struct {
		Members []member `json:"m"`
	}
	if err := json.Unmarshal(doc.Value, &g); err != nil {
		return nil, fmt.Errorf("%s cannot be read: %w", doc.Key, err)
	}
	members := make(map[string]member, len(g.Members))
	for _, m := range g.Members {
		members[m.Key] = m
	}
	return members, nil
}

// newer returns which page a document is as of, and its body: what the store has
// under its own key or in its group.
func newer(own sidecar.Doc, together member) (int64, []byte, error) {
	pos, body, err := unseal(own)
	if err == nil && together.N > pos {
		pos, body = together.N, together.Body
	}
	return pos, body, err
}
