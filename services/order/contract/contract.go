// Package contract is what order promises to its callers and subscribers.
package contract

import "embed"

// Files are openapi.yaml, asyncapi.yaml, and the schema and an example of every event.
//
//go:embed openapi.yaml asyncapi.yaml schemas examples
var Files embed.FS
