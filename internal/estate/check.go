package estate

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/internal/nearest"
	"github.com/portseal/portseal/report"
)

// checkListener finds settings that contradict each other.
func (l *loader) checkListener(one *Listener, nodes map[string]*node) {
	for _, key := range tlsKeys() {
		// what a listener itself says besides expect: any is judged when it turns out to speak TLS
		if nodes[key] != nil && !applies(key, one.Expect) && one.Expect != report.ExpectAny {
			l.contradiction(one, key, nodes[key])
		}
	}
	l.checkExpect(one, nodes)
	l.checkReach(one, nodes)
	if one.mayTLS() {
		l.checkSuites(one, nodes)
	}
	if one.Label != "" && one.served == nil && nodes["served_by"] == nil && one.mayTLS() {
		l.fail(nodes["label"], "label", "%q without served_by; want served_by: RING, the ring that has the label", one.Label)
	}
}

// mayTLS says whether the listener may turn out to speak TLS.
func (l *Listener) mayTLS() bool {
	return l.Expect == report.ExpectTLS || l.Expect == report.ExpectStartTLS || l.Expect == report.ExpectAny
}

func (l *loader) contradiction(one *Listener, key string, n *node) {
	if key == "starttls" && one.Expect == report.ExpectTLS {
		l.fail(n, key, "contradicts expect: tls, which is TLS from the first octet; want expect: starttls, or no starttls")
		return
	}
	why := map[string]string{
		report.ExpectClosed:    "nothing listens on a closed port",
		report.ExpectPlaintext: "a plaintext listener speaks no TLS",
		report.ExpectLegacyRC4: "Query Monitor's RC4 socket speaks no TLS",
	}[one.Expect]
	l.fail(n, key, "contradicts expect: %s: %s; leave %s out, or expect: tls", one.Expect, why, key)
}

// checkExpect compares expect with role, starttls, touch and retire_by.
func (l *loader) checkExpect(one *Listener, nodes map[string]*node) {
	tls := one.Expect == report.ExpectTLS || one.Expect == report.ExpectStartTLS
	expect := nodes["expect"]
	if one.Expect == report.ExpectStartTLS && nodes["starttls"] == nil {
		l.fail(expect, "expect", "starttls without a protocol; want starttls: %s", l.startTLSHint())
	}
	if tls && one.Role == report.RoleCAEServerRC4 {
		l.fail(expect, "expect", "%s contradicts role: %s, Query Monitor's RC4 socket, which never speaks TLS; want closed or legacy-rc4",
			one.Expect, one.Role)
	}
	if tls && one.Touch == "connect" {
		l.fail(nodes["touch"], "touch", "connect sends nothing, so that expect: %s could never be judged; want touch: hello, or expect: any",
			one.Expect)
	}
	if one.RetireBy != "" && !one.rc4() {
		l.fail(nodes["retire_by"], "retire_by", "dates an RC4 listener only; want role: %s or expect: %s, or leave it out",
			report.RoleCAEServerRC4, report.ExpectLegacyRC4)
	}
}

func (l *loader) startTLSHint() string {
	if len(l.opts.StartTLS) == 0 {
		return "KIND"
	}
	return nearest.AnyOf(l.opts.StartTLS)
}

// checkReach refuses a listener on a loopback address that a scanner elsewhere would look for on its own machine.
func (l *loader) checkReach(one *Listener, nodes map[string]*node) {
	n := nodes["host"]
	system := one.System
	here := isLoopback(system.Host) || slices.ContainsFunc(system.Addresses, netip.Addr.IsLoopback)
	if n == nil || one.Reach == "local" || !isLoopback(one.Host) || here {
		return
	}
	l.fail(n, "host", "%s is the loopback address of system %s, and no other machine reaches it; want reach: local beside it",
		one.Host, system.Name)
}

// isLoopback says whether a host can only be the machine itself.
func isLoopback(host string) bool {
	a, err := netip.ParseAddr(host)
	return err == nil && a.IsLoopback() || host == "localhost"
}

// checkSuites compares versions, cipher_suites and required_cipher_suites.
func (l *loader) checkSuites(one *Listener, nodes map[string]*node) {
	required := nodes["required_cipher_suites"]
	if required != nil && len(required.items) == len(one.RequiredCipherSuites) {
		for i, id := range one.RequiredCipherSuites {
			l.checkRequired(one, id, required.items[i])
		}
	}
	allowed := nodes["cipher_suites"]
	if allowed == nil || len(allowed.items) != len(one.CipherSuites) {
		return // nothing to compare, or items that could not be read: those are errors already
	}
	for _, v := range one.Versions {
		if !slices.ContainsFunc(one.CipherSuites, func(id cipher.ID) bool { return usable(id, v) }) {
			l.fail(allowed, "cipher_suites", "versions lists %s but cipher_suites has no suite for it; add %s or leave %s out",
				v, exampleSuite(v), v)
		}
	}
}

// checkRequired refuses a required suite that is not allowed, or that no listed version can negotiate.
func (l *loader) checkRequired(one *Listener, id cipher.ID, n *node) {
	if len(one.CipherSuites) > 0 && !slices.Contains(one.CipherSuites, id) {
		l.fail(n, "required_cipher_suites", "%s is required but not in cipher_suites; add it there, or leave it out here", n.text)
	}
	if len(one.Versions) > 0 && !slices.ContainsFunc(one.Versions, func(v cipher.Version) bool { return usable(id, v) }) {
		l.fail(n, "required_cipher_suites", "%s is for none of the versions %s; want a suite for one of them",
			n.text, versionNames(one.Versions))
	}
}

// usable says whether a suite may be negotiated in a version; of a code point that no table names that is not known, and it
// is then held to be.
func usable(id cipher.ID, v cipher.Version) bool {
	s := cipher.Describe(id)
	if !s.Known {
		return id.IsSSL2() == (v == cipher.SSLv2)
	}
	return s.Usable(v)
}

func exampleSuite(v cipher.Version) string {
	if all := cipher.ForVersion(v); len(all) > 0 {
		return all[0].Name
	}
	return "one"
}

func versionNames(versions []cipher.Version) string {
	names := make([]string, len(versions))
	for i, v := range versions {
		names[i] = v.String()
	}
	return strings.Join(names, ", ")
}

// checkPorts finds two listeners at the same place.
func (l *loader) checkPorts() {
	seen := map[string]*Listener{}
	for _, s := range l.estate.Systems {
		for _, one := range s.Listeners {
			for _, port := range one.Ports {
				key := fmt.Sprintf("%s %d %s", one.where(), port, one.SNI)
				other := seen[key]
				if other == nil {
					seen[key] = one
					continue
				}
				if other != one {
					l.faults.add(one.at, "port: %d of %s is %s/%s already, at %s; want one listener a port%s", port, one.hostText(),
						other.System.Name, other.Name, other.at, one.use)
				}
			}
		}
	}
}

// where tells two hosts apart as far as the file does: a loopback address is another place on each system.
func (l *Listener) where() string {
	if len(l.Addresses) > 0 {
		return fmt.Sprint(l.Addresses)
	}
	if l.Reach == "local" && isLoopback(l.Host) && !isLoopback(l.System.Host) {
		return l.System.Name + "!" + l.Host
	}
	return l.Host
}

func (l *Listener) hostText() string {
	if l.Host != "" {
		return l.Host
	}
	return fmt.Sprint(l.Addresses)
}
