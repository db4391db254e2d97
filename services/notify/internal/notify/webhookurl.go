package notify

import (
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// Reach is where webhooks may go.
type Reach struct {
	Private bool  // anywhere: loopback and private hosts, any port
	Ports   []int // of public hosts
}

// webhook wants an http or https URL without a password in it, on a host and port that webhooks may go to. It looks at
// how the address is written, so that a mistake is seen when it is made; where a name leads is looked at by who connects.
func (f *Faults) webhook(field, raw string, reach Reach) {
	u, err := url.Parse(raw)
	switch {
	case err != nil || len(raw) > 2000 || (u.Scheme != "http" && u.Scheme != "https") || u.Hostname() == "" || u.Opaque != "":
		f.add(field, "http_url", "must be an http or https URL of at most 2000 characters")
	case u.User != nil:
		f.add(field, "userinfo", "must not carry a user name or password")
	case u.Fragment != "":
		f.add(field, "fragment", "must not carry a fragment")
	case reach.Private:
	case !PublicHost(u.Hostname()):
		f.add(field, "public", "must be on a public host")
	case !reach.Port(portOf(u)):
		f.add(field, "port", fmt.Sprintf("must be on one of the ports %s", ports(reach.Ports)))
	}
}

// Port reports whether webhooks may go to a port of a public host.
func (r Reach) Port(port string) bool {
	n, err := strconv.Atoi(port)
	return err == nil && slices.Contains(r.Ports, n)
}

func portOf(u *url.URL) string {
	switch {
	case u.Port() != "":
		return u.Port()
	case u.Scheme == "https":
		return "443"
	}
	return "80"
}

func ports(all []int) string {
	out := make([]string, len(all))
	for i, p := range all {
		out[i] = strconv.Itoa(p)
	}
	return strings.Join(out, ", ")
}

// PublicHost reports whether host is neither an inside address nor a name that resolvers take for one. A name ending in
// a number, such as 127.1 or 2130706433, is an IPv4 address to some of them, and a name of one label, or below a domain
// of a cluster, is looked for inside.
func PublicHost(host string) bool {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	if a, err := netip.ParseAddr(host); err == nil {
		return PublicAddr(a)
	}
	labels := strings.Split(host, ".")
	last := labels[len(labels)-1]
	if len(labels) < 2 || slices.Contains(labels, "") || (last[0] >= '0' && last[0] <= '9') {
		return false
	}
	return !slices.Contains(insideDomains, last) && !slices.Contains(labels[1:], "svc")
}

// insideDomains are top-level domains that lead inside: RFC 6761, 6762, 8375 (home.arpa) and 9476, what ICANN has set
// aside (internal), and what clusters, containers and routers use.
var insideDomains = []string{"localhost", "local", "internal", "intranet", "lan", "home", "corp", "private", "arpa",
	"cluster", "consul", "docker", "onion", "alt", "test", "invalid"}

// PublicAddr reports whether an address is one of the internet's for one host. What is not is everything that the
// special-purpose registries of IANA call not globally reachable, and what carries an IPv4 address inside of it.
func PublicAddr(a netip.Addr) bool {
	if a.Zone() != "" {
		return false
	}
	if a = a.Unmap(); a.Is4() {
		return !slices.ContainsFunc(inside4, func(p netip.Prefix) bool { return p.Contains(a) })
	}
	return unicast6.Contains(a) && !slices.ContainsFunc(inside6, func(p netip.Prefix) bool { return p.Contains(a) })
}

// Registries: iana.org/assignments/iana-ipv4-special-registry, iana-ipv6-special-registry, multicast-addresses.
var (
	inside4 = prefixes("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
		"192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16",
		"192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4")
	unicast6 = netip.MustParsePrefix("2000::/3") // all that is given to hosts; loopback, mapped, local, NAT64 are outside
	inside6  = prefixes("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20")
)

func prefixes(all ...string) []netip.Prefix {
	out := make([]netip.Prefix, len(all))
	for i, p := range all {
		out[i] = netip.MustParsePrefix(p)
	}
	return out
}
