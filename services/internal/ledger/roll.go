package ledger

import (
	"strings"

	"orderly/services/internal/sidecar"
)

// roll is one list in memory: what was appended lately, and on its way to the
// store its head as it was read.
type roll struct {
	list    string
	pending []added
	waiting int   // entries that came since it was last to be written
	from    int64 // the first page of it that the store may not have; 0 when it has all
	readers int   // who puts it together now: entries stay
	stored  int64 // pages whose entries the store has
	trimmed int64 // the last page whose entries are not in pending any more
	at      int64 // position of the first entry of pending, where it is known
	placed  bool  // it is
	seen    bool  // head is as read, and can be replaced
	head    sidecar.Doc
}

type added struct {
	pos     int64
	entries []Entry
}

// rollAtMost is how many entries a list may have waiting, however late it is
// written otherwise: they are all one write.
const rollAtMost = 8 * partSize

// add appends what a page added, and reports whether it is time to write.
func (r *roll) add(a added) bool {
	r.pending = append(r.pending, a)
	if r.waiting += len(a.entries); r.waiting < rollAtMost {
		return false
	}
	r.waiting = 0
	return true
}

func (r *roll) name() string { return listKey(r.list) }
func (r *roll) since() int64 { return r.from }

// ready is false before the head was read: a list is continued.
func (r *roll) ready(bool) bool { return r.seen }

func (r *roll) write(atomic bool) ([]sidecar.Op, int64, error) {
	return extend(r.list, r.head, r.pending, r.trimmed, atomic)
}

func (r *roll) unready() { r.seen, r.head = false, sidecar.Doc{} }

func (r *roll) wrote(m *memory, pos int64) {
	r.unready()
	r.kept(m, pos)
}

func (r *roll) failed(*memory) []thing {
	r.unready()
	return []thing{r}
}

func (r *roll) read(_ *memory, doc sidecar.Doc) error {
	_, err := readHead(doc)
	if err == nil {
		r.head, r.seen = doc, true
	}
	return err
}

func (r *roll) kept(m *memory, views int64) {
	r.stored = max(r.stored, views)
	m.trim(r)
}

// trim drops what the store has of a list, unless somebody is reading it: then it
// only need not be written again.
func (m *memory) trim(r *roll) {
	i := 0
	for i < len(r.pending) && r.pending[i].pos <= r.stored {
		i++
	}
	r.from = 0
	if i < len(r.pending) {
		r.from = r.pending[i].pos
	}
	if r.readers > 0 {
		return
	}
	for _, a := range r.pending[:i] {
		r.trimmed = a.pos
		if strings.HasPrefix(r.list, duePrefix) {
			m.reminded = max(m.reminded, a.pos)
		}
		r.at += int64(len(a.entries))
	}
	r.pending = r.pending[i:]
	if len(r.pending) == 0 && !r.seen && m.rolls[r.list] == r { // a chore may know one that was forgotten before
		delete(m.rolls, r.list)
	}
}

// place notes where the pending entries of a list are, which ends as h does.
func (r *roll) place(h head) {
	r.at, r.placed = h.end(), true
	for _, a := range r.pending {
		r.at -= int64(len(a.entries))
	}
}

// end returns the position after the last entry.
func (r *roll) end() int64 {
	end := r.at
	for _, a := range r.pending {
		end += int64(len(a.entries))
	}
	return end
}

// copy returns entries from position from on; pending[i] begins at pos.
func (r *roll) copy(i int, pos, from int64, limit int) (out []Entry) {
	for ; i < len(r.pending); i++ {
		for _, e := range r.pending[i].entries {
			if len(out) == limit {
				return out
			}
			if pos >= from {
				e.Pos = pos
				out = append(out, e)
			}
			pos++
		}
	}
	return out
}
