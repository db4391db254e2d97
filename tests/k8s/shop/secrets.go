package shop

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"os"
	"path/filepath"
)

const signingKey = "webhook-signing-key"

// secrets are those that every overlay but a developer's expects to find, as an operator would make them.
func (s *Shop) secrets() []object {
	return []object{
		s.secret("dapr-api-token", map[string]string{"token": rand.Text()}),
		s.secret("app-api-token", map[string]string{"token": rand.Text()}),
		s.secret(signingKey, map[string]string{signingKey: rand.Text()}),
	}
}

func (s *Shop) secret(name string, data map[string]string) object {
	return s.object("v1", "Secret", name, object{"stringData": data})
}

// readSecrets takes what the cluster has now, and gives it to the stories, which look for it where a local stack has it.
func (s *Shop) readSecrets(ctx context.Context) error {
	values := map[string]string{}
	for name, key := range map[string]string{"dapr-api-token": "token", "app-api-token": "token", signingKey: signingKey} {
		encoded, err := s.In(ctx, "get", "secret", name, "-o", "jsonpath={.data."+key+"}")
		if err != nil {
			return err
		}
		value, err := base64.StdEncoding.DecodeString(encoded)
		if err != nil {
			return err
		}
		values[name] = string(value)
	}
	s.Tokens.Dapr, s.Tokens.App = values["dapr-api-token"], values["app-api-token"]
	body, err := json.MarshalIndent(map[string]string{signingKey: values[signingKey]}, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(s.Dir, ".data", "secrets.json"), body, 0o600)
}
