package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"orderly/dapr/local"
)

// box is where mails can be read.
type box interface {
	list(ctx context.Context) ([]string, error)
	read(ctx context.Context, id string) ([]byte, error)
}

// boxOf is where the mails of a set are: the embedded one has them as files, which its binding shows, the others have the
// server of k8s/infra/mail.
func boxOf(set, token string) box {
	if set == local.Embedded {
		return files{url: at(3503), token: token}
	}
	return server{url: at(8025)}
}

// follow copies mails that are new to where stories look for them, until ctx ends. It reads each twice: the first time it
// may not be whole.
func follow(ctx context.Context, from box, dir string) error {
	dir = filepath.Join(dir, ".data", "mail")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	reads := map[string]int{}
	old, err := from.list(ctx)
	for _, id := range old {
		reads[id] = 2
	}
	for err == nil {
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(200 * time.Millisecond):
			err = copyNew(ctx, from, dir, reads)
		}
	}
	if ctx.Err() != nil {
		return nil
	}
	return fmt.Errorf("mails cannot be read: %w", err)
}

func copyNew(ctx context.Context, from box, dir string, reads map[string]int) error {
	ids, err := from.list(ctx)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if reads[id] == 2 {
			continue
		}
		mail, err := from.read(ctx, id)
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, url.PathEscape(id)), mail, 0o600)
		}
		if err != nil {
			return err
		}
		reads[id]++
	}
	return nil
}

// files is Dapr's binding bindings.localstorage, asked by a sidecar.
type files struct{ url, token string }

func (f files) list(ctx context.Context) ([]string, error) {
	var paths []string
	body, err := f.invoke(ctx, "list", "")
	if err == nil {
		err = json.Unmarshal(body, &paths)
	}
	for i, path := range paths {
		_, paths[i], _ = strings.Cut(path, "/.data/mail/") // rootPath of components/embedded/mail.yaml
	}
	return paths, err
}

func (f files) read(ctx context.Context, name string) ([]byte, error) {
	return f.invoke(ctx, "get", name)
}

func (f files) invoke(ctx context.Context, operation, name string) ([]byte, error) {
	body, err := json.Marshal(map[string]any{"operation": operation, "metadata": map[string]string{"fileName": name}})
	if err != nil {
		return nil, err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, f.url+"/v1.0/bindings/mail", bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	r.Header.Set("dapr-api-token", f.token)
	return do(r)
}

// server is Mailpit: https://mailpit.axllent.org/docs/api-v1.
type server struct{ url string }

func (s server) list(ctx context.Context) ([]string, error) {
	var page struct {
		Messages []struct{ ID string }
	}
	err := s.get(ctx, "/api/v1/messages?limit=500", &page) // the newest; there are fewer between two calls
	var ids []string
	for _, m := range page.Messages {
		ids = append(ids, m.ID)
	}
	return ids, err
}

func (s server) read(ctx context.Context, id string) ([]byte, error) {
	var m struct{ Subject, HTML, Text string }
	err := s.get(ctx, "/api/v1/message/"+id, &m)
	return []byte(m.Subject + "\n\n" + cmp.Or(m.HTML, m.Text)), err // the text of a mail in HTML is Mailpit's own
}

func (s server) get(ctx context.Context, path string, into any) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, s.url+path, http.NoBody)
	if err != nil {
		return err
	}
	body, err := do(r)
	if err != nil {
		return err
	}
	return json.Unmarshal(body, into)
}

func do(r *http.Request) ([]byte, error) {
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err == nil && res.StatusCode/100 != 2 {
		err = fmt.Errorf("%s answers %s: %.300s", r.URL.Path, res.Status, body)
	}
	return body, err
}
