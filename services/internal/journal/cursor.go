package journal

import (
	"context"
	"fmt"
	"strconv"

	"orderly/services/internal/sidecar"
)

// Cursor returns how far a use of the book has come; 0 when it never moved.
func (b *Book) Cursor(ctx context.Context, use string) (int64, error) {
	doc, err := b.store.Get(ctx, "cursor:"+use)
	if err != nil || !doc.Found() {
		return 0, err
	}
	n, err := strconv.ParseInt(string(doc.Value), 10, 64)
	if err != nil {
		return 0, fmt.Errorf("cursor %s cannot be read: %w", use, err)
	}
	return n, nil
}

// MoveCursor remembers how far a use has come. Two processes may move one
// cursor back and forth; what is read twice must be harmless.
func (b *Book) MoveCursor(ctx context.Context, use string, pos int64) error {
	return b.store.Apply(ctx, sidecar.Put("cursor:"+use, strconv.AppendInt(nil, pos, 10)))
}
