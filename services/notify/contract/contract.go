// Package contract is what notify promises to its callers.
package contract

import "embed"

// Files are openapi.yaml, asyncapi.yaml, and the schema and an example of the event
// that notify publishes.
//
//go:embed openapi.yaml asyncapi.yaml schemas examples
var Files embed.FS
