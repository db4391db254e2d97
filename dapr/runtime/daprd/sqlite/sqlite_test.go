package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	contrib "github.com/dapr/components-contrib/metadata"
	"github.com/dapr/components-contrib/state"
	"github.com/dapr/components-contrib/state/sqlite"
	"github.com/dapr/kit/logger"
)

const limit = 2 << 20

func properties(path, limit string) state.Metadata {
	return state.Metadata{Base: contrib.Base{Properties: map[string]string{
		"connectionString": "file:" + path + "?_pragma=synchronous(NORMAL)", "busyTimeout": "5s", "walLimit": limit,
	}}}
}

// The log is small again although there was no moment without a read, and no write failed. The released component's has
// grown on.
func TestTheLogIsEmptiedUnderReadsThatOverlap(t *testing.T) {
	for name, c := range map[string]struct {
		make func(logger.Logger) state.Store
		want func(size int64) bool
	}{
		"ours":     {New, func(size int64) bool { return size <= limit }},
		"released": {sqlite.NewSQLiteStateStore, func(size int64) bool { return size >= 2*limit }},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "test.db")
			store := c.make(logger.NewLogger("test"))
			if err := store.Init(t.Context(), properties(path, fmt.Sprint(limit))); err != nil {
				t.Fatal(err)
			}
			defer store.Close()
			stop := overlappingReads(t, connection(store))
			defer stop()
			value := strings.Repeat("x", 8<<10)
			for i := range 8 * limit / len(value) {
				if err := store.Set(t.Context(), &state.SetRequest{Key: fmt.Sprint(i % 100), Value: value}); err != nil {
					t.Fatal(err)
				}
			}
			var size int64
			for end := time.Now().Add(10 * time.Second); time.Now().Before(end); <-time.After(10 * time.Millisecond) {
				info, err := os.Stat(path + "-wal")
				if err != nil {
					t.Fatal(err)
				}
				if size = info.Size(); c.want(size) {
					return
				}
			}
			t.Errorf("the log has %d bytes", size)
		})
	}
}

func connection(store state.Store) *sql.DB {
	if ours, ok := store.(*Store); ok {
		return ours.GetDBAccess().GetConnection()
	}
	return store.(*sqlite.SQLiteStore).GetDBAccess().GetConnection()
}

// overlappingReads begins each read before it ends the one before.
func overlappingReads(t *testing.T, db *sql.DB) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	read := func() *sql.Tx {
		tx, err := db.BeginTx(context.Background(), &sql.TxOptions{ReadOnly: true})
		if err == nil {
			var n int
			err = tx.QueryRow("SELECT count(*) FROM state").Scan(&n)
		}
		if err != nil {
			t.Error(err)
			cancel()
		}
		return tx
	}
	before := read()
	go func() {
		defer close(ended)
		for ctx.Err() == nil {
			next := read()
			_ = before.Rollback() // it only read
			before = next
		}
		_ = before.Rollback()
	}()
	return func() { cancel(); <-ended }
}

func TestALimitThatIsNoSizeIsRefused(t *testing.T) {
	for _, bad := range []string{"much", "0", "-1"} {
		err := New(logger.NewLogger("test")).Init(t.Context(), properties(filepath.Join(t.TempDir(), "test.db"), bad))
		if err == nil {
			t.Errorf("walLimit %q was taken", bad)
		}
	}
}
