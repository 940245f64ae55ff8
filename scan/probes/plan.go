package probes

import (
	"slices"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/scan"
	"github.com/portseal/portseal/scan/hello"
)

// narrowSuites is how many suites a hello lists for a listener that does not answer long ones: it is then the shortest that New
// makes, a little over 512 octets.
const narrowSuites = 100

// proving says whether the plan's partition is to be proven, rather than everything enumerated.
func proving(t scan.Target) bool { return t.Plan.Depth == scan.Prove }

// named says whether a version is one of the plan's; a plan that names none means all.
func named(t scan.Target, v cipher.Version) bool { return len(t.Plan.Versions) == 0 || t.Plan.Names(v) }

// partition splits a version's suites into those outside the plan's named set and those inside, which nobody may write to. Where nothing
// is to be proven, or the version is not a named one, all are inside.
func partition(t scan.Target, log *scan.Log, v cipher.Version) (outside, inside []cipher.ID) {
	parts := scan.Memo(log, "partition/"+v.String(), func() [2][]cipher.ID {
		outside, inside := split(t, v)
		return [2][]cipher.ID{outside, inside}
	})
	return parts[0], parts[1]
}

func split(t scan.Target, v cipher.Version) (outside, inside []cipher.ID) {
	all := cipher.Enumerable(v)
	if !proving(t) || !named(t, v) || t.Plan.Suites == nil {
		return nil, all
	}
	for _, id := range all {
		if slices.Contains(t.Plan.Suites, id) {
			inside = append(inside, id)
		} else {
			outside = append(outside, id)
		}
	}
	return outside, inside
}

const recordHeader = 5

// offer builds the hello of a version with a list of suites, with a share of the group that the listener is known to want.
func offer(t scan.Target, log *scan.Log, v cipher.Version, list []cipher.ID) hello.ClientHello {
	h := firstOffer(t, v, list)
	if g := retryGroup(log); g != 0 && v == cipher.TLSv13 {
		h.KeyShares = []cipher.Group{g}
	}
	if v == cipher.TLSv13 && postQuantumOnly(log) {
		h.Groups = append(h.Groups, cipher.PostQuantumGroups()...)
	}
	return h
}

// firstOffer is the hello of a version for a listener of which nothing is known.
func firstOffer(t scan.Target, v cipher.Version, list []cipher.ID) hello.ClientHello {
	h := hello.New(v, list, t.ServerName, "")
	if v == cipher.TLSv13 {
		h.KeyShares = []cipher.Group{x25519, secp256r1}
	}
	return h
}

// The groups whose shares the TLS 1.3 hello carries: nearly every listener takes one of them.
const (
	secp256r1 cipher.Group = 23
	x25519    cipher.Group = 29
)

// retryGroup returns the group that the listener asked for by HelloRetryRequest when it was offered shares of the usual ones,
// if a share can be made for it.
func retryGroup(log *scan.Log) cipher.Group {
	if g := wantedGroup(log); slices.Contains(hello.KeyShareGroups(), g) {
		return g
	}
	return 0
}

// wantedGroup returns that group whether or not a share can be made for it; zero where the listener was content.
func wantedGroup(log *scan.Log) cipher.Group {
	if postQuantumOnly(log) {
		r, _ := read(log, postQuantumQuestion)
		return r.flight.ServerHello.Group
	}
	r, ok := read(log, versionQuestion(cipher.TLSv13))
	if !ok || r.flight.ServerHello == nil || !r.flight.ServerHello.HelloRetryRequest {
		return 0
	}
	return r.flight.ServerHello.Group
}
