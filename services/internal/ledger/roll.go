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
	seen    *seenHead
}

// seenHead is the head of a list as it was read, and can be replaced.
type seenHead struct {
	head
	doc     sidecar.Doc // its ETag
	parted  int64       // the store has all parts up to this position
	parting int64       // and up to this one once the writes under way are done
}

type added struct {
	pos int64 // the page
	lines
}

// rollAtMost is how many entries a list may have waiting, however late it is
// written otherwise: they are all one write.
const rollAtMost = 8 * partSize

// add appends what a page added, and reports whether it is time to write.
func (r *roll) add(a added) bool {
	r.pending = append(r.pending, a)
	if r.waiting += a.n; r.waiting < rollAtMost {
		return false
	}
	r.waiting = 0
	return true
}

func (r *roll) name() string { return listKey(r.list) }
func (r *roll) since() int64 { return r.from }

// ready is false before the head was read: a list is continued.
func (r *roll) ready(bool) bool { return r.seen != nil }

// write puts parts and head into one transaction. Where that may be done in part
// the head follows when the parts are there: it would say that they are. A head
// that exists is replaced by its ETag in atomic stores too, which would not need
// it: SQLite changes it in place then, and moves it otherwise.
func (r *roll) write(atomic bool) ([]sidecar.Op, int64, error) {
	seen := r.seen
	h, parts, err := extend(r.list, seen.head, r.pending, r.trimmed)
	switch {
	case err != nil:
		return nil, 0, err
	case atomic && !seen.doc.Found():
		return append(parts, sidecar.Put(r.name(), h.encode())), h.N, nil
	case !atomic && h.Base > seen.parted:
		seen.parting = h.Base
		return parts, 0, nil
	case !atomic:
		parts = nil // the store has them
	}
	seen.doc.Key = r.name()
	return append(parts, sidecar.Replace(seen.doc, h.encode())), h.N, nil
}

func (r *roll) unready() { r.seen = nil }

func (r *roll) wrote(m *memory, pos int64) {
	if pos == 0 {
		if r.seen != nil {
			r.seen.parted = r.seen.parting
		}
		return
	}
	r.unready()
	r.kept(m, pos)
}

func (r *roll) failed(*memory) []thing {
	r.unready()
	return []thing{r}
}

func (r *roll) read(_ *memory, doc sidecar.Doc) error {
	h, err := readHead(doc)
	if err != nil {
		return err
	}
	if doc.Found() {
		doc.Value = seenValue
	}
	r.seen = &seenHead{head: h, doc: doc, parted: h.Base}
	return nil
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
		r.at += int64(a.n)
	}
	clear(r.pending[:i]) // the slice lives on, what it held need not
	r.pending = r.pending[i:]
	if len(r.pending) == 0 && r.seen == nil && m.rolls[r.list] == r { // a chore may know one that was forgotten before
		delete(m.rolls, r.list)
	}
}

// place notes where the pending entries of a list are, which ends as h does.
func (r *roll) place(h head) {
	r.at, r.placed = h.end(), true
	for _, a := range r.pending {
		r.at -= int64(a.n)
	}
}

// end returns the position after the last entry.
func (r *roll) end() int64 {
	end := r.at
	for _, a := range r.pending {
		end += int64(a.n)
	}
	return end
}

// copy returns entries from position from on; pending[i] begins at pos.
func (r *roll) copy(i int, pos, from int64, limit int) (out []Entry, err error) {
	for ; i < len(r.pending); i++ {
		entries, err := r.pending[i].entries()
		if err != nil {
			return nil, err
		}
		for _, e := range entries {
			if len(out) == limit {
				return out, nil
			}
			if pos >= from {
				e.Pos = pos
				out = append(out, e)
			}
			pos++
		}
	}
	return out, nil
}
