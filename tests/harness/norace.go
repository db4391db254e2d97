//go:build !race

package harness

// raced says that the stories run with the race detector; the services then do too.
const raced = false
