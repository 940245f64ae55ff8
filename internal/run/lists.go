package run

import (
	"cmp"
	"slices"

	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/report"
)

// certificates lists every certificate that an endpoint sent or a ring holds, each once, by digest.
func certificates(endpoints []report.Endpoint, rings []*certchain.Ring) []report.Certificate {
	all := known(endpoints, rings)
	out := make([]report.Certificate, 0, len(all))
	for _, c := range all {
		out = append(out, report.Certificate{SHA256: c.SHA256, Subject: c.Subject, Issuer: c.Issuer, Serial: c.Serial, NotBefore: c.NotBefore,
			NotAfter: c.NotAfter, Key: c.Key.String(), Signature: c.Signature.String(), Names: c.Names(), Note: c.ParseNote, DER: c.Raw})
	}
	slices.SortFunc(out, func(a, b report.Certificate) int { return cmp.Compare(a.SHA256, b.SHA256) })
	return out
}

// known are these certificates by their digests.
func known(endpoints []report.Endpoint, rings []*certchain.Ring) map[string]*certchain.Certificate {
	all := map[string]*certchain.Certificate{}
	for _, e := range endpoints {
		for sum, c := range e.Certificates {
			all[sum] = c
		}
	}
	for _, r := range rings {
		for _, entry := range r.Entries {
			all[entry.Certificate.SHA256] = entry.Certificate
		}
	}
	return all
}

// keyrings lists the rings as they were judged with.
func keyrings(rings []*certchain.Ring) []report.Keyring {
	out := make([]report.Keyring, 0, len(rings))
	for _, r := range rings {
		k := report.Keyring{Name: r.Name, Consumer: string(r.As()), Virtual: r.Virtual, Anchors: []string{}, Personal: []string{}}
		if r.Listing != nil {
			k.Listed = r.Listing.Ring
		}
		for _, l := range r.Unproven() {
			k.Unproven = append(k.Unproven, l.Label)
		}
		for _, c := range r.Anchors() {
			k.Anchors = append(k.Anchors, c.SHA256)
		}
		for _, e := range r.PersonalEntries() {
			k.Personal = append(k.Personal, e.Certificate.SHA256)
			if e.Default == certchain.Yes {
				k.Default = e.Certificate.SHA256
			}
		}
		out = append(out, k)
	}
	slices.SortFunc(out, func(a, b report.Keyring) int { return cmp.Compare(a.Name, b.Name) })
	return out
}

func ringInputs(r *certchain.Ring) []report.Input {
	var out []report.Input
	for _, s := range r.Sources {
		out = append(out, report.Input{Path: s.Path, Kind: "ring", SHA256: s.SHA256})
	}
	return out
}
