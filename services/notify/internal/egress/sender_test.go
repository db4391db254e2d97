package egress

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	"golang.org/x/net/dns/dnsmessage"

	"orderly/services/notify/internal/notify"
)

// resolver answers every question for an address with these.
func resolver(t *testing.T, answers ...string) *net.Resolver {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	go func() {
		for buf := make([]byte, 512); ; {
			n, from, err := conn.ReadFrom(buf)
			if err != nil {
				return
			}
			var m dnsmessage.Message
			if m.Unpack(buf[:n]) != nil || len(m.Questions) != 1 {
				continue
			}
			m.Response, m.Additionals = true, nil
			for _, a := range answers {
				m.Answers = append(m.Answers, answer(m.Questions[0], netip.MustParseAddr(a))...)
			}
			if out, err := m.Pack(); err == nil {
				_, _ = conn.WriteTo(out, from)
			}
		}
	}()
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "udp", conn.LocalAddr().String())
	}}
}

func answer(q dnsmessage.Question, a netip.Addr) []dnsmessage.Resource {
	head := dnsmessage.ResourceHeader{Name: q.Name, Class: q.Class, TTL: 1}
	switch {
	case q.Type == dnsmessage.TypeA && a.Is4():
		return []dnsmessage.Resource{{Header: head, Body: &dnsmessage.AResource{A: a.As4()}}}
	case q.Type == dnsmessage.TypeAAAA && a.Is6():
		return []dnsmessage.Resource{{Header: head, Body: &dnsmessage.AAAAResource{AAAA: a.As16()}}}
	}
	return nil
}

func TestANameThatLeadsInsideIsNotConnectedTo(t *testing.T) {
	called := false
	inside := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { called = true }))
	defer inside.Close()
	port := inside.Listener.Addr().(*net.TCPAddr).Port
	for name, addresses := range map[string][]string{
		"loopback": {"127.0.0.1"}, "private": {"10.1.2.3"}, "mapped": {"::ffff:127.0.0.1"}, "loopback 6": {"::1"},
		"metadata": {"169.254.169.254"}, "all of them": {"192.168.1.1", "fd00::1", "127.0.0.1"},
	} {
		s := newSender(notify.Reach{Ports: []int{port}}, resolver(t, addresses...))
		_, err := s.Post(t.Context(), "http://hooks.example.com:"+portText(inside)+"/v1/stock", http.Header{}, strings.NewReader("{}"))
		if !errors.Is(err, ErrForbidden) || called {
			t.Errorf("%s: %v, called %v", name, err, called)
		}
	}
	// The test reaches the server where it may: what it shows above is not that nothing listens.
	s := newSender(notify.Reach{Private: true}, resolver(t, "127.0.0.1"))
	status, err := s.Post(t.Context(), "http://hooks.example.com:"+portText(inside)+"/", http.Header{}, strings.NewReader("{}"))
	if status != http.StatusOK || err != nil || !called {
		t.Errorf("%d %v, called %v", status, err, called)
	}
}

func portText(s *httptest.Server) string {
	_, port, _ := strings.Cut(strings.TrimPrefix(s.URL, "http://"), ":")
	return port
}

func TestOtherPortsOfPublicHostsAreNotConnectedTo(t *testing.T) {
	s := newSender(notify.Reach{Ports: []int{443, 80}}, resolver(t, "93.184.216.34"))
	_, err := s.Post(t.Context(), "http://hooks.example.com:6379/", http.Header{}, strings.NewReader("{}"))
	if !errors.Is(err, ErrForbidden) {
		t.Error(err)
	}
}

func TestARedirectIsAnAnswerLikeAnyOther(t *testing.T) {
	asked := 0
	hook := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked++
		http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
	}))
	defer hook.Close()
	status, err := NewSender(notify.Reach{Private: true}).Post(t.Context(), hook.URL, http.Header{}, strings.NewReader("{}"))
	if status != http.StatusTemporaryRedirect || err != nil || asked != 1 {
		t.Errorf("%d %v, asked %d times", status, err, asked)
	}
}

func TestNamesAreAbsolute(t *testing.T) {
	s := NewSender(notify.Reach{Ports: []int{80}})
	for address, want := range map[string]string{
		"hooks.example.com:80": "hooks.example.com.:80", "hooks.example.com.:80": "hooks.example.com.:80",
		"93.184.216.34:80": "93.184.216.34:80", "[2606:4700::1111]:80": "[2606:4700::1111]:80",
		"stock:80": "", "stock.shop.svc:80": "", "localhost:80": "", "127.1:80": "",
	} {
		got, err := s.absolute(address)
		if got != want || (want == "") != errors.Is(err, ErrForbidden) {
			t.Errorf("%s: %q %v", address, got, err)
		}
	}
}
