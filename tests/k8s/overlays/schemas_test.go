package overlays

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
)

// object is a JSON object.
type object = map[string]any

const definitionPrefix = "#/definitions/"

// writeSchemas makes JSON Schemas of what the server says of its objects, Dapr's among them, as those are made that
// kubeconform would fetch: one file a kind, strict.
func writeSchemas(ctx context.Context, dir string) error {
	said, err := server.Kubectl(ctx, "get", "--raw", "/openapi/v2")
	if err != nil {
		return err
	}
	var api struct{ Definitions map[string]object }
	if err := json.Unmarshal([]byte(said), &api); err != nil {
		return err
	}
	if err := os.Mkdir(dir, 0o700); err != nil {
		return err
	}
	for name, definition := range api.Definitions {
		tighten(definition)
		switch name {
		case "io.k8s.apimachinery.pkg.util.intstr.IntOrString":
			api.Definitions[name] = object{"oneOf": []object{{"type": "string"}, {"type": "integer"}}}
		case "io.k8s.apimachinery.pkg.api.resource.Quantity":
			api.Definitions[name] = object{"oneOf": []object{{"type": "string"}, {"type": "number"}}}
		}
	}
	for name, definition := range api.Definitions {
		kinds, _ := definition["x-kubernetes-group-version-kind"].([]any) // others are parts of objects
		if len(kinds) != 1 {
			continue
		}
		k := kinds[0].(object)
		group, _, _ := strings.Cut(k["group"].(string), ".")
		named := strings.Fields(k["kind"].(string) + " " + group + " " + k["version"].(string)) // the core's group is ""
		file := strings.ToLower(strings.Join(named, "-")) + ".json"
		schema := object{"$ref": definitionPrefix + name, "definitions": object{}}
		collect(api.Definitions, name, schema["definitions"].(object))
		body, err := json.Marshal(schema)
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(dir, file), body, 0o600); err != nil {
			return err
		}
	}
	return nil
}

// tighten refuses fields that a schema does not have.
func tighten(v any) {
	switch v := v.(type) {
	case object:
		_, has := v["properties"].(object)
		_, more := v["additionalProperties"]
		if open := v["x-kubernetes-preserve-unknown-fields"] == true; has && !more && !open {
			v["additionalProperties"] = false
		}
		for _, child := range v {
			tighten(child)
		}
	case []any:
		for _, child := range v {
			tighten(child)
		}
	}
}

// collect takes a definition, and all that it refers to.
func collect(all map[string]object, name string, into object) {
	if _, there := into[name]; there {
		return
	}
	into[name] = all[name]
	var follow func(any)
	follow = func(v any) {
		switch v := v.(type) {
		case object:
			if ref, ok := v["$ref"].(string); ok {
				collect(all, strings.TrimPrefix(ref, definitionPrefix), into)
			}
			for _, child := range v {
				follow(child)
			}
		case []any:
			for _, child := range v {
				follow(child)
			}
		}
	}
	follow(all[name])
}
