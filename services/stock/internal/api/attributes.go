package api

import "encoding/json"

// attributes are whatever JSON the catalogue wants to keep with a product.
type attributes map[string]json.RawMessage

// text returns the values in one spelling, so that equal ones compare equal;
// nil when there are none.
func (a attributes) text() (map[string]string, error) {
	if a == nil {
		return nil, nil
	}
	out := make(map[string]string, len(a))
	for name, value := range a {
		spelt, err := json.Marshal(value)
		if err != nil {
			return nil, err
		}
		out[name] = string(spelt)
	}
	return out, nil
}

func attributesOf(text map[string]string) attributes {
	out := attributes{}
	for name, value := range text {
		out[name] = json.RawMessage(value)
	}
	return out
}
