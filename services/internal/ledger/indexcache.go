package ledger

import "context"

// nodeCache keeps nodes as the store has them, until the leader writes the next time.
// It has two halves: a node that is used is in the newer one, and when that is full it
// becomes the older one, whose nodes are forgotten.
type nodeCache struct {
	newer, older map[nodeID]*node
	rows         int // of newer
	drops        int // counts them: who read before one must not put afterwards
}

const mostRows = 100_000 // of a half, about 10 MB

func (c *nodeCache) drop() {
	c.newer, c.older, c.rows = nil, nil, 0
	c.drops++
}

// get returns nil for what is not there.
func (c *nodeCache) get(id nodeID) *node {
	if n := c.newer[id]; n != nil {
		return n
	}
	n := c.older[id]
	if n != nil {
		c.put(id, n)
	}
	return n
}

func (c *nodeCache) put(id nodeID, n *node) {
	if c.newer[id] != nil {
		return
	}
	rows := 1 + len(n.IDs) + len(n.Counts)
	if c.newer == nil || c.rows+rows > mostRows {
		c.newer, c.older, c.rows = map[nodeID]*node{}, c.newer, 0
	}
	c.newer[id] = n
	c.rows += rows
}

// nodes returns nodes as the store has them, or had them when marks were last
// written: what came since is pending.
func (x *index) nodes(ctx context.Context, ids []nodeID) ([]*node, error) {
	out := make([]*node, len(ids))
	x.mu.Lock()
	drops := x.cache.drops
	var missing []int
	var keys []string
	for i, id := range ids {
		if out[i] = x.cache.get(id); out[i] == nil {
			missing, keys = append(missing, i), append(keys, id.key())
		}
	}
	x.mu.Unlock()
	if len(keys) == 0 {
		return out, nil
	}
	docs, err := x.b.o.Store.GetMany(ctx, keys)
	if err != nil {
		return nil, Unavailable(err)
	}
	for i, at := range missing {
		if out[at], err = openNode(docs[keys[i]]); err != nil {
			return nil, err
		}
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	if drops == x.cache.drops {
		for _, at := range missing {
			x.cache.put(ids[at], out[at])
		}
	}
	return out, nil
}
