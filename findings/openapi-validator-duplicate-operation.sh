#!/usr/bin/env bash
# libopenapi-validator: what ValidateDocument does not look at.
#
# Versions: github.com/pb33f/libopenapi-validator v0.16.3, a document of OpenAPI 3.1.0.
# The likely guess: ValidateDocument refuses a document that breaks a MUST of the specification, such as an operationId
#   that two operations share, or a path parameter that is in the path and nowhere described.
# The behaviour: it checks the document against the JSON schema of OpenAPI, and what a schema cannot say is not checked.
#   Both documents are accepted without a word. A response without a description, which the schema knows, is refused.
set -euo pipefail

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$tmp"
go version

cat >main.go <<'GO'
package main

import (
	"fmt"
	"os"

	"github.com/pb33f/libopenapi"
	validator "github.com/pb33f/libopenapi-validator"
)

const (
	head = `{"openapi": "3.1.0", "info": {"title": "finding", "version": "1"}, "paths": {`
	ok   = `"responses": {"200": {"description": "ok"}}`
)

func main() {
	good := true
	for _, c := range []struct {
		name, paths, guess string
		accepted           bool
	}{
		{"a sound document", `"/a": {"get": {"operationId": "x", ` + ok + `}}`, "accepted", true},
		{"a response without a description", `"/a": {"get": {"responses": {"200": {}}}}`, "refused", false},
		{
			"two operations of one operationId",
			`"/a": {"get": {"operationId": "x", ` + ok + `}}, "/b": {"get": {"operationId": "x", ` + ok + `}}`,
			"refused", true,
		},
		{"a path parameter that is not described", `"/a/{id}": {"get": {` + ok + `}}`, "refused", true},
	} {
		doc, err := libopenapi.NewDocument([]byte(head + c.paths + "}}"))
		if err != nil {
			fmt.Println("FAILED:", err)
			os.Exit(1)
		}
		v, errs := validator.NewValidator(doc)
		if len(errs) > 0 {
			fmt.Println("FAILED:", errs)
			os.Exit(1)
		}
		accepted, problems := v.ValidateDocument()
		seen := "accepted"
		if !accepted {
			seen = "refused"
		}
		fmt.Printf("%-40s guess: %-9s seen: %s, problems named: %d\n", c.name, c.guess, seen, len(problems))
		good = good && accepted == c.accepted
	}
	if !good {
		fmt.Println("CHANGED: ValidateDocument accepts and refuses other documents than stated above.")
		os.Exit(1)
	}
	fmt.Println("AS STATED: a shared operationId and an undescribed path parameter pass ValidateDocument.")
}
GO
{
  go mod init finding.local/openapi
  go get github.com/pb33f/libopenapi-validator@v0.16.3
  go mod tidy
  nice -n 10 go build -o finding .
} >build.log 2>&1 || { cat build.log; exit 1; }
go list -m github.com/pb33f/libopenapi-validator github.com/pb33f/libopenapi
./finding
