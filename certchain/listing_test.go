package certchain

import (
	"testing"
	"time"

	"github.com/portseal/portseal/certchain/internal/testpki"
	"github.com/stretchr/testify/assert"
)

// What the ring's users cannot see neither anchors nor completes nor is served without a label.
func TestUnusableEntries(t *testing.T) {
	p := newPKI(t)
	all := parsed(t, p.leaf, p.two, p.one, p.root)
	for _, hide := range []func(*Entry){func(e *Entry) { e.Status = StatusNoTrust }, func(e *Entry) { e.OnRing = No }} {
		r := ringOf(SystemSSL, all...)
		for i := range r.Entries {
			hide(&r.Entries[i])
		}
		assert.Empty(t, r.Anchors())
		assert.Empty(t, r.Intermediates())
		assert.Empty(t, r.PersonalEntries())
		assert.Len(t, r.Chain(all[0]), 1)
	}
}

func TestRingChain(t *testing.T) {
	p := newPKI(t)
	all := parsed(t, p.leaf, p.two, p.one, p.root)
	for _, consumer := range []Consumer{SystemSSL, JSSE, Strict} {
		assert.Equal(t, all, ringOf(consumer, all[3], all[1], all[2]).Chain(all[0]), consumer)
	}
	assert.Equal(t, all[:2], ringOf(SystemSSL, all[3], all[1]).Chain(all[0]), "it breaks off where an issuer is missing")
	assert.Equal(t, all[2], IssuerOf(all[1], all))
	assert.Nil(t, IssuerOf(all[1], all[:2]))
	other := parsed(t, testpki.Root(t, "Root", nil))
	assert.Nil(t, IssuerOf(all[2], other), "the name alone makes no issuer")
}

// A CA certificate that is listed and not at hand turns "no" into "unknown", where it could be the anchor.
func TestJudgeWithUnprovenAnchors(t *testing.T) {
	p := newPKI(t)
	leaf, two, one, root := parsed(t, p.leaf)[0], parsed(t, p.two)[0], parsed(t, p.one)[0], parsed(t, p.root)[0]
	sent := []*Certificate{leaf, two, one}
	for _, c := range []struct {
		what   string
		listed Listed
		ring   []*Certificate
		at     time.Time
		want   Answer
		code   Reason
	}{
		{"an anchor may be it", Listed{Label: "CA", Usage: UsageCertAuth}, nil, testpki.At(), Unknown, ReasonUnproven},
		{"a SITE one too", Listed{Label: "CA", Usage: UsageSite}, nil, testpki.At(), Unknown, ReasonUnproven},
		{"a personal one never", Listed{Label: "CA", Usage: UsagePersonal}, nil, testpki.At(), No, ReasonNoAnchor},
		{"a NOTRUST one neither", Listed{Label: "CA", Usage: UsageCertAuth, Status: StatusNoTrust}, nil, testpki.At(), No, ReasonNoAnchor},
		{"trusted without it", Listed{Label: "CA", Usage: UsageCertAuth}, []*Certificate{root}, testpki.At(), Yes, ""},
		{"the leaf is over, whatever the anchor", Listed{Label: "CA", Usage: UsageCertAuth}, []*Certificate{root},
			leaf.NotAfter.Add(time.Hour), No, ReasonExpired},
	} {
		r := ringOf(SystemSSL, c.ring...)
		r.Listing = &Listing{Unproven: []Listed{c.listed}}
		v := Judge(sent, r, c.at).Trusted
		assert.Equal(t, c.want, v.Value, c.what)
		assert.Equal(t, c.code, v.Code, c.what)
	}
}

func TestServedByUnproven(t *testing.T) {
	p := newPKI(t)
	leaf := parsed(t, p.leaf)[0]
	for _, c := range []struct {
		what       string
		listed     Listed
		label      string
		any        bool
		want       Answer
		wantDetail string
	}{
		{"the fingerprint", Listed{Label: "A", Default: Yes, SHA256: leaf.SHA256}, "", false, Yes, "by the fingerprint in its listing"},
		{"another fingerprint", Listed{Label: "A", Default: Yes, SHA256: "00"}, "", false, No, "is served instead of"},
		{"another serial", Listed{Label: "A", Serial: "01"}, "A", false, No, "another fingerprint or serial number"},
		{"the same serial proves nothing", Listed{Label: "A", Serial: "00" + leaf.Serial}, "A", false, Unknown, "in none of the ring's files"},
		{"nothing known", Listed{Label: "A", Default: Yes}, "", false, Unknown, "in none of the ring's files"},
		{"any will do, and this may be it", Listed{Label: "A", Usage: UsagePersonal}, "", true, Unknown, "in none of the ring's files"},
		{"any will do, and this is it", Listed{Label: "A", Usage: UsagePersonal, SHA256: leaf.SHA256}, "", true, Yes, "by the fingerprint"},
		{"any will do, and this is not", Listed{Label: "A", Usage: UsagePersonal, SHA256: "00"}, "", true, No, "is not the personal certificate of ring R"},
		{"the only personal one", Listed{Label: "A", Usage: UsagePersonal}, "", false, Unknown, "is listed and in none of its files"},
	} {
		r := &Ring{Name: "R", Listing: &Listing{Unproven: []Listed{c.listed}}}
		s := ServedBy(leaf, r, c.label, c.any)
		assert.Equal(t, c.want, s.Match, c.what)
		assert.Contains(t, s.Detail, c.wantDetail, c.what)
	}
	// A label that a file has as well is that file's.
	r := ringOf(SystemSSL, leaf)
	r.Entries[0].Label = "A"
	r.Listing = &Listing{Unproven: []Listed{{Label: "A", Default: No}}}
	assert.Equal(t, Yes, ServedBy(leaf, r, "A", false).Match)
}
