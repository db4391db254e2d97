package sidecar

// Op is one write of a transaction.
type Op struct {
	key    string
	value  []byte
	etag   string
	create bool
}

// Create writes a document that must not exist yet.
func Create(key string, value []byte) Op { return Op{key: key, value: value, create: true} }

// Replace writes a document that must still be as seen; one seen missing is created.
func Replace(seen Doc, value []byte) Op {
	return Op{key: seen.Key, value: value, etag: seen.ETag, create: seen.ETag == ""}
}

// Put writes a document whatever is there: only for keys with a single writer.
func Put(key string, value []byte) Op { return Op{key: key, value: value} }

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

// Holding returns op with another value.
func (op Op) Holding(value []byte) Op {
	op.value = value
	return op
}
