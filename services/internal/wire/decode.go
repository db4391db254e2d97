// Package wire reads requests and writes answers: strict JSON in, JSON out.
package wire

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"

	"orderly/services/internal/problem"
)

// Body limits in bytes: of one request, and of the batch and import calls.
const (
	MaxBody      = 1 << 20
	MaxBatchBody = 16 << 20
)

// Limit is middleware that refuses bodies over n bytes.
func Limit(n int64) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			r.Body = http.MaxBytesReader(w, r.Body, n)
			next.ServeHTTP(w, r)
		})
	}
}

// Decode reads the JSON body of r into v and validates it. Every failure is a
// *problem.Problem: wrong content type, too large, not JSON, unknown field,
// wrong type, more than one value, or a broken rule of a `validate` tag.
func Decode(r *http.Request, v any) error {
	if err := WantType(r, "application/json"); err != nil {
		return err
	}
	body, err := Body(r)
	if err != nil {
		return err
	}
	if err := Unmarshal(body, v); err != nil {
		return err
	}
	return Validate(v)
}

// DecodeOptional is Decode for a call whose body may be left out.
func DecodeOptional(r *http.Request, v any) error {
	body, err := Body(r)
	if err != nil {
		return err
	}
	if len(bytes.TrimSpace(body)) == 0 {
		return nil
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	return Decode(r, v)
}

// Body reads the whole body of r.
func Body(r *http.Request) ([]byte, error) {
	b, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, ReadFailed(err)
	}
	return b, nil
}

// WantType refuses a request whose content type is none of types.
func WantType(r *http.Request, types ...string) error {
	got, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err == nil {
		for _, t := range types {
			if got == t {
				return nil
			}
		}
	}
	return problem.New(http.StatusUnsupportedMediaType, "unsupported-media-type",
		"Send the body as %s with that Content-Type.", strings.Join(types, " or "))
}

// Unmarshal is strict json.Unmarshal: unknown fields and trailing data are refused.
func Unmarshal(body []byte, v any) error {
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return badJSON(err)
	}
	if _, err := d.Token(); err != io.EOF {
		return problem.New(http.StatusBadRequest, "invalid-json", "Send exactly one JSON value; there is more after it at byte %d.", d.InputOffset())
	}
	return nil
}

// ReadFailed is the problem of a body that could not be read to its end.
func ReadFailed(err error) error {
	if tooBig, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return problem.New(http.StatusRequestEntityTooLarge, "body-too-large", "The body must not be larger than %d bytes.", tooBig.Limit)
	}
	return problem.New(http.StatusBadRequest, "unreadable-body", "The body ended before it was complete.").Because(err)
}

func badJSON(err error) error {
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		return problem.New(http.StatusBadRequest, "invalid-json", "Not valid JSON at byte %d: %s.", syntax.Offset, syntax.Error())
	}
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		p := problem.New(http.StatusBadRequest, "invalid-json", "A field has the wrong type; see errors.")
		p.Fields = []problem.Field{{Field: wrong.Field, Rule: "type", Message: fmt.Sprintf("must be %s, not %s", typeName(wrong.Type.Kind().String()), wrong.Value)}}
		return p
	}
	if name, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
		name = strings.Trim(name, `"`)
		p := problem.New(http.StatusBadRequest, "unknown-field", "There is no field %q here; remove it or check its spelling.", name)
		p.Fields = []problem.Field{{Field: name, Rule: "unknown", Message: "is not a field of this call"}}
		return p
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return problem.New(http.StatusBadRequest, "invalid-json", "The body is empty or ends inside a JSON value.")
	}
	return problem.New(http.StatusBadRequest, "invalid-json", "The body could not be read as JSON.").Because(err)
}

func typeName(kind string) string {
	switch {
	case strings.HasPrefix(kind, "int"), strings.HasPrefix(kind, "uint"):
		return "a whole number"
	case kind == "struct", kind == "map":
		return "an object"
	case kind == "slice":
		return "an array"
	case kind == "bool":
		return "true or false"
	}
	return "a " + kind
}
