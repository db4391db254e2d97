// Package contract is what notify promises to its callers.
package contract

import "embed"

// Files are openapi.yaml and asyncapi.yaml.
//
//go:embed openapi.yaml asyncapi.yaml
var Files embed.FS
