package notify

import (
	"net/netip"
	"net/url"
	"strings"
)

// webhook wants an http or https URL without a password in it, and a host that
// is not inside: this stops mistakes and simple tricks. A name that resolves to
// an inside address passes; keeping the sidecar from such hosts is the network's
// job.
func (f *Faults) webhook(field, raw string, private bool) {
	u, err := url.Parse(raw)
	switch {
	case err != nil || len(raw) > 2000 || (u.Scheme != "http" && u.Scheme != "https") || u.Hostname() == "" || u.Opaque != "":
		f.add(field, "http_url", "must be an http or https URL of at most 2000 characters")
	case u.User != nil:
		f.add(field, "userinfo", "must not carry a user name or password")
	case u.Fragment != "":
		f.add(field, "fragment", "must not carry a fragment")
	case !private && !publicHost(u.Hostname()):
		f.add(field, "public", "must be on a public host")
	}
}

// publicHost reports whether host is neither an inside address nor a name that
// resolvers take for one. A name ending in a number, such as 127.1 or
// 2130706433, is an IPv4 address to some of them.
func publicHost(host string) bool {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	if a, err := netip.ParseAddr(host); err == nil {
		a = a.Unmap()
		return a.IsGlobalUnicast() && !a.IsPrivate()
	}
	last := host[strings.LastIndexByte(host, '.')+1:]
	if last == "" || (last[0] >= '0' && last[0] <= '9') {
		return false
	}
	return last != "localhost" && last != "local" && last != "internal" && host != last
}
