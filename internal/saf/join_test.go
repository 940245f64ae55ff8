package saf_test

import (
	"crypto/sha256"
	"crypto/x509"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/internal/saf"
	"github.com/portseal/portseal/internal/tlstest/pki"
	"github.com/portseal/portseal/internal/tlstest/racdcert"
)

var now = time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC)

func newCA(t *testing.T, name string) *pki.CA {
	t.Helper()
	ca, err := pki.NewCA(name, pki.WithTime(now))
	require.NoError(t, err)
	return ca
}

func issue(t *testing.T, ca *pki.CA, name string) *x509.Certificate {
	t.Helper()
	id, err := ca.Leaf(pki.Leaf{CommonName: name})
	require.NoError(t, err)
	return id.Leaf
}

// exported is the ring that the given files make, before any listing is read.
func exported(t *testing.T, certificates ...*x509.Certificate) *certchain.Ring {
	t.Helper()
	r := &certchain.Ring{Name: "ring"}
	for _, c := range certificates {
		parsed, err := certchain.Parse(c.Raw)
		require.NoError(t, err)
		r.Entries = append(r.Entries, certchain.Entry{Certificate: parsed})
	}
	return r
}

func join(t *testing.T, r *certchain.Ring, name, text string) []saf.Problem {
	t.Helper()
	out, err := saf.Read("ring.txt", []byte(text))
	require.NoError(t, err)
	require.Empty(t, out.Problems)
	problems, err := saf.Join(r, out, name)
	require.NoError(t, err)
	return problems
}

func labels(entries []certchain.Entry) []string {
	out := []string{}
	for _, e := range entries {
		out = append(out, e.Label)
	}
	return out
}

// The listing decides: a CA connected as PERSONAL is no anchor, a NOTRUST one is not there, one that no file holds is known.
func TestJoinByFingerprint(t *testing.T) {
	root, untrusted, personalCA, site, absent := newCA(t, "Root"), newCA(t, "Untrusted"), newCA(t, "Personal CA"), newCA(t, "Site"), newCA(t, "Absent")
	leaf, other, stale := issue(t, root, "agent"), issue(t, root, "other"), newCA(t, "Stale")
	entries := []racdcert.Entry{
		{Label: "ROOT", Owner: "CERTAUTH", Usage: "CERTAUTH", Cert: root.Cert},
		{Label: "UNTRUSTED", Owner: "CERTAUTH", Usage: "CERTAUTH", Status: "NOTRUST", Cert: untrusted.Cert},
		{Label: "a CA of my own", Owner: "CQMAGENT", Usage: "PERSONAL", Cert: personalCA.Cert},
		{Label: "SITE", Owner: "SITE", Usage: "SITE", Status: "HIGHTRUST", Cert: site.Cert},
		{Label: "AGENT", Owner: "CQMAGENT", Usage: "PERSONAL", Default: true, Cert: leaf},
		{Label: "GONE", Owner: "CQMAGENT", Usage: "PERSONAL", Cert: other},
		{Label: "ABSENT", Owner: "CERTAUTH", Usage: "CERTAUTH", Cert: absent.Cert},
	}
	r := exported(t, root.Cert, untrusted.Cert, personalCA.Cert, site.Cert, leaf, stale.Cert)
	assert.Empty(t, join(t, r, "", racdcert.ListRing("CQMAGENT", "In", entries...)+racdcert.List(entries...)))

	assert.Equal(t, "CQMAGENT/In", r.Listing.Ring)
	var anchors []string
	for _, c := range r.Anchors() {
		anchors = append(anchors, c.CommonName)
	}
	assert.Equal(t, []string{"Root", "Site"}, anchors)
	assert.Equal(t, []string{"a CA of my own", "AGENT"}, labels(r.PersonalEntries()))
	assert.Equal(t, certchain.StatusHighTrust, r.Entries[3].Status)
	assert.Equal(t, certchain.No, r.Entries[5].OnRing, "a file that the ring does not have")
	require.Len(t, r.Unproven(), 2)
	assert.Equal(t, "GONE", r.Unproven()[0].Label)
	assert.Equal(t, "ABSENT", r.Unproven()[1].Label)

	served := certchain.ServedBy(r.Entries[4].Certificate, r, "", false)
	assert.Equal(t, certchain.Yes, served.Match, served.Detail)
	assert.Equal(t, "AGENT", served.Label)
	gone, err := certchain.Parse(other.Raw)
	require.NoError(t, err)
	assert.Equal(t, certchain.Yes, certchain.ServedBy(gone, r, "GONE", false).Match, "proven by the fingerprint of the listing")
	assert.Equal(t, certchain.No, certchain.ServedBy(r.Entries[4].Certificate, r, "GONE", false).Match)
}

// Without fingerprints a certificate is known by serial, validity, key and subject together, never by one of them.
func TestJoinBySerial(t *testing.T) {
	root := newCA(t, "Root")
	leaf, renewed := issue(t, root, "agent"), issue(t, root, "agent")
	entry := racdcert.Entry{Label: "AGENT", Owner: "U", Usage: "PERSONAL", Default: true, Cert: leaf, Old: true}
	text := racdcert.ListRing("U", "R", entry) + racdcert.List(entry)
	r := exported(t, leaf)
	join(t, r, "", text)
	assert.Equal(t, "AGENT", r.Entries[0].Label)
	r = exported(t, renewed)
	join(t, r, "", text)
	assert.Equal(t, certchain.No, r.Entries[0].OnRing, "the same names, another certificate")
	require.Len(t, r.Unproven(), 1)
	newer, err := certchain.Parse(renewed.Raw)
	require.NoError(t, err)
	assert.Equal(t, certchain.No, certchain.ServedBy(newer, r, "", false).Match, "the serial number differs")
}

// A listing of LISTRING alone: what is left on both sides belongs together, and no label is guessed among several.
func TestJoinWhatIsLeft(t *testing.T) {
	root, second := newCA(t, "Root"), newCA(t, "Second")
	leaf := issue(t, root, "agent")
	entries := []racdcert.Entry{
		{Label: "ROOT", Owner: "CERTAUTH", Usage: "CERTAUTH"}, {Label: "SECOND", Owner: "CERTAUTH", Usage: "CERTAUTH"},
		{Label: "AGENT", Owner: "U", Usage: "PERSONAL", Default: true},
	}
	r := exported(t, root.Cert, leaf, second.Cert)
	join(t, r, "", racdcert.ListRing("U", "R", entries...))
	assert.Equal(t, []string{"", "AGENT", ""}, labels(r.Entries))
	assert.Len(t, r.Anchors(), 2)
	assert.Empty(t, r.Unproven())

	r = exported(t, root.Cert, leaf)
	r.Entries[0].Label = "SECOND" // as the estate file gives it
	join(t, r, "", racdcert.ListRing("U", "R", entries...))
	assert.Equal(t, []string{"SECOND", "AGENT"}, labels(r.Entries))
	require.Len(t, r.Unproven(), 1)
	assert.Equal(t, "ROOT", r.Unproven()[0].Label)
	chain := []*certchain.Certificate{r.Entries[1].Certificate}
	verdict := certchain.Judge(chain, r, now)
	assert.Equal(t, certchain.Yes, verdict.Trusted.Value)
	r.Entries = r.Entries[1:]
	verdict = certchain.Judge(chain, r, now)
	assert.Equal(t, certchain.Unknown, verdict.Trusted.Value, "the CA that is listed and not exported may be the anchor")
	assert.Equal(t, certchain.ReasonUnproven, verdict.Trusted.Code)
	assert.Contains(t, verdict.Trusted.Detail, "ROOT")
}

// Virtual rings have no ring object: all that their owner has is on them.
func TestJoinVirtual(t *testing.T) {
	root, site := newCA(t, "Root"), newCA(t, "Site")
	leaf := issue(t, root, "agent")
	text := racdcert.List(
		racdcert.Entry{Label: "ROOT", Owner: "CERTAUTH", Cert: root.Cert},
		racdcert.Entry{Label: "SITE", Owner: "SITE", Cert: site.Cert},
		racdcert.Entry{Label: "AGENT", Owner: "U", Usage: "PERSONAL", Cert: leaf})
	for virtual, want := range map[string]certchain.Usage{"*AUTH*/*": certchain.UsageCertAuth, "*SITE*/*": certchain.UsageSite, "u/*": certchain.UsagePersonal} {
		r := exported(t, root.Cert, site.Cert, leaf)
		r.Virtual = virtual
		join(t, r, "", text)
		for i, usage := range []certchain.Usage{certchain.UsageCertAuth, certchain.UsageSite, certchain.UsagePersonal} {
			assert.Equal(t, certchain.AnswerOf(usage == want), r.Entries[i].OnRing, "%s %d", virtual, i)
		}
		assert.Empty(t, r.Unproven())
	}
	// Not all that the owner has need have been listed: what was not is neither on the ring nor off it.
	r := exported(t, root.Cert, newCA(t, "Unlisted").Cert)
	r.Virtual = "*AUTH*/*"
	join(t, r, "", text)
	assert.Empty(t, r.Entries[1].OnRing)
	r.Virtual = "other/*"
	out, err := saf.Read("f", []byte(text))
	require.NoError(t, err)
	_, err = saf.Join(r, out, "")
	assert.EqualError(t, err, "f lists no certificate of ID(other), which the virtual ring other/* stands for; want the output of RACDCERT LIST")
}

func TestJoinPicksTheRing(t *testing.T) {
	root := newCA(t, "Root")
	text := racdcert.ListRing("A", "One", racdcert.Entry{Label: "X", Owner: "CERTAUTH", Usage: "CERTAUTH"}) + racdcert.ListRing("B", "One") +
		racdcert.ListRing("B", "Two")
	out, err := saf.Read("f", []byte(text))
	require.NoError(t, err)
	for name, want := range map[string]string{
		"":     "f lists several rings; want one of them named: A/One or B/One or B/Two",
		"One":  "f lists several rings; want one of them named: A/One or B/One or B/Two",
		"None": `f lists no ring "None"; want A/One or B/One or B/Two`,
	} {
		_, err := saf.Join(exported(t, root.Cert), out, name)
		assert.EqualError(t, err, want)
	}
	r := exported(t, root.Cert)
	_, err = saf.Join(r, out, "Two")
	require.NoError(t, err)
	assert.Equal(t, certchain.No, r.Entries[0].OnRing, "the ring is empty")
	assert.Empty(t, r.Anchors())
}

// A certificate that only RACDCERT LIST knows gets its status; which ring it is on stays open.
func TestJoinWithoutRing(t *testing.T) {
	root := newCA(t, "Root")
	r := exported(t, root.Cert)
	join(t, r, "", racdcert.List(racdcert.Entry{Label: "ROOT", Owner: "CERTAUTH", Status: "NOTRUST", Cert: root.Cert}))
	assert.Equal(t, certchain.StatusNoTrust, r.Entries[0].Status)
	assert.Equal(t, "ROOT", r.Entries[0].Label)
	assert.Empty(t, r.Entries[0].OnRing)
	assert.Empty(t, r.Anchors())
}

func TestReadRefusesWhatIsNoListing(t *testing.T) {
	for text, want := range map[string]string{
		"\x00\x01\x02\x03": "f: ",
		"":                 "f: no key ring and no certificate is listed; want the output of RACDCERT LISTRING, and of LIST for its certificates",
		"READY\n IRRD115I User A has no rings.\n": "f:2:2: no key ring and no certificate is listed: IRRD115I User A has no rings.; want the output",
	} {
		_, err := saf.Read("f", []byte(text))
		assert.ErrorContains(t, err, want)
	}
}

// BenchmarkReadAndJoin reads a listing of more than 100,000 lines, every certificate of CERTAUTH, and joins it to a virtual ring.
func BenchmarkReadAndJoin(b *testing.B) {
	root, err := pki.NewCA("Root", pki.WithTime(now))
	require.NoError(b, err)
	one := racdcert.List(racdcert.Entry{Label: "LABEL", Owner: "CERTAUTH", Cert: root.Cert})
	var text strings.Builder
	for i := 0; strings.Count(one, "\n")*i < 100_000; i++ {
		sum := sha256.Sum256([]byte{byte(i), byte(i >> 8)})
		text.WriteString(strings.Replace(one, "Label: LABEL", fmt.Sprintf("Label: CA %d", i), 1))
		text.WriteString(fmt.Sprintf("  Certificate Fingerprint (SHA256):\n  %X\n  %X\n", sum[:16], sum[16:]))
	}
	parsed, err := certchain.Parse(root.DER)
	require.NoError(b, err)
	b.ReportAllocs()
	for b.Loop() {
		out, err := saf.Read("f", []byte(text.String()))
		require.NoError(b, err)
		ring := &certchain.Ring{Virtual: "*AUTH*/*", Entries: []certchain.Entry{{Certificate: parsed}}}
		_, err = saf.Join(ring, out, "")
		require.NoError(b, err)
	}
}
