package ledger

import "context"

// nodeCache keeps nodes as the store has them, until the leader writes the next time.
type nodeCache struct {
	nodes map[nodeID]*node
	rows  int
	drops int // counts them: who read before one must not put afterwards
}

const mostRows = 200_000 // about 20 MB

func (c *nodeCache) drop() {
	c.nodes, c.rows = map[nodeID]*node{}, 0
	c.drops++
}

func (c *nodeCache) put(id nodeID, n *node) {
	rows := 1 + len(n.IDs) + len(n.Counts)
	if c.nodes[id] == nil && c.rows+rows <= mostRows {
		c.nodes[id] = n
		c.rows += rows
	}
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
		if out[i] = x.cache.nodes[id]; out[i] == nil {
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
