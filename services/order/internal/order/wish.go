package order

import "context"

// gathered is a batch of placements on its way to their answers.
type gathered struct {
	placements []Placement
	placed     []Placed
	wishes     []wish
}

// wish is one order to be.
type wish struct {
	Placement
	at       int // whose it is, in the batch
	id       string
	order    Order // what it has become; version 0 while nothing
	refusal  error // the answer that goes with a rejected order
	answered bool
	twins    []int // placements of the same customer with the same key
}

// gather finds out which orders a batch wishes for, and answers requests that can
// never become one.
func (s *Service) gather(placements []Placement) *gathered {
	b := &gathered{placements: placements, placed: make([]Placed, len(placements)), wishes: make([]wish, 0, len(placements))}
	first := map[string]int{} // of a keyed id, its place in wishes
	for i, p := range placements {
		if err := p.Request.Check(); err != nil {
			b.placed[i].Err = err
			continue
		}
		id := p.Request.ID(s.NewID)
		if p.Request.Key != "" {
			if n, again := first[id]; again {
				b.wishes[n].twins = append(b.wishes[n].twins, i)
				continue
			}
			first[id] = len(b.wishes)
		}
		p.Ctx = context.WithoutCancel(p.Ctx)
		b.wishes = append(b.wishes, wish{Placement: p, at: i, id: id})
	}
	return b
}

// open returns the wishes without an answer.
func (b *gathered) open() []*wish {
	open := make([]*wish, 0, len(b.wishes))
	for i := range b.wishes {
		if w := &b.wishes[i]; !w.answered {
			open = append(open, w)
		}
	}
	return open
}

func (b *gathered) answer(w *wish, p Placed) {
	b.placed[w.at], w.answered = p, true
}

// answerTwins answers those who came with the key of a wish in the same batch, as
// if they had come right after it. The first body counts whatever became of it.
func (b *gathered) answerTwins() {
	for i := range b.wishes {
		w := &b.wishes[i]
		for _, t := range w.twins {
			r := b.placements[t].Request
			switch {
			case w.order.Version() > 0:
				b.placed[t] = repeated(r, w.order)
			case r.Same(w.Request):
				b.placed[t] = Placed{Err: b.placed[w.at].Err}
			default:
				b.placed[t] = Placed{Err: ErrKeyReused}
			}
		}
	}
}

// repeated is the first answer once more: the order as it was when it was decided.
func repeated(r Request, found Order) Placed {
	if !r.SameAs(found) {
		return Placed{Err: ErrKeyReused}
	}
	first, err := found.Decided()
	if err == nil && first.Status() == Rejected {
		err = &OutOfStock{OrderID: first.ID(), Shortages: first.Shortages(), Items: first.Items(), Replayed: true}
	}
	return Placed{Order: first, Replayed: true, Err: err}
}
