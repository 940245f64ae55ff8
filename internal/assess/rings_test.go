package assess_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/internal/tlstest/pki"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// listed makes a ring one whose listing is whole: all of its entries are on it, with these usages.
func listed(r *certchain.Ring, usages ...certchain.Usage) *certchain.Ring {
	r.Consumer = certchain.SystemSSL
	r.Listing = &certchain.Listing{Ring: "U/" + r.Name, Whole: true, At: certchain.Place{File: r.Name + ".txt", Line: 4, Column: 8}}
	for i, u := range usages {
		e := &r.Entries[i]
		e.Usage, e.OnRing, e.Status, e.Label = u, certchain.Yes, certchain.StatusTrust, r.Name+"-"+e.CommonName
		e.ListedAt = certchain.Place{File: r.Name + ".txt", Line: 10 + i, Column: 3}
	}
	return r
}

const (
	personal = certchain.UsagePersonal
	certAuth = certchain.UsageCertAuth
)

// newRings is a conforming world whose two rings have listings.
func newRings(t *testing.T) (w *world, server, clients *certchain.Ring) {
	w = newWorld(t)
	server = listed(w.rings["server"], personal, certAuth, certAuth)
	server.Entries[0].Default = certchain.Yes
	clients = listed(w.rings["clients"], certAuth)
	return w, server, clients
}

// unseen leaves only what the rings promise: nobody has looked at the listener.
func (w *world) unseen() {
	w.state(scan.StateSkipped)
}

// ringFindings judges and leaves out what could not be assessed.
func (w *world) ringFindings() []report.Finding {
	w.t.Helper()
	var out []report.Finding
	for _, f := range w.judge() {
		if f.ID != "NOT-ASSESSED" {
			out = append(out, f)
		}
	}
	return out
}

func (w *world) oneRing(id string, severity report.Severity) report.Finding {
	w.t.Helper()
	findings := w.ringFindings()
	require.Equal(w.t, []string{id}, idsOf(findings), "%+v", findings)
	assert.Equal(w.t, severity, findings[0].Severity)
	return findings[0]
}

func TestConformingRingsHaveNoFinding(t *testing.T) {
	w, _, _ := newRings(t)
	assert.Empty(t, w.judge())
	w.unseen()
	assert.Empty(t, w.ringFindings())
}

func TestRingNoDefault(t *testing.T) {
	w, server, _ := newRings(t)
	server.Entries[0].Default = certchain.No
	assert.Empty(t, w.judge(), "the wire shows that a label is named where the estate does not say so")
	w.unseen()
	f := w.oneRing("RING-NO-DEFAULT", report.Medium)
	assert.Equal(t, &report.Location{File: "server.txt", Line: 4, Column: 8}, f.Location)
	assert.Equal(t, id, f.Endpoint)
	server.Entries[1].Default = certchain.Yes
	w.oneRing("RING-NO-DEFAULT", report.Medium) // a CA certificate as the default cannot be served
	w.expect.Label = server.Entries[0].Label
	assert.Empty(t, w.ringFindings())
	w.expect.Label, server.Listing = "", nil
	assert.Empty(t, w.ringFindings(), "without a listing nothing is known of defaults")
}

func TestRingNoLabel(t *testing.T) {
	w, _, _ := newRings(t)
	second := w.issue(pki.Leaf{CommonName: "second"})
	server := listed(w.ring("server", w.leaf.Raw, second.Raw, w.ca.DER, w.root.DER), personal, personal, certAuth, certAuth)
	server.Entries[0].Default = certchain.Yes
	f := w.oneRing("RING-NO-LABEL", report.Low)
	assert.Contains(t, f.Detail, `the default is "server-agent"`)
	w.expect.Label = server.Entries[0].Label
	assert.Empty(t, w.judge())
}

func TestRingNotrust(t *testing.T) {
	w, server, clients := newRings(t)
	server.Entries[0].Status = certchain.StatusNoTrust
	w.unseen()
	f := w.oneRing("RING-NOTRUST", report.High)
	assert.Equal(t, &report.Location{File: "server.txt", Line: 10, Column: 3}, f.Location)
	server.Entries[0].Status = certchain.StatusHighTrust
	assert.Empty(t, w.ringFindings())
	clients.Entries[0].Status = certchain.StatusNoTrust
	assert.Equal(t, []string{"RING-ROOT-MISSING", "RING-NOTRUST"}, idsOf(w.ringFindings()))
	clients.Entries[0].OnRing = certchain.No
	assert.NotContains(t, idsOf(w.ringFindings()), "RING-NOTRUST", "it is not on the ring")
}

func TestRingExpiresSoon(t *testing.T) {
	w, _, _ := newRings(t)
	w.at = w.root.Cert.NotAfter.Add(-10 * day)
	w.unseen()
	ids := idsOf(w.ringFindings())
	assert.Contains(t, ids, "RING-EXPIRES-SOON")
	for _, f := range w.ringFindings() {
		assert.Equal(t, report.Medium, f.Severity, "all of them are needed")
	}
	w.at = now
	other := listed(w.ring("clients", w.root.DER, w.newCA("Old", pki.WithValidity(now.Add(-9*day), now.Add(9*day))).DER), certAuth, certAuth)
	other.Consumer = certchain.SystemSSL
	findings := w.ringFindings()
	assert.Equal(t, []string{"RING-EXPIRES-SOON", "RING-CA-UNUSED"}, idsOf(findings))
	assert.Equal(t, report.Low, findings[0].Severity)
	assert.Contains(t, findings[0].Detail, "has 9 days left")

	other.Entries = other.Entries[:1]
	other.Listing.Unproven = []certchain.Listed{{Label: "GONE", Usage: certAuth, NotAfter: now.Add(-day)}}
	findings = w.ringFindings()
	assert.Equal(t, []string{"RING-EXPIRES-SOON", "RING-UNPROVEN"}, idsOf(findings))
	assert.Contains(t, findings[0].Observed, "by the clock of its system")
}

// What a listener sends is judged as CERT-EXPIRES-SOON, not twice.
func TestRingExpiryOfWhatIsSentIsSaidOnce(t *testing.T) {
	w, _, _ := newRings(t)
	w.at = w.leaf.NotAfter.Add(-10 * day)
	w.one("CERT-EXPIRES-SOON")
	w.unseen()
	w.oneRing("RING-EXPIRES-SOON", report.Medium)
}

func TestRingChainIncomplete(t *testing.T) {
	w, _, _ := newRings(t)
	server := listed(w.ring("server", w.leaf.Raw, w.root.DER), personal, certAuth)
	server.Entries[0].Default = certchain.Yes
	w.ring("clients", w.root.DER, w.ca.DER).Consumer = certchain.SystemSSL
	w.unseen()
	find := func() report.Finding {
		for _, f := range w.ringFindings() {
			if f.ID == "RING-CHAIN-INCOMPLETE" {
				return f
			}
		}
		return report.Finding{}
	}
	f := find()
	assert.Equal(t, report.Medium, f.Severity)
	assert.Contains(t, f.Detail, "an intermediate CA, which is known to ring clients")
	server.Listing.Whole = false
	assert.Equal(t, report.Low, find().Severity, "its files may not be all that it has")
	w.ring("clients", w.root.DER)
	assert.Empty(t, find().ID, "nobody knows what is missing")
	server.Listing.Whole = true
	server.Listing.Unproven = []certchain.Listed{{Label: "MAYBE", Usage: certAuth}}
	assert.Empty(t, find().ID, "what is missing may be what is listed and not at hand")

	server = listed(w.ring("server", w.leaf.Raw, w.ca.DER), personal, certAuth)
	server.Entries[0].Default = certchain.Yes
	f = find()
	assert.Equal(t, report.Low, f.Severity)
	assert.Contains(t, f.Detail, "a root, which ring clients has")
}

func TestRingRootMissing(t *testing.T) {
	w, _, _ := newRings(t)
	clients := listed(w.ring("clients", w.other.DER), certAuth)
	assert.NotContains(t, idsOf(w.judge()), "RING-ROOT-MISSING", "the wire says it")
	w.unseen()
	findings := w.ringFindings()
	assert.Equal(t, []string{"RING-ROOT-MISSING", "RING-CA-UNUSED"}, idsOf(findings))
	assert.Equal(t, "no anchor for it on clients", findings[0].Observed)
	clients.Listing.Unproven = []certchain.Listed{{Label: "MAYBE", Usage: certAuth}}
	assert.NotContains(t, idsOf(w.ringFindings()), "RING-ROOT-MISSING", "it may be the one that is listed and not at hand")

	// A personal certificate anchors nothing, and so does a user's virtual ring.
	w.ring("clients", w.root.DER).Virtual = "u/*"
	w.rings["clients"].Entries[0].Usage = personal
	w.oneRing("RING-ROOT-MISSING", report.High)
}

func TestRingVirtualServer(t *testing.T) {
	w, _, _ := newRings(t)
	for virtual, severity := range map[string]report.Severity{"*AUTH*/*": report.High, "*SITE*/*": report.High, "u/*": report.Low} {
		w.rings["server"].Virtual = virtual
		f := w.oneRing("RING-VIRTUAL-SERVER", severity)
		assert.Equal(t, "the virtual ring "+virtual, f.Observed)
	}
}

func TestRingCAUnused(t *testing.T) {
	w, _, _ := newRings(t)
	listed(w.ring("clients", w.root.DER, w.other.DER), certAuth, certAuth)
	f := w.oneRing("RING-CA-UNUSED", report.Info)
	assert.Equal(t, `also "clients-Other Root"`, f.Observed)
	w.expect.ServedBy = ""
	w.unseen()
	assert.Empty(t, w.ringFindings(), "what the listener serves is not known")
	w, _, _ = newRings(t)
	server := listed(w.ring("server", w.leaf.Raw, w.ca.DER, w.root.DER, w.other.DER), personal, certAuth, certAuth, certAuth)
	server.Entries[0].Default = certchain.Yes
	w.oneRing("RING-CA-UNUSED", report.Info)
	w.expect.ClientAuth = "requested"
	assert.NotContains(t, idsOf(w.judge()), "RING-CA-UNUSED", "any CA may have issued its clients' certificates")
}

func TestRingUnprovenAndUnlisted(t *testing.T) {
	w, _, clients := newRings(t)
	clients.Listing.Unproven = []certchain.Listed{{Label: "NEW", Usage: certAuth}, {Label: "OUT", Usage: certAuth, Status: certchain.StatusNoTrust}}
	findings := w.ringFindings()
	assert.Equal(t, []string{"RING-NOTRUST", "RING-UNPROVEN"}, idsOf(findings))
	assert.Equal(t, `no file for "NEW" (CERTAUTH)`, findings[1].Observed)

	w, server, _ := newRings(t)
	server.Entries = append(server.Entries, certchain.Entry{Certificate: w.parse(w.other.DER), OnRing: certchain.No})
	f := w.oneRing("RING-UNLISTED", report.Low)
	assert.Contains(t, f.Observed, "Other Root")
}

const day = 24 * time.Hour
