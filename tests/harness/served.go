package harness

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"
)

// served loads YAML and JSON documents from a service.
type served struct{}

func (served) Load(url string) (any, error) {
	res, err := quick.Get(url)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		return nil, err
	}
	if res.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s answers %s", url, res.Status)
	}
	var doc any
	if err := yaml.Unmarshal(body, &doc); err != nil { // JSON is YAML
		return nil, fmt.Errorf("%s: %w", url, err)
	}
	plain, err := json.Marshal(doc)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", url, err)
	}
	return jsonschema.UnmarshalJSON(bytes.NewReader(plain))
}
