package ledger

import (
	"context"
	"time"
)

const (
	// What waits to be written is in memory. Beyond so many the next page waits until some of it is: a store in which
	// each document has to be read before it is written may take pages faster than it takes documents.
	mostOwed = 2 * mostLate
	patience = 2 * time.Second // then the page goes first all the same
)

// owed returns how much waits to be written.
func (m *memory) owed() (n int) {
	for _, q := range m.waiting() {
		n += len(*q)
	}
	return n
}

// payBack writes documents until not too many wait. Who follows another replica cannot, and goes on.
func (b *Book) payBack(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for b.leads.Load() && ctx.Err() == nil {
		b.m.mu.Lock()
		owed, soon := b.m.owed(), len(b.m.soon)
		b.m.mu.Unlock()
		if owed <= mostOwed {
			return
		}
		if soon == 0 || b.tidy(ctx) != nil {
			select {
			case <-ctx.Done():
			case <-time.After(rest): // they are being read, or the store is away
			}
		}
	}
}
