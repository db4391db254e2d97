package redis

import (
	"cmp"
	"context"
	"maps"
	"time"

	common "github.com/dapr/components-contrib/common/component/redis"
	contrib "github.com/dapr/components-contrib/metadata"
	"github.com/dapr/components-contrib/pubsub"
	"github.com/dapr/kit/logger"
	"github.com/dapr/kit/metadata"
)

const (
	// trimEvery is how often a stream's length is looked at.
	trimEvery = 2 * time.Second
	// trimMost is how many events go at once: Redis does nothing else meanwhile.
	trimMost = 20_000
)

// trimScript drops what every group has acknowledged from a stream that is longer than ARGV[1], ARGV[2] events at most.
// The oldest event that a group has not acknowledged stays, and so does all that came after it. A stream without groups
// keeps all: they may come.
const trimScript = `
local function before(a, b)
  local am, as = a:match('(%d+)-(%d+)')
  local bm, bs = b:match('(%d+)-(%d+)')
  am, as, bm, bs = tonumber(am), tonumber(as), tonumber(bm), tonumber(bs)
  return am < bm or (am == bm and as < bs)
end
if redis.call('EXISTS', KEYS[1]) == 0 or redis.call('XLEN', KEYS[1]) <= tonumber(ARGV[1]) then return 0 end
local first
for _, group in ipairs(redis.call('XINFO', 'GROUPS', KEYS[1])) do
  local of = {}
  for i = 1, #group, 2 do of[group[i]] = group[i + 1] end
  local id = of['last-delivered-id']
  local pending = redis.call('XPENDING', KEYS[1], of['name'])
  if pending[1] > 0 and before(pending[2], id) then id = pending[2] end
  if not first or before(id, first) then first = id end
end
if not first then return 0 end
return redis.call('XTRIM', KEYS[1], 'MINID', '~', first, 'LIMIT', ARGV[2])`

// trimmer keeps streams from growing. Redis has them in memory, where events that everybody has read would take the place
// of documents.
type trimmer struct {
	log    logger.Logger
	client common.RedisClient // nil when nothing is to be trimmed
	set    struct {
		KeepAcknowledged int `mapstructure:"keepAcknowledged"` // events of a topic; without it nothing is trimmed
	}
}

func (t *trimmer) connect(ctx context.Context, md pubsub.Metadata) (err error) {
	if err := metadata.DecodeMetadata(md.Properties, &t.set); err != nil || t.set.KeepAcknowledged <= 0 {
		return err
	}
	properties := maps.Clone(md.Properties)
	properties["poolSize"] = "1"
	t.client, _, err = common.ParseClientFromProperties(properties, contrib.PubSubType, ctx, &t.log)
	return err
}

func (t *trimmer) disconnect() error {
	if t.client == nil {
		return nil
	}
	return t.client.Close()
}

// trim does so until ctx ends. Every sidecar that reads does this.
func (t *trimmer) trim(ctx context.Context, stream string) {
	if t.client == nil {
		return
	}
	tick := time.NewTicker(trimEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if err := t.once(ctx, stream); err != nil && ctx.Err() == nil {
			t.log.Warnf("stream %s could not be trimmed, tried again in %s: %v", stream, trimEvery, err)
		}
	}
}

func (t *trimmer) once(ctx context.Context, stream string) error {
	_, malformed, err := t.client.EvalInt(ctx, trimScript, []string{stream}, t.set.KeepAcknowledged, trimMost)
	return cmp.Or(err, malformed)
}
