package harness

import "strings"

// place is a node of an OpenAPI document and where it stands. A place that is not there has no node.
type place struct {
	pointer string
	node    any
}

// at goes down by keys.
func (p place) at(keys ...string) place {
	for _, key := range keys {
		object, _ := p.node.(map[string]any)
		p = place{p.pointer + "/" + strings.NewReplacer("~", "~0", "/", "~1", "{", "%7B", "}", "%7D").Replace(key), object[key]}
	}
	return p
}

// follow goes where a $ref inside the document points.
func (c *contract) follow(p place) place {
	for {
		object, _ := p.node.(map[string]any)
		ref, ok := object["$ref"].(string)
		if !ok || !strings.HasPrefix(ref, "#/") {
			return p
		}
		p = place{"", c.doc}
		for _, key := range strings.Split(ref[2:], "/") {
			p = p.at(strings.NewReplacer("~1", "/", "~0", "~", "%7B", "{", "%7D", "}").Replace(key))
		}
	}
}

// find returns the path item for a path; a template with more literal segments wins.
func (c *contract) find(path string) (string, place) {
	path, _, _ = strings.Cut(path, "?")
	paths := place{"", c.doc}.at("paths")
	all, _ := paths.node.(map[string]any)
	best, most := "", -1
	for template := range all {
		if n := matches(template, path); n > most {
			best, most = template, n
		}
	}
	if most < 0 {
		return "", place{}
	}
	return best, c.follow(paths.at(best))
}

// matches returns how many literal segments a template shares with a path, -1 when the path is not of it.
func matches(template, path string) int {
	t, p := strings.Split(template, "/"), strings.Split(path, "/")
	if len(t) != len(p) {
		return -1
	}
	literal := 0
	for i := range t {
		switch {
		case strings.HasPrefix(t[i], "{") && p[i] != "":
		case t[i] == p[i]:
			literal++
		default:
			return -1
		}
	}
	return literal
}
