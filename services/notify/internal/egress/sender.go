package egress

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"syscall"
	"time"

	"orderly/services/notify/internal/notify"
)

// ErrForbidden says that webhooks may not go where an address leads.
var ErrForbidden = errors.New("webhooks may not go there")

// Limits of one message to a receiver.
const (
	sendTime    = 8 * time.Second // less than the sidecar waits: it would count as a failure of the binding
	dialTime    = 5 * time.Second
	answerBytes = 64 << 10 // of the answer's header, and read of its body, so that the connection can be used again
	idleTime    = 30 * time.Second
	idleHosts   = 256
)

// Sender posts messages to the addresses of customers. It is the only way out of notify to an address that somebody else
// chose: where a name leads is looked at when the connection is made, so that no answer of a resolver gets around it.
type Sender struct {
	client *http.Client
	reach  notify.Reach
}

// NewSender returns a Sender that goes as far as reach says.
func NewSender(reach notify.Reach) *Sender { return newSender(reach, net.DefaultResolver) }

func newSender(reach notify.Reach, names *net.Resolver) *Sender {
	s := &Sender{reach: reach}
	dialer := &net.Dialer{Timeout: dialTime, Resolver: names, ControlContext: s.control}
	s.client = &http.Client{
		Timeout: sendTime,
		Transport: &http.Transport{ // no proxy: it would connect in our place
			DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
				address, err := s.absolute(address)
				if err != nil {
					return nil, err
				}
				return dialer.DialContext(ctx, network, address)
			},
			ForceAttemptHTTP2: true, TLSHandshakeTimeout: dialTime, MaxResponseHeaderBytes: answerBytes,
			MaxIdleConns: idleHosts, MaxIdleConnsPerHost: 2, IdleConnTimeout: idleTime,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return s
}

// absolute makes a name end in a dot, so that no search domain is tried with it, and refuses names that lead inside.
func (s *Sender) absolute(address string) (string, error) {
	if s.reach.Private {
		return address, nil
	}
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return "", err
	}
	if !notify.PublicHost(host) {
		return "", fmt.Errorf("%w: %s is not public", ErrForbidden, host)
	}
	if _, err := netip.ParseAddr(host); err != nil && host[len(host)-1] != '.' {
		host += "."
	}
	return net.JoinHostPort(host, port), nil
}

// control is asked before each connection, with the address that it is to.
func (s *Sender) control(_ context.Context, _, address string, _ syscall.RawConn) error {
	if s.reach.Private {
		return nil
	}
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return err
	}
	addr, err := netip.ParseAddr(host)
	if err != nil {
		return err
	}
	if !notify.PublicAddr(addr) || !s.reach.Port(port) {
		return fmt.Errorf("%w: %s", ErrForbidden, address)
	}
	return nil
}

// Post sends body to url and returns the status of the answer, whatever it is; a redirect is an answer like any other.
// The error says that there was none: ErrForbidden, or why not.
func (s *Sender) Post(ctx context.Context, url string, header http.Header, body io.Reader) (status int, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, body)
	if err != nil {
		return 0, err
	}
	req.Header = header
	res, err := s.client.Do(req)
	if err != nil {
		return 0, err
	}
	defer res.Body.Close()
	// The body says nothing that we would use: what can be read of it quickly is, for the connection's sake.
	_, _ = io.CopyN(io.Discard, res.Body, answerBytes)
	return res.StatusCode, nil
}
