package shop

import "crypto/rand"

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
