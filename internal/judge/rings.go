package judge

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/internal/assess"
	"github.com/portseal/portseal/report"
)

// Keyrings writes rings as they are judged with: in full, and the lists that readers ask for.
func Keyrings(rings []*certchain.Ring, problems []assess.RingProblem) []report.Keyring {
	out := make([]report.Keyring, 0, len(rings))
	for _, r := range rings {
		k := keyring(r)
		for _, p := range problems {
			if p.Keyring == r.Name {
				k.PrivateKeys = append(k.PrivateKeys, report.KeyringProblem{Location: p.Location, Detail: p.Detail})
			}
		}
		out = append(out, k)
	}
	slices.SortFunc(out, func(a, b report.Keyring) int { return cmp.Compare(a.Name, b.Name) })
	return out
}

func keyring(r *certchain.Ring) report.Keyring {
	k := report.Keyring{Name: r.Name, Consumer: string(r.As()), Virtual: r.Virtual, Anchors: []string{}, Personal: []string{}}
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
	for _, e := range r.Entries {
		k.Entries = append(k.Entries, report.KeyringEntry{Certificate: e.Certificate.SHA256, Label: e.Label, Owner: e.Owner, Usage: string(e.Usage),
			Default: said(e.Default), Status: string(e.Status), OnRing: said(e.OnRing), ListedAt: placed(e.ListedAt), Trusted: said(e.Trusted),
			HasPrivateKey: said(e.HasPrivateKey), Source: e.Source})
	}
	for _, s := range r.Sources {
		k.Files = append(k.Files, report.KeyringFile(s))
	}
	if l := r.Listing; l != nil {
		k.Listed = l.Ring
		k.Listing = &report.KeyringListing{Ring: l.Ring, Location: report.Location(l.At), Whole: l.Whole}
		for _, u := range l.Unproven {
			k.Listing.Unproven = append(k.Listing.Unproven, report.ListedCertificate{Label: u.Label, Owner: u.Owner, Usage: string(u.Usage),
				Default: said(u.Default), Status: string(u.Status), SHA256: u.SHA256, Serial: u.Serial, Subject: u.Subject, NotAfter: u.NotAfter,
				Location: report.Location(u.At)})
		}
	}
	return k
}

// Rings makes rings of what Keyrings wrote. The errors say which certificates are not known.
func Rings(keyrings []report.Keyring, known Certificates) ([]*certchain.Ring, []assess.RingProblem, error) {
	var rings []*certchain.Ring
	var problems []assess.RingProblem
	var faults []error
	for _, k := range keyrings {
		r := &certchain.Ring{Name: k.Name, Consumer: certchain.Consumer(k.Consumer), Virtual: k.Virtual, Listing: listing(k.Listing)}
		for _, e := range k.Entries {
			cert := known[e.Certificate]
			if cert == nil {
				faults = append(faults, fmt.Errorf("key ring %s: certificate %s is not in the report", k.Name, e.Certificate))
				continue
			}
			r.Entries = append(r.Entries, certchain.Entry{Certificate: cert, Label: e.Label, Owner: e.Owner, Usage: certchain.Usage(e.Usage),
				Default: e.Default, Status: certchain.Status(e.Status), OnRing: e.OnRing, ListedAt: placeOf(e.ListedAt), Trusted: e.Trusted,
				HasPrivateKey: e.HasPrivateKey, Source: e.Source})
		}
		for _, f := range k.Files {
			r.Sources = append(r.Sources, certchain.Source(f))
		}
		for _, p := range k.PrivateKeys {
			problems = append(problems, assess.RingProblem{Keyring: k.Name, Location: p.Location, Detail: p.Detail})
		}
		rings = append(rings, r)
	}
	return rings, problems, errors.Join(faults...)
}

func listing(l *report.KeyringListing) *certchain.Listing {
	if l == nil {
		return nil
	}
	out := &certchain.Listing{Ring: l.Ring, At: certchain.Place(l.Location), Whole: l.Whole}
	for _, u := range l.Unproven {
		out.Unproven = append(out.Unproven, certchain.Listed{Label: u.Label, Owner: u.Owner, Usage: certchain.Usage(u.Usage), Default: u.Default,
			Status: certchain.Status(u.Status), SHA256: u.SHA256, Serial: u.Serial, Subject: u.Subject, NotAfter: u.NotAfter,
			At: certchain.Place(u.Location)})
	}
	return out
}

// said is an answer, empty where nothing is known: absent facts are absent.
func said(a certchain.Answer) certchain.Answer {
	if a == certchain.Unknown {
		return ""
	}
	return a
}

func placed(p certchain.Place) *report.Location {
	if p == (certchain.Place{}) {
		return nil
	}
	l := report.Location(p)
	return &l
}

func placeOf(l *report.Location) certchain.Place {
	if l == nil {
		return certchain.Place{}
	}
	return certchain.Place(*l)
}

// Known are the certificates that an endpoint sent or a ring holds.
func Known(endpoints []report.Endpoint, rings []*certchain.Ring) Certificates {
	all := Certificates{}
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

// List describes certificates, sorted by digest.
func List(all Certificates) []report.Certificate {
	out := make([]report.Certificate, 0, len(all))
	for _, c := range all {
		out = append(out, report.Certificate{SHA256: c.SHA256, Subject: c.Subject, Issuer: c.Issuer, Serial: c.Serial, NotBefore: c.NotBefore,
			NotAfter: c.NotAfter, Key: c.Key.String(), Signature: c.Signature.String(), Names: c.Names(), Note: c.ParseNote, DER: c.Raw})
	}
	slices.SortFunc(out, func(a, b report.Certificate) int { return cmp.Compare(a.SHA256, b.SHA256) })
	return out
}
