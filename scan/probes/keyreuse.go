package probes

import (
	"fmt"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/scan"
	"github.com/portseal/portseal/scan/hello"
)

const (
	featureECDHEReuse = "ecdhe-key-reuse"
	featureDHEReuse   = "dhe-key-reuse"
)

// ephemeral is a public value that a listener sent, of a group.
type ephemeral struct {
	feature string
	version cipher.Version
	group   string
	value   string
}

// ephemeralOf reads the public value of an answer. That of a hybrid under TLS 1.3 holds a ciphertext, which is another for each hello.
func ephemeralOf(r reading) (e ephemeral, ok bool) {
	sh, k := r.flight.ServerHello, r.flight.ServerKeyExchange
	switch {
	case sh == nil || sh.HelloRetryRequest:
	case sh.Version == cipher.TLSv13 && len(sh.KeyShare) > 0 && classical(cipher.DescribeGroup(sh.Group).Kind):
		e = ephemeral{featureECDHEReuse, sh.Version, fmt.Sprint(sh.Group), string(sh.KeyShare)}
		if cipher.DescribeGroup(sh.Group).Kind == cipher.KindFiniteField {
			e.feature = featureDHEReuse
		}
	case k != nil && k.Kind == hello.KindECDHE && len(k.Public) > 0:
		e = ephemeral{featureECDHEReuse, sh.Version, fmt.Sprint(k.Group), string(k.Public)}
	case k != nil && k.Kind == hello.KindDHE && len(k.Public) > 0:
		e = ephemeral{featureDHEReuse, sh.Version, string(k.DHPrime), string(k.Public)}
	}
	return e, e.feature != ""
}

func classical(kind string) bool {
	return kind == cipher.KindElliptic || kind == cipher.KindFiniteField
}

// deriveKeyReuse finds whether a public value came twice, in two handshakes that should have a key each (RFC 9325 section 7.4). It is no where at least two of one group were seen, and none twice.
func deriveKeyReuse(log *scan.Log, o *scan.Observation) {
	type key struct {
		feature string
		version cipher.Version
	}
	values := map[ephemeral]string{}    // to the exchange
	inGroup := map[ephemeral][]string{} // without the value
	found := map[key]scan.Feature{}
	for _, r := range readAll(log) {
		e, ok := ephemeralOf(r)
		if !ok {
			continue
		}
		k := key{e.feature, e.version}
		f := found[k]
		if earlier, twice := values[e]; twice && f.Answer != scan.Yes {
			f = scan.Feature{Answer: scan.Yes, Evidence: []string{earlier, r.ID}}
		}
		values[e] = r.ID
		e.value = ""
		inGroup[e] = append(inGroup[e], r.ID)
		if seen := inGroup[e]; len(seen) > 1 && f.Answer == scan.Unknown {
			f = scan.Feature{Answer: scan.No, Evidence: seen[:2:2]}
		}
		found[k] = f
	}
	for _, name := range []string{featureECDHEReuse, featureDHEReuse} {
		for _, v := range cipher.Versions() {
			if f := found[key{name, v}]; f.Answer != scan.Unknown {
				f.Name, f.Version = name, v
				o.Features = append(o.Features, f)
			}
		}
	}
}
