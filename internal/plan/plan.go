// Package plan says what a listener is asked, by what is expected of it. The plan says nothing of what is right; it only divides versions
// and suites into those that the expectation names and the rest, so that little has to be asked.
package plan

import (
	"slices"
	"strings"
	"sync"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// Of is the plan of an expectation. A depth other than Quick and Deep means Prove.
func Of(x report.Expectation, depth scan.Depth) scan.Plan {
	p := scan.Plan{Depth: depthOf(x, depth)}
	if p.Depth == scan.Hello || p.Depth == scan.Connect {
		return p
	}
	p.Versions = x.Versions
	p.Suites = goodSuites()
	if len(x.CipherSuites) > 0 {
		p.Suites = good(x.CipherSuites)
	}
	p.Required = x.RequiredCipherSuites
	p.Groups = len(x.Groups) > 0
	p.Vulnerabilities = p.Depth == scan.Deep && !queryMonitor(x)
	if x.Distributed && p.Depth != scan.Quick && !strings.Contains(x.Endpoint, "@") {
		p.Members = repeats
	}
	return p
}

// queryMonitor says whether a listener is one of Query Monitor's: those are never sent what no healthy client sends, unless a user says so.
func queryMonitor(x report.Expectation) bool {
	return x.Role != "" && x.Role != report.RoleGeneric
}

// AdHoc is the plan of a target of which nothing is expected.
func AdHoc(depth scan.Depth) scan.Plan {
	return scan.Plan{Depth: depth, Vulnerabilities: depth == scan.Deep}
}

// Intrusive is a plan as --intrusive makes it: at depth Deep all may be asked, whoever listens, and in sessions that stand.
func Intrusive(p scan.Plan) scan.Plan {
	if p.Depth == scan.Deep {
		p.Vulnerabilities, p.Intrusive = true, true
	}
	return p
}

// repeats is how often each deciding hello of a distributed listener is put again: of two members that connections go to at random one
// stays unseen in 1 of 32 questions. A listener whose members have addresses (SYSTEM/LISTENER@ADDRESS) is asked in full at each instead.
const repeats = 5

// depthOf never lets an RC4 listener, or a port on which no TLS is expected, be asked more than one ClientHello.
func depthOf(x report.Expectation, depth scan.Depth) scan.Depth {
	if x.Touch == "connect" {
		return scan.Connect
	}
	if x.Role == report.RoleCAEServerRC4 {
		return scan.Hello
	}
	switch x.Expect {
	case report.ExpectTLS, report.ExpectStartTLS, report.ExpectAny:
		if depth == scan.Quick || depth == scan.Deep {
			return depth
		}
		return scan.Prove
	}
	return scan.Hello
}

// goodSuites are the suites that good practice accepts when an estate names none: all but RC4, NULL, anonymous, export and
// single DES. SSLv2's kinds are left out, since SSLv2 itself is a finding.
var goodSuites = sync.OnceValue(func() []cipher.ID {
	var out []cipher.ID
	for _, v := range cipher.Versions() {
		if v != cipher.SSLv2 {
			out = append(out, cipher.Enumerable(v)...)
		}
	}
	seen := map[cipher.ID]bool{}
	return slices.DeleteFunc(good(out), func(id cipher.ID) bool {
		again := seen[id]
		seen[id] = true
		return again
	})
})

// good leaves out the suites that good practice always judges: a listener must be asked for them on their own even where the
// estate allows them, or nobody would see that they are accepted. The result is never nil, which would mean all suites.
func good(suites []cipher.ID) []cipher.ID {
	out := []cipher.ID{}
	for _, id := range suites {
		if Good(id) {
			out = append(out, id)
		}
	}
	return out
}

// Good says whether good practice leaves a suite to the estate: it is not of the kinds that are always judged.
func Good(id cipher.ID) bool {
	s := cipher.Describe(id)
	return !s.In("rc4") && !s.In("insecure")
}
