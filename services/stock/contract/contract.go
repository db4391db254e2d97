// Package contract is what stock promises, as files that others read too.
package contract

import "embed"

// Files are openapi.yaml, asyncapi.yaml, and a schema and an example of every event.
//
//go:embed openapi.yaml asyncapi.yaml schemas examples
var Files embed.FS
