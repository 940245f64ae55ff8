package ringcheck

import (
	"cmp"
	"time"

	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/internal/assess"
	"github.com/portseal/portseal/report"
)

// Schema names the form of a Document's JSON.
const Schema = "portseal.keyring/v1"

// Document is all that is known of a ring. What is not known is absent or "unknown".
type Document struct {
	Schema   string             `json:"schema"`
	JudgedAt time.Time          `json:"judged_at"`
	Name     string             `json:"name"`
	Consumer certchain.Consumer `json:"consumer"`
	Virtual  string             `json:"virtual,omitempty"`
	Listing  *Listing           `json:"listing,omitempty"`
	Sources  []Source           `json:"sources"`
	Entries  []Entry            `json:"entries"`
	Unproven []Unproven         `json:"unproven,omitempty"` // listed, and in no file
	Chains   []Chain            `json:"chains"`             // of every certificate that can be served
	Notes    []string           `json:"notes,omitempty"`    // about the files
	Findings []report.Finding   `json:"findings,omitzero"`  // absent when nothing was checked
}

// Listing is the listing that the ring was joined to.
type Listing struct {
	Ring     string           `json:"ring,omitempty"` // OWNER/NAME; absent when it lists certificates only
	Location *report.Location `json:"location"`
}

// Source is a file of the ring.
type Source struct {
	Path   string `json:"path"`
	Format string `json:"format"`
	SHA256 string `json:"sha256"`
}

// The parts that a certificate plays on a ring.
const (
	Personal     = "personal"     // can be served
	Anchor       = "anchor"       // ends a chain
	Intermediate = "intermediate" // completes a chain
	Unseen       = "unseen"       // not there for the ring's users: NOTRUST, or not connected
)

// Entry is a certificate of the ring.
type Entry struct {
	Label      string           `json:"label,omitempty"`
	Owner      string           `json:"owner,omitempty"`
	Usage      certchain.Usage  `json:"usage,omitempty"`
	Default    certchain.Answer `json:"default"`
	Status     certchain.Status `json:"status,omitempty"`
	OnRing     certchain.Answer `json:"on_ring"` // what its listing says
	Part       string           `json:"part"`
	PrivateKey certchain.Answer `json:"private_key"`
	SHA256     string           `json:"sha256"`
	Subject    string           `json:"subject"`
	Issuer     string           `json:"issuer"`
	Serial     string           `json:"serial,omitempty"`
	NotBefore  time.Time        `json:"not_before,omitzero"`
	NotAfter   time.Time        `json:"not_after,omitzero"`
	Key        string           `json:"key"`
	Signature  string           `json:"signature"`
	Names      []string         `json:"names,omitempty"`
	Source     string           `json:"source,omitempty"`
}

// Unproven is a certificate of which only the listing is known.
type Unproven struct {
	Label    string           `json:"label"`
	Owner    string           `json:"owner"`
	Usage    certchain.Usage  `json:"usage,omitempty"`
	Default  certchain.Answer `json:"default"`
	Status   certchain.Status `json:"status,omitempty"`
	SHA256   string           `json:"sha256,omitempty"`
	Serial   string           `json:"serial,omitempty"`
	Subject  string           `json:"subject,omitempty"` // as RACF writes it
	NotAfter string           `json:"not_after,omitempty"`
	Location *report.Location `json:"location"`
}

// Chain is what a server would send for a certificate of the ring.
type Chain struct {
	Label        string           `json:"label,omitempty"`
	Certificates []string         `json:"certificates"` // SHA-256, the server's own first
	Complete     certchain.Answer `json:"complete"`     // it goes on to a self-signed root
	Missing      string           `json:"missing,omitempty"`
}

// Show reads a ring and says what is on it.
func Show(o Options) (*Document, error) {
	ring, notes, err := open(o)
	if err != nil {
		return nil, err
	}
	return describe(ring, notes, o.At), nil
}

// Check is Show with the findings about the ring.
func Check(o Options) (*Document, error) {
	ring, notes, err := open(o)
	if err != nil {
		return nil, err
	}
	d := describe(ring, notes, o.At)
	d.Findings = append([]report.Finding{}, assess.RingAlone(ring, o.Label, o.MinDays, o.At)...)
	return d, nil
}

func describe(ring *certchain.Ring, notes []string, at time.Time) *Document {
	d := &Document{Schema: Schema, JudgedAt: at, Name: ring.Name, Consumer: ring.As(), Virtual: ring.Virtual, Notes: notes,
		Sources: []Source{}, Entries: []Entry{}, Chains: []Chain{}}
	for _, s := range ring.Sources {
		d.Sources = append(d.Sources, Source(s))
	}
	if l := ring.Listing; l != nil {
		d.Listing = &Listing{l.Ring, location(l.At)}
	}
	parts := partsOf(ring)
	for _, e := range ring.Entries {
		c := e.Certificate
		d.Entries = append(d.Entries, Entry{Label: e.Label, Owner: e.Owner, Usage: e.Usage, Default: e.Default, Status: e.Status, OnRing: e.OnRing,
			Part: cmp.Or(parts(e), Unseen), PrivateKey: e.HasPrivateKey, SHA256: c.SHA256, Subject: c.Subject, Issuer: c.Issuer, Serial: c.Serial,
			NotBefore: c.NotBefore, NotAfter: c.NotAfter, Key: c.Key.String(), Signature: c.Signature.String(), Names: c.Names(), Source: e.Source})
	}
	for _, l := range ring.Unproven() {
		u := Unproven{Label: l.Label, Owner: l.Owner, Usage: l.Usage, Default: l.Default, Status: l.Status, SHA256: l.SHA256, Serial: l.Serial,
			Subject: l.Subject, Location: location(l.At)}
		if !l.NotAfter.IsZero() {
			u.NotAfter = l.NotAfter.Format(time.DateTime) // by the clock of its system
		}
		d.Unproven = append(d.Unproven, u)
	}
	for _, e := range ring.PersonalEntries() {
		d.Chains = append(d.Chains, chainOf(ring, e))
	}
	return d
}

func location(p certchain.Place) *report.Location {
	l := report.Location(p)
	return &l
}

// partsOf returns what says which part an entry plays; "" for none.
func partsOf(ring *certchain.Ring) func(certchain.Entry) string {
	anchors := map[string]bool{}
	for _, c := range ring.Anchors() {
		anchors[c.SHA256] = true
	}
	return func(e certchain.Entry) string {
		switch {
		case !e.Usable():
			return ""
		case e.Personal():
			return Personal
		case anchors[e.SHA256]:
			return Anchor
		}
		return Intermediate
	}
}

func chainOf(ring *certchain.Ring, e certchain.Entry) Chain {
	chain := Chain{Label: e.Label, Complete: certchain.Yes}
	all := ring.Chain(e.Certificate)
	for _, c := range all {
		chain.Certificates = append(chain.Certificates, c.SHA256)
	}
	if end := all[len(all)-1]; !end.SelfIssued() {
		chain.Complete, chain.Missing = certchain.No, end.Issuer
		if len(ring.UnprovenAnchors()) > 0 {
			chain.Complete = certchain.Unknown
		}
	}
	return chain
}
