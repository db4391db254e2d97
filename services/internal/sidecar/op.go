package sidecar

// Key is the document that op writes.
func (op Op) Key() string { return op.key }

// Value is what op writes.
func (op Op) Value() []byte { return op.value }

// Fits reports whether a store that holds now may write op: a store's own rule,
// stated for stores that live in memory.
func (op Op) Fits(now Doc) bool {
	if op.create {
		return !now.Found()
	}
	return op.etag == "" || op.etag == now.ETag
}
