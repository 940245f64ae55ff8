package cbom

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"

	cdx "github.com/CycloneDX/cyclonedx-go"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/report/text"
	"github.com/portseal/portseal/scan"
)

// service is an endpoint with what it depends on.
func (b *builder) service(e *report.Endpoint) cdx.Service {
	reference := "service:" + text.Clean(e.ID)
	said := properties("portseal:state", string(e.State), "portseal:role", e.Role, "portseal:address", e.Target.Address,
		"portseal:starttls", e.Target.StartTLS)
	if e.NonTLS != nil {
		said = append(said, properties("portseal:not-tls", e.NonTLS.Kind)...)
	}
	if e.ClientAuth != nil {
		said = append(said, properties("portseal:client-certificate-requested", string(e.ClientAuth.Requested),
			"portseal:client-certificate-required", string(e.ClientAuth.Required))...)
	}
	for _, n := range e.NotTested {
		said = append(said, properties("portseal:not-tested", n.Question+": "+n.Why)...)
	}
	if len(e.NotTested) > 0 {
		b.incomplete = append(b.incomplete, cdx.BOMReference(reference))
	}
	b.depend(root, reference)
	b.depend(reference)
	for _, p := range e.Protocols {
		if p.Supported == scan.Yes {
			b.depend(reference, b.protocol(e, p))
		}
	}
	for _, p := range e.Presented {
		for _, sum := range p.Sent {
			if certificate := "certificate:" + text.Clean(sum); b.seen[certificate] {
				b.depend(reference, certificate)
			}
		}
	}
	for _, chain := range e.Chains {
		b.issued(chain.Path)
	}
	return cdx.Service{BOMRef: reference, Name: text.Clean(e.ID), Group: text.Clean(e.System), Endpoints: &[]string{address(e)}, Properties: absent(said)}
}

// issued takes in that each certificate of a path rests on the next.
func (b *builder) issued(path []string) {
	for i := 1; i < len(path); i++ {
		subject, issuer := "certificate:"+text.Clean(path[i-1]), "certificate:"+text.Clean(path[i])
		if b.seen[subject] && b.seen[issuer] && !slices.Contains(b.dependsOn[subject], issuer) {
			b.depend(subject, issuer)
		}
	}
}

// address is where the endpoint is, as a URI; what is spoken there stands in its dependencies.
func address(e *report.Endpoint) string {
	host := e.Target.Host
	if host == "" {
		host = e.Target.Address
	}
	scheme := "tcp"
	if e.State == scan.StateTLS {
		scheme = "tls"
	}
	return (&url.URL{Scheme: scheme, Host: net.JoinHostPort(host, strconv.Itoa(int(e.Target.Port)))}).String()
}

// protocol is a version with the suites and groups that were accepted in it. Endpoints with the same of all share it.
func (b *builder) protocol(e *report.Endpoint, p scan.Protocol) string {
	kind, number := cdx.CryptoProtocolTypeTLS, strings.TrimPrefix(p.Version.String(), "TLSv")
	if p.Version < cipher.TLSv10 {
		kind, number = cdx.CryptoProtocolTypeOther, strings.TrimPrefix(p.Version.String(), "SSLv")
	}
	var groups []scan.GroupFact
	for _, g := range e.Groups {
		if g.Version == p.Version && g.Supported == scan.Yes {
			groups = append(groups, g)
		}
	}
	var primes []int
	for _, d := range e.DH {
		if d.Version == p.Version && !slices.Contains(primes, d.Bits) {
			primes = append(primes, d.Bits)
		}
	}
	reference := "protocol:" + p.Version.String() + ":" + digest(protocolKey(p, groups, primes))
	if b.seen[reference] {
		return reference
	}
	var on []string
	var suites []cdx.CipherSuite
	for _, s := range p.CipherSuites {
		suite, algorithms := b.suite(p.Version, s, groups)
		suites = append(suites, suite)
		on = append(on, algorithms...)
	}
	for _, g := range groups {
		on = append(on, b.group(g))
	}
	for _, bits := range primes {
		on = append(on, b.algorithm(diffieHellman(bits)))
	}
	said := properties("portseal:enumeration", p.Enumeration, "portseal:preference", p.Preference)
	return b.add(reference, p.Version.String(), &cdx.CryptoProperties{
		AssetType:          cdx.CryptoAssetTypeProtocol,
		ProtocolProperties: &cdx.CryptoProtocolProperties{Type: kind, Version: number, CipherSuites: absent(suites)},
	}, said, on...)
}

// protocolKey is all that makes two protocols the same.
func protocolKey(p scan.Protocol, groups []scan.GroupFact, primes []int) string {
	var key strings.Builder
	fmt.Fprintln(&key, p.Version, p.Enumeration, p.Preference, primes)
	for _, s := range p.CipherSuites {
		fmt.Fprintln(&key, s.Code, s.Name)
	}
	for _, g := range groups {
		fmt.Fprintln(&key, g.Code, g.Name)
	}
	return key.String()
}

// digest is the start of a SHA-256 in hex: enough to tell assets of one bill apart.
func digest(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:8])
}

// suite is a cipher suite with the groups that its key exchange may take, and the references of its algorithms.
func (b *builder) suite(v cipher.Version, s scan.CipherSuite, groups []scan.GroupFact) (cdx.CipherSuite, []string) {
	known := cipher.Describe(s.Code)
	out := cdx.CipherSuite{Name: text.Clean(s.Name), Identifiers: absent(octets(s.Code))}
	var on []string
	var refs []cdx.BOMReference
	for _, a := range suiteAlgorithms(known, v) {
		reference := b.algorithm(a)
		on, refs = append(on, reference), append(refs, cdx.BOMReference(reference))
	}
	out.Algorithms = absent(refs)
	var names []string
	for _, g := range groups {
		if takes(known, g.Code) {
			names = append(names, text.Clean(g.Name))
		}
	}
	out.TLSGroups = absent(names)
	return out, on
}

// octets is a code point in the form of the specification's examples: "0xC0", "0x30".
func octets(code cipher.ID) []string {
	digits := code.String()
	var out []string
	for i := 0; i+1 < len(digits); i += 2 {
		out = append(out, "0x"+digits[i:i+2])
	}
	return out
}

// takes says whether a suite's key exchange may use a group: those of TLS 1.3 take any.
func takes(s cipher.Suite, g cipher.Group) bool {
	kind := cipher.DescribeGroup(g).Kind
	switch s.KeyExchange {
	case "any":
		return true
	case "ECDHE", "ECDHE_PSK":
		return kind == cipher.KindElliptic
	case "DHE", "DHE_PSK":
		return kind == cipher.KindFiniteField
	}
	return false
}
