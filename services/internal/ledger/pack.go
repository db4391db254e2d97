package ledger

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/klauspost/compress/s2"

	"orderly/services/internal/sidecar"
)

// packed is a store that is given large documents compressed. A page says much
// the same of each order: it becomes a fifth, and what a document costs on its
// way through a sidecar into a store grows with its size.
type packed struct{ Store }

// packFrom is from which size on documents are compressed, in bytes. Smaller
// ones stay as they are, to be read by people too.
const packFrom = 4 << 10

// packMark is how a compressed document begins. JSON never does.
const packMark = 0x02

func (p packed) GetMany(ctx context.Context, keys []string) (map[string]sidecar.Doc, error) {
	docs, err := p.Store.GetMany(ctx, keys)
	if err != nil {
		return nil, err
	}
	for key, doc := range docs {
		if len(doc.Value) > 0 && doc.Value[0] == packMark {
			if doc.Value, err = Unpack(doc.Value); err != nil {
				return nil, fmt.Errorf("%s cannot be read: %w", key, err)
			}
			docs[key] = doc
		}
	}
	return docs, nil
}

func (p packed) Apply(ctx context.Context, ops ...sidecar.Op) error {
	for i, op := range ops {
		ops[i] = op.Holding(pack(op.Value()))
	}
	return p.Store.Apply(ctx, ops...)
}

// scratch is room to put large documents together in.
var scratch = sync.Pool{New: func() any { return new([]byte) }}

func takeScratch() *[]byte {
	return scratch.Get().(*[]byte) //nolint:forcetypeassert // only this is put there
}

// pack compresses a large document that is not yet.
func pack(value []byte) []byte {
	if len(value) < packFrom || value[0] == packMark {
		return value
	}
	room := takeScratch()
	defer scratch.Put(room)
	*room = slices.Grow((*room)[:0], s2.MaxEncodedLen(len(value)))
	text := s2.Encode((*room)[:cap(*room)], value)
	return append(append(make([]byte, 0, 1+len(text)), packMark), text...)
}

// Unpack returns a document of a ledger's store as JSON, compressed or not.
func Unpack(value []byte) ([]byte, error) {
	if len(value) == 0 || value[0] != packMark {
		return value, nil
	}
	return s2.Decode(nil, value[1:])
}
