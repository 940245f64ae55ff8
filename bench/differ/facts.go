package differ

import (
	"maps"
	"slices"
	"strings"

	"github.com/portseal/portseal/bench"
	"github.com/portseal/portseal/cipher"
)

// Facts are what a scanner, or the configuration, says about one listener: values in one form by the names below. Lists are sorted and joined by
// spaces. A fact that a scanner does not report is absent.
type Facts map[string]string

// The facts' names. Those of versions and of vulnerabilities are "TLSv1.2" and, in small letters, "heartbleed".
const (
	factSuites       = "suites " // and the version
	factAllSuites    = "suites of all versions"
	factOrder        = "order "      // and the version: whose order of suites counts, server or client
	factSignatures   = "signatures " // and the version: schemes that the handshake is signed with
	factCurves       = "curves"
	factFFDHE        = "ffdhe groups" // of TLS 1.3
	factDHBits       = "dh bits"      // sizes of the primes in use up to TLS 1.2
	factCertificates = "certificates" // SHA-256 of the leaves, shortened
	factKeys         = "keys"         // of the leaves, such as "RSA-2048"
	factChains       = "chains"       // number of certificates sent, of each leaf
	factExpired      = "expired"
	factSelfSigned   = "self-signed"
	factTrusted      = "trusted" // by the root that the listener's certificate is meant to chain to
	factStaple       = "ocsp staple"
	factClientAuth   = "client certificate" // none, requested or required
	factTicket       = "resumption by ticket"
	factSessionID    = "resumption by id"
	factEarlyData    = "early data"
	factSecureReneg  = "secure renegotiation"
	factClientReneg  = "client renegotiation"
	factCompression  = "compression"
	factFallback     = "fallback scsv"
	factEMS          = "extended master secret"
	factEtM          = "encrypt then mac"
	factFragment     = "max fragment length"
	factHeartbeat    = "heartbeat"
	factALPN         = "alpn"
	factClock        = "clock in random"
	factState        = "what it is" // TLS, or nothing that this scanner speaks with
)

const (
	yes, no   = "yes", "no"
	unknown   = "unknown"
	stateTLS  = "TLS"
	stateNone = "no TLS"
)

func yesNo(b bool) string {
	if b {
		return yes
	}
	return no
}

// list is a set in its one form.
func list(items []string) string {
	items = slices.Clone(items)
	slices.Sort(items)
	return strings.Join(slices.Compact(items), " ")
}

// add puts one more item into the set of a fact.
func (f Facts) add(name, item string) { f[name] = list(append(strings.Fields(f[name]), item)) }

// any notes a fact that is yes where it is yes once.
func (f Facts) any(name string, value bool) {
	if f[name] != yes {
		f[name] = yesNo(value)
	}
}

// version notes whether a version is spoken; of a version that is, the suites may follow.
func (f Facts) version(v cipher.Version, spoken bool) {
	f[v.String()] = yesNo(spoken)
	if _, listed := f[factSuites+v.String()]; spoken && !listed {
		f[factSuites+v.String()] = ""
	}
	if f[factState] != stateTLS {
		f[factState] = stateNone
		if spoken {
			f[factState] = stateTLS
		}
	}
}

// suites notes what was accepted.
func (f Facts) suites(s bench.Suites) {
	for v, ids := range s {
		f.version(v, true)
		for id := range ids {
			f.add(factSuites+v.String(), cipher.Describe(id).Name)
		}
	}
}

// suiteName is the name that all use here for a suite, by any of its names.
func suiteName(name string) string {
	if id, err := cipher.Parse(name); err == nil {
		return cipher.Describe(id).Name
	}
	return name
}

// group notes a group by the name that a scanner gives it.
func (f Facts) group(name string) {
	fact := factCurves
	if g, err := cipher.ParseGroup(name); err == nil {
		info := cipher.DescribeGroup(g)
		name = info.Name
		if info.Kind == cipher.KindFiniteField {
			fact = factFFDHE
		}
	}
	f.add(fact, name)
}

// Truth is what configuration says of versions and suites, and further facts. A version without a suite is off; without any suites they are not known.
func Truth(suites map[uint16][]uint16, further Facts) Facts {
	f := Facts{}
	if len(suites) > 0 {
		for _, v := range cipher.Versions() {
			f.version(v, len(suites[uint16(v)]) > 0)
		}
		f.suites(bench.Truth(suites))
	}
	maps.Copy(f, further)
	return f
}
