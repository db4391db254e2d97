//go:build race

package simulation

// raced says that the race detector is on: all takes longer, and order is less
// certain.
const raced = true
