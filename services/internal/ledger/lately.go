package ledger

// lately knows which documents the newest pages wrote. That is enough to say of a
// document that nobody can have written up to some page whether anybody has.
//
// Only documents of groups are remembered: they have ids that somebody makes up.
type lately struct {
	from  int64            // every page after this one is remembered
	pages map[string]int64 // by document, the last page that wrote it
	order []written        // the oldest first
}

type written struct {
	page int64
	key  string
}

// mostLately is how many writes are remembered: those of a second or more.
const mostLately = 1 << 14

// start forgets everything: the next page is the one after from.
func (l *lately) start(from int64) {
	*l = lately{from: from, pages: map[string]int64{}}
}

func (l *lately) add(page int64, key string) {
	l.pages[key] = page
	l.order = append(l.order, written{page, key})
	if len(l.order) <= mostLately {
		return
	}
	oldest := l.order[0]
	l.order[0] = written{} // the slice lives on, what it held need not
	l.order, l.from = l.order[1:], max(l.from, oldest.page)
	if l.pages[oldest.key] == oldest.page {
		delete(l.pages, oldest.key)
	}
}

// unwritten reports whether it is certain that there is no such document, given
// that no page up to since wrote it.
func (l *lately) unwritten(key string, since int64) bool {
	_, written := l.pages[key]
	return !written && since >= l.from
}
