package ledger

import "orderly/services/internal/sidecar"

// groupCache keeps the stored groups that were read last: a group never changes
// once it is there, and whoever needs one of its documents will soon need others.
// Without it each document of a backlog has its whole group read.
type groupCache struct {
	docs  map[string]sidecar.Doc
	order []string // the oldest first
	bytes int
}

const groupCacheBytes = 4 << 20

func (c *groupCache) get(name string) (doc sidecar.Doc, found bool) {
	doc, found = c.docs[name]
	return doc, found
}

// put keeps a group that was found, and drops the oldest beyond the limit.
func (c *groupCache) put(name string, doc sidecar.Doc) {
	if _, known := c.docs[name]; known || !doc.Found() {
		return
	}
	if c.docs == nil {
		c.docs = map[string]sidecar.Doc{}
	}
	c.docs[name] = doc
	c.order, c.bytes = append(c.order, name), c.bytes+len(doc.Value)
	for c.bytes > groupCacheBytes && len(c.order) > 1 {
		oldest := c.order[0]
		c.order, c.bytes = c.order[1:], c.bytes-len(c.docs[oldest].Value)
		delete(c.docs, oldest)
	}
}
