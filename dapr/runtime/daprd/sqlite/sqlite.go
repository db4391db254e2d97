// Package sqlite is Dapr's state.sqlite, with a bound for the write-ahead log.
//
// SQLite begins its log anew when a checkpoint has copied all of it into the database and nobody reads from it at that
// moment. Where reads overlap all the time there is no such moment: the log grows as long as they do, each read becomes
// slower, and the end of the sidecar, which copies the whole log, takes longer than it has. The component of the released
// daprd only tries, with each commit. This one looks at the file, and when it is larger than walLimit makes the moment:
// a TRUNCATE checkpoint holds up writers, sends new reads to the database, waits for those under way and empties the file.
package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"reflect"
	"sync"
	"time"

	contrib "github.com/dapr/components-contrib/metadata"
	"github.com/dapr/components-contrib/state"
	"github.com/dapr/components-contrib/state/sqlite"
	"github.com/dapr/kit/logger"
	"github.com/dapr/kit/metadata"
)

// look is how often the file's size is looked at; between two looks it can grow by some tens of megabytes.
const look = time.Second

type settings struct {
	WALLimit metadata.ByteSize `mapstructure:"walLimit"` // of the write-ahead log; 64Mi when it is left out
}

// Store is the component.
type Store struct {
	*sqlite.SQLiteStore
	log   logger.Logger
	set   settings
	close context.CancelFunc
	done  sync.WaitGroup
}

// New returns the component; Init opens the file.
func New(log logger.Logger) state.Store {
	return &Store{SQLiteStore: sqlite.NewSQLiteStateStore(log).(*sqlite.SQLiteStore), log: log, close: func() {}}
}

// Init opens the file and begins to watch its log.
func (s *Store) Init(ctx context.Context, md state.Metadata) error {
	s.set.WALLimit = metadata.NewByteSize(64 << 20)
	if err := metadata.DecodeMetadata(md.Properties, &s.set); err != nil {
		return err
	}
	limit, err := s.set.WALLimit.GetBytes()
	if err != nil || limit <= 0 {
		return fmt.Errorf("walLimit must be a size such as 64Mi, not %q", s.set.WALLimit.String())
	}
	if err := s.SQLiteStore.Init(ctx, md); err != nil {
		return err
	}
	db := s.GetDBAccess().GetConnection()
	var number int
	var name, path string
	if err := db.QueryRowContext(ctx, "PRAGMA database_list").Scan(&number, &name, &path); err != nil {
		return fmt.Errorf("where is the database: %w", err)
	}
	if path == "" { // in memory
		return nil
	}
	watching, cancel := context.WithCancel(context.Background())
	s.close = cancel
	s.done.Go(func() { s.watch(watching, db, path+"-wal", limit) })
	return nil
}

func (s *Store) watch(ctx context.Context, db *sql.DB, wal string, limit int64) {
	tick := time.NewTicker(look)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if info, err := os.Stat(wal); err != nil || info.Size() <= limit {
			continue // it is there when something is written
		}
		if err := truncate(ctx, db); err != nil && ctx.Err() == nil {
			s.log.Warnf("%s is larger than %d bytes and could not be emptied; tried again in %s: %v", wal, limit, look, err)
		}
	}
}

// truncate copies most of the log while writers go on, then the rest while they wait. Only one checkpoint can be under way,
// and each commit to a long log makes one of its own, so it is tried again at once for as long as a look lasts.
func truncate(ctx context.Context, db *sql.DB) error {
	if _, _, err := checkpoint(ctx, db, "PASSIVE"); err != nil {
		return err
	}
	for end := time.Now().Add(look); ; {
		done, pages, err := checkpoint(ctx, db, "TRUNCATE")
		switch {
		case done || err != nil:
			return err
		case pages >= 0:
			return errors.New("a read or write went on for longer than busyTimeout")
		case time.Now().After(end):
			return errors.New("others make checkpoints all the time")
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(5 * time.Millisecond):
		}
	}
}

// checkpoint returns how many pages the log has, -1 when another checkpoint is under way.
func checkpoint(ctx context.Context, db *sql.DB, how string) (done bool, pages int, err error) {
	var busy, copied int
	err = db.QueryRowContext(ctx, "PRAGMA wal_checkpoint("+how+")").Scan(&busy, &pages, &copied)
	return busy == 0, pages, err
}

// Close ends the watch, then closes the file.
func (s *Store) Close() error {
	s.close()
	s.done.Wait()
	return s.SQLiteStore.Close()
}

// GetComponentMetadata names the settings.
func (s *Store) GetComponentMetadata() contrib.MetadataMap {
	info := s.SQLiteStore.GetComponentMetadata()
	contrib.GetMetadataInfoFromStructType(reflect.TypeFor[settings](), &info, contrib.StateStoreType)
	return info
}
