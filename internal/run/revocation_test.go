package run_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/crypto/ocsp"

	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/internal/assess"
	"github.com/portseal/portseal/internal/evidence"
	"github.com/portseal/portseal/internal/evidence/replay"
	"github.com/portseal/portseal/internal/evidence/replay/replaytest"
	asking "github.com/portseal/portseal/internal/plan"
	"github.com/portseal/portseal/internal/revocation/online"
	"github.com/portseal/portseal/internal/run"
	"github.com/portseal/portseal/internal/tlstest"
	"github.com/portseal/portseal/internal/tlstest/badserver"
	"github.com/portseal/portseal/internal/tlstest/pki"
	"github.com/portseal/portseal/report"
	reportjson "github.com/portseal/portseal/report/json"
	"github.com/portseal/portseal/scan"
)

// issuing is a CA whose certificates name sources on one server of HTTP.
type issuing struct {
	ca, stranger *pki.CA
	delegate     *pki.Identity // that may answer for the CA
	other        *pki.Identity // that may not
	server       *httptest.Server
	mu           sync.Mutex
	asked        map[string]int // paths
	proxied      int            // requests that came as they come to a proxy
	serials      int64
	ids          map[string]string // of endpoints, by what they serve
	answers      map[string]func(http.ResponseWriter, *http.Request)
}

func newIssuing(t *testing.T) *issuing {
	t.Helper()
	s := &issuing{ca: tlstest.NewCA(t, "Revoking Root"), stranger: tlstest.NewCA(t, "Stranger"), asked: map[string]int{}, serials: 0x1000, ids: map[string]string{},
		answers: map[string]func(http.ResponseWriter, *http.Request){}}
	s.delegate = tlstest.Issue(t, s.ca, pki.Leaf{CommonName: "responder", ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageOCSPSigning}})
	s.other = tlstest.Issue(t, s.ca, pki.Leaf{CommonName: "no responder"})
	s.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		s.asked[r.URL.Path]++
		if r.URL.IsAbs() {
			s.proxied++
		}
		answer := s.answers[r.URL.Path]
		s.mu.Unlock()
		if answer == nil {
			http.NotFound(w, r)
			return
		}
		answer(w, r)
	}))
	t.Cleanup(s.server.Close)
	return s
}

// leaf is a certificate of a CA that names sources: paths on the server, or URLs.
func (s *issuing) leaf(t *testing.T, ca *pki.CA, responders, lists []string) *pki.Identity {
	t.Helper()
	s.serials++
	absolute := func(list []string) []string {
		var out []string
		for _, u := range list {
			if u[0] == '/' {
				u = s.server.URL + u
			}
			out = append(out, u)
		}
		return out
	}
	return tlstest.Issue(t, ca, pki.Leaf{CommonName: fmt.Sprint("leaf ", s.serials), DNS: []string{"localhost"}, Serial: big.NewInt(s.serials),
		Template: func(c *x509.Certificate) {
			c.OCSPServer, c.CRLDistributionPoints = absolute(responders), absolute(lists)
		}})
}

// says makes a responder's answer, after the change.
func (s *issuing) says(t *testing.T, change func(*ocsp.Response), signer *pki.Identity, ca *pki.CA) func(http.ResponseWriter, *http.Request) {
	return func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		q, err := ocsp.ParseRequest(body)
		if err != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		now := time.Now().Truncate(time.Second)
		a := ocsp.Response{SerialNumber: q.SerialNumber, ThisUpdate: now, NextUpdate: now.Add(time.Hour)}
		if change != nil {
			change(&a)
		}
		key, cert := ca.Key, ca.Cert
		if signer != nil {
			key, cert, a.Certificate = signer.Key, signer.Leaf, signer.Leaf
		}
		der, err := ocsp.CreateResponse(s.ca.Cert, cert, a, key)
		assert.NoError(t, err)
		_, _ = w.Write(der)
	}
}

// list makes a list of a CA.
func list(t *testing.T, ca *pki.CA, change func(*x509.RevocationList), serials ...int64) []byte {
	t.Helper()
	now := time.Now().Truncate(time.Second).UTC()
	l := &x509.RevocationList{Number: big.NewInt(7), ThisUpdate: now, NextUpdate: now.Add(time.Hour)}
	for _, n := range serials {
		l.RevokedCertificateEntries = append(l.RevokedCertificateEntries, x509.RevocationListEntry{SerialNumber: big.NewInt(n), RevocationTime: now, ReasonCode: 4})
	}
	if change != nil {
		change(l)
	}
	der, err := x509.CreateRevocationList(rand.Reader, l, ca.Cert, ca.Key)
	require.NoError(t, err)
	return der
}

func octets(b []byte) func(http.ResponseWriter, *http.Request) {
	return func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(b) }
}

// asked makes a run of listeners that serve some certificates, by name, with revocation, and wants a later check to agree.
func asked(t *testing.T, s *issuing, a *online.Asker, depth scan.Depth, serve map[string]tls.Certificate) *report.Report {
	t.Helper()
	root, err := certchain.Parse(s.ca.DER)
	require.NoError(t, err)
	w := run.Work{Rings: []*certchain.Ring{{Name: "roots", Entries: []certchain.Entry{{Certificate: root, Usage: certchain.UsageCertAuth, Trusted: certchain.Yes}}}}}
	for name, c := range serve {
		l := tlstest.Bad(t, badserver.TLS(&tls.Config{Certificates: []tls.Certificate{c}, MinVersion: tls.VersionTLS13}))
		s.ids[name] = fmt.Sprint("localhost:", l.Addr().Port())
		w.Targets = append(w.Targets, scan.Target{ID: s.ids[name], Host: "localhost", Address: l.Addr().Addr(), Port: l.Addr().Port(), Plan: asking.AdHoc(depth)})
	}
	settings := settings(t)
	settings.Probes, settings.Depth, settings.Revocation = map[scan.Depth]string{scan.Quick: "quick", scan.Deep: "deep"}[depth], depth, a
	rep, err := run.Do(t.Context(), w, settings)
	require.NoError(t, err)
	assert.True(t, rep.Run.Revocation)
	return rep
}

// checksOf are what was said of an endpoint's leaf.
func checksOf(t *testing.T, s *issuing, rep *report.Report, name string) []report.RevocationCheck {
	t.Helper()
	for _, e := range rep.Endpoints {
		if e.ID == s.ids[name] {
			require.NotEmpty(t, e.Presented, name)
			return slices.DeleteFunc(slices.Clone(rep.Revocation), func(c report.RevocationCheck) bool { return c.Certificate != e.Presented[0].Leaf })
		}
	}
	t.Fatal("no endpoint", name)
	return nil
}

// found are the findings about revocation of an endpoint.
func found(s *issuing, rep *report.Report, name string) []string {
	var out []string
	for _, f := range rep.Findings {
		if f.Endpoint == s.ids[name] && slices.Contains([]string{assess.CertRevoked, assess.CertRevocationInvalid, assess.CertRevocationUnknown}, f.ID) {
			out = append(out, f.ID)
		}
	}
	return out
}

func TestRevocation(t *testing.T) {
	s := newIssuing(t)
	hour := time.Hour
	old := func(r *ocsp.Response) {
		r.ThisUpdate, r.NextUpdate = r.ThisUpdate.Add(-2*hour), r.NextUpdate.Add(-2*hour)
	}
	revoked := func(r *ocsp.Response) {
		r.Status, r.RevokedAt, r.RevocationReason = ocsp.Revoked, r.ThisUpdate, ocsp.KeyCompromise
	}
	stranger := tlstest.Issue(t, s.stranger, pki.Leaf{CommonName: "responder", ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageOCSPSigning}})
	wrong := list(t, s.ca, nil)
	wrong[len(wrong)-1] ^= 1
	hung := make(chan struct{})
	defer close(hung)
	type expected struct {
		revoked     scan.Fact
		stage, kind string
		hard        bool
		finding     string
	}
	fine := expected{revoked: scan.No}
	bad := expected{revoked: scan.Yes, finding: assess.CertRevoked}
	soft := func(stage, kind string) expected {
		return expected{scan.Unknown, stage, kind, false, assess.CertRevocationUnknown}
	}
	hard := func(stage, kind string) expected {
		return expected{scan.Unknown, stage, kind, true, assess.CertRevocationInvalid}
	}
	cases := map[string]struct {
		by     string
		answer func(http.ResponseWriter, *http.Request)
		want   expected
	}{
		"good":           {report.ByOCSP, s.says(t, nil, nil, s.ca), fine},
		"delegate":       {report.ByOCSP, s.says(t, nil, s.delegate, s.ca), fine},
		"revoked":        {report.ByOCSP, s.says(t, revoked, s.delegate, s.ca), bad},
		"unknown":        {report.ByOCSP, s.says(t, func(r *ocsp.Response) { r.Status = ocsp.Unknown }, nil, s.ca), expected{finding: assess.CertRevocationUnknown}},
		"stale":          {report.ByOCSP, s.says(t, old, nil, s.ca), soft(report.RevocationFreshness, "stale")},
		"stale, revoked": {report.ByOCSP, s.says(t, func(r *ocsp.Response) { old(r); revoked(r) }, nil, s.ca), expected{scan.Yes, report.RevocationFreshness, "stale", false, assess.CertRevoked}},
		"of tomorrow": {report.ByOCSP, s.says(t, func(r *ocsp.Response) {
			r.ThisUpdate, r.NextUpdate = r.ThisUpdate.Add(24*hour), r.NextUpdate.Add(24*hour)
		}, nil, s.ca), soft(report.RevocationFreshness, "not-yet")},
		"another signs":      {report.ByOCSP, s.says(t, nil, nil, s.stranger), hard(report.RevocationSignature, "unauthorized")},
		"another's delegate": {report.ByOCSP, s.says(t, nil, stranger, s.ca), hard(report.RevocationSignature, "unauthorized")},
		"no delegate":        {report.ByOCSP, s.says(t, nil, s.other, s.ca), hard(report.RevocationSignature, "unauthorized")},
		"another serial":     {report.ByOCSP, s.says(t, func(r *ocsp.Response) { r.SerialNumber = big.NewInt(5) }, nil, s.ca), hard(report.RevocationAnswer, "other-certificate")},
		"try later":          {report.ByOCSP, octets(ocsp.TryLaterErrorResponse), soft(report.RevocationAnswer, "no-answer")},
		"unauthorized":       {report.ByOCSP, octets(ocsp.UnauthorizedErrorResponse), soft(report.RevocationAnswer, "no-answer")},
		"garbage":            {report.ByOCSP, octets([]byte("<html>sign in</html>")), hard(report.RevocationAnswer, "malformed")},
		"nothing":            {report.ByOCSP, octets(nil), hard(report.RevocationAnswer, "malformed")},
		"large":              {report.ByOCSP, octets(make([]byte, 1<<20)), soft(report.RevocationHTTP, "too-large")},
		"503":                {report.ByOCSP, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(503) }, soft(report.RevocationHTTP, "status")},
		"slow":               {report.ByOCSP, func(http.ResponseWriter, *http.Request) { <-hung }, soft(report.RevocationConnect, "timeout")},
		"to a file": {report.ByOCSP, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Location", "file:///etc/hostname")
			w.WriteHeader(302)
		},
			soft(report.RevocationConnect, "failed")},
		"in circles": {report.ByCRL, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, r.URL.Path, http.StatusFound) }, soft(report.RevocationConnect, "failed")},
		"moved": {report.ByCRL, func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/list", http.StatusMovedPermanently)
		}, fine},
		"listed":     {report.ByCRL, nil, bad},
		"not listed": {report.ByCRL, octets(list(t, s.ca, nil, 5)), fine},
		"old list": {report.ByCRL, octets(list(t, s.ca, func(l *x509.RevocationList) {
			l.ThisUpdate, l.NextUpdate = l.ThisUpdate.Add(-9*hour), l.NextUpdate.Add(-9*hour)
		})), soft(report.RevocationFreshness, "stale")},
		"wrong list":   {report.ByCRL, octets(wrong), hard(report.RevocationSignature, "wrong")},
		"a stranger's": {report.ByCRL, octets(list(t, s.stranger, nil)), hard(report.RevocationSignature, "wrong")},
		"no list":      {report.ByCRL, octets([]byte("no list")), hard(report.RevocationAnswer, "malformed")},
		"list, 404":    {report.ByCRL, http.NotFound, soft(report.RevocationHTTP, "status")},
		"list, huge":   {report.ByCRL, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.CopyN(w, zeros{}, 33<<20) }, soft(report.RevocationHTTP, "too-large")},
		"list, cut": {report.ByCRL, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "99")
			_, _ = w.Write([]byte{48})
		}, soft(report.RevocationHTTP, "failed")},
		"ldap://127.0.0.1": {report.ByCRL, nil, soft(report.RevocationSource, "unsupported")},
	}
	s.answers["/list"] = octets(list(t, s.ca, nil))
	serve := map[string]tls.Certificate{}
	for name, c := range cases {
		path := []string{"/" + url.PathEscape(name)}
		if name == "ldap://127.0.0.1" {
			path = []string{name + "/cn=x"}
		}
		var id *pki.Identity
		if c.by == report.ByOCSP {
			id = s.leaf(t, s.ca, path, nil)
		} else {
			id = s.leaf(t, s.ca, nil, path)
		}
		serve[name] = id.Certificate()
		if name == "listed" {
			c.answer = octets(list(t, s.ca, nil, id.Leaf.SerialNumber.Int64()))
		}
		s.answers["/"+name] = c.answer
	}
	rep := asked(t, s, &online.Asker{Timeout: 5 * time.Second}, scan.Quick, serve)
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			checks := checksOf(t, s, rep, name)
			require.Len(t, checks, 1)
			got := checks[0]
			assert.Equal(t, c.by, got.By)
			assert.Equal(t, c.want.revoked, got.Revoked, "%+v", got.Failure)
			if c.want.stage == "" {
				assert.Nil(t, got.Failure)
			} else if assert.NotNil(t, got.Failure) {
				assert.Equal(t, []any{c.want.stage, c.want.kind, c.want.hard}, []any{got.Failure.Stage, got.Failure.Kind, got.Failure.Hard}, got.Failure.Message)
			}
			var want []string
			if c.want.finding != "" {
				want = []string{c.want.finding}
			}
			assert.Equal(t, want, found(s, rep, name))
			assert.Equal(t, got.Revoked == scan.Yes, got.RevokedAt != nil)
			if got.Revoked != scan.Unknown && c.by == report.ByCRL {
				assert.Equal(t, "7", got.Number)
			}
		})
	}
	replaytest.Agrees(t, rep, nil)
	for name, forge := range map[string]func(c *report.RevocationCheck){
		"revoked": func(c *report.RevocationCheck) { c.Revoked, c.Status, c.RevokedAt, c.Reason = scan.No, "good", nil, "" },
		"listed":  func(c *report.RevocationCheck) { c.Revoked = scan.No },
		"stale":   func(c *report.RevocationCheck) { c.Failure, c.Revoked = nil, scan.No },
		"good":    func(c *report.RevocationCheck) { c.DER = nil },
		"garbage": func(c *report.RevocationCheck) {
			c.Failure, c.Revoked, c.Status, c.SignedBy = nil, scan.No, "good", certchain.SignedByIssuer
		},
		"unknown": func(c *report.RevocationCheck) { c.Certificate = sum(t, s.ca.DER) },
	} {
		t.Run("forged "+name, func(t *testing.T) {
			forged := *rep
			forged.Revocation = slices.Clone(rep.Revocation)
			mine := checksOf(t, s, rep, name)[0]
			forge(&forged.Revocation[slices.IndexFunc(forged.Revocation, func(c report.RevocationCheck) bool { return c.Certificate == mine.Certificate })])
			require.NoError(t, evidence.Seal(&forged))
			var doc bytes.Buffer
			require.NoError(t, reportjson.Write(&doc, &forged))
			result, err := replay.Check(doc.Bytes(), replay.Beside{})
			require.NoError(t, err)
			assert.True(t, slices.ContainsFunc(result.Differences, func(d report.Difference) bool { return strings.HasPrefix(d.Pointer, "/revocation") }), "%+v", result.Differences)
		})
	}
}

type zeros struct{}

func (zeros) Read(b []byte) (int, error) { clear(b); return len(b), nil }

// TestRevocationSources: what is asked and what is not, each question once, by way of a proxy where there is one; and what a listener staples.
func TestRevocationSources(t *testing.T) {
	s := newIssuing(t)
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, closed.Close())
	s.answers["/ocsp"], s.answers["/list"] = s.says(t, nil, s.delegate, s.ca), octets(list(t, s.ca, nil))
	both := s.leaf(t, s.ca, []string{"/ocsp"}, []string{"/list"})
	refused := s.leaf(t, s.ca, []string{"http://" + closed.Addr().String(), "/ocsp"}, nil)
	foreign := s.leaf(t, s.stranger, []string{"/ocsp"}, []string{"/list"})
	plain := s.leaf(t, s.ca, nil, nil)
	many := s.leaf(t, s.ca, []string{"/ocsp?1", "/ocsp?2", "/ocsp?3", "/ocsp?4", "/ocsp?5"}, nil)
	between, err := s.ca.Intermediate("Between", pki.WithTemplate(func(c *x509.Certificate) { c.CRLDistributionPoints = []string{s.server.URL + "/list"} }))
	require.NoError(t, err)
	below := s.leaf(t, between, nil, nil)
	stapling := s.leaf(t, s.ca, nil, nil).Certificate()
	now := time.Now().Truncate(time.Second)
	stapling.OCSPStaple, err = ocsp.CreateResponse(s.ca.Cert, s.ca.Cert, ocsp.Response{SerialNumber: stapling.Leaf.SerialNumber, Status: ocsp.Revoked, RevokedAt: now,
		ThisUpdate: now, NextUpdate: now.Add(time.Hour)}, s.ca.Key)
	require.NoError(t, err)
	serve := map[string]tls.Certificate{"both": both.Certificate(), "again": both.Certificate(), "refused": refused.Certificate(), "foreign": foreign.Certificate(),
		"plain": plain.Certificate(), "many": many.Certificate(), "below": below.Certificate(), "stapling": stapling}
	wanted := map[string]string{
		"both": "crl no; ocsp no", "again": "crl no; ocsp no", "refused": "ocsp no; ocsp unknown connect/refused", "plain": "none unknown source/no-source",
		"foreign":  "crl unknown source/issuer-unknown; ocsp unknown source/issuer-unknown",
		"many":     "ocsp no; ocsp no; ocsp no; ocsp no; ocsp unknown source/too-many",
		"stapling": "none unknown source/no-source; staple yes", "below": "none unknown source/no-source",
	}
	look := func(t *testing.T, a *online.Asker) *report.Report {
		t.Helper()
		rep := asked(t, s, a, scan.Deep, serve)
		for name, want := range wanted {
			var got []string
			for _, c := range checksOf(t, s, rep, name) {
				said := c.By + " " + c.Revoked.String()
				if c.Failure != nil {
					said += " " + c.Failure.Stage + "/" + c.Failure.Kind
				}
				got = append(got, said)
			}
			slices.Sort(got)
			assert.Equal(t, want, strings.Join(got, "; "), name)
		}
		issued := slices.IndexFunc(rep.Revocation, func(c report.RevocationCheck) bool { return c.Certificate == sum(t, between.DER) })
		require.GreaterOrEqual(t, issued, 0, "an intermediate is asked about too")
		assert.Equal(t, scan.No, rep.Revocation[issued].Revoked)
		replaytest.Agrees(t, rep, nil)
		return rep
	}
	rep := look(t, &online.Asker{Timeout: time.Minute})
	assert.Empty(t, found(s, rep, "both"))
	assert.Empty(t, found(s, rep, "refused"), "one source is enough")
	assert.Equal(t, []string{assess.CertRevoked}, found(s, rep, "stapling"))
	assert.Equal(t, 1, s.asked["/list"], "each list is fetched once")
	assert.Equal(t, 6, s.asked["/ocsp"], "and each certificate asked about once, at each responder")
	assert.Zero(t, s.proxied)
	for _, f := range rep.Findings {
		if f.ID == assess.CertRevocationUnknown && f.Endpoint == s.ids["plain"] {
			assert.Equal(t, report.Info, f.Severity)
		}
	}

	t.Run("through a proxy", func(t *testing.T) {
		wanted["refused"] = "ocsp no; ocsp unknown http/status" // the proxy says so
		proxy, err := scan.ParseProxy("http://anna@"+tlstest.HTTPProxy(t, "anna", "secret").Addr.String(), "secret")
		require.NoError(t, err)
		look(t, &online.Asker{Timeout: time.Minute, Proxy: proxy.URL()})
	})
	t.Run("through SOCKS5", func(t *testing.T) {
		wanted["refused"] = "ocsp no; ocsp unknown connect/failed"
		proxy, err := scan.ParseProxy("socks5://"+tlstest.SOCKS5(t, "", "").Addr.String(), "")
		require.NoError(t, err)
		look(t, &online.Asker{Timeout: time.Minute, Proxy: proxy.URL()})
	})
	t.Run("never the environment's", func(t *testing.T) {
		wanted["refused"] = "ocsp no; ocsp unknown connect/refused"
		t.Setenv("HTTP_PROXY", "http://"+closed.Addr().String())
		t.Setenv("http_proxy", "http://"+closed.Addr().String())
		look(t, &online.Asker{Timeout: time.Minute})
	})
}

func sum(t *testing.T, der []byte) string {
	t.Helper()
	c, err := certchain.Parse(der)
	require.NoError(t, err)
	return c.SHA256
}

// TestRevocationOfOpenSSL asks the responder of OpenSSL, which signs by itself or through a delegate, and reads the list of "openssl ca".
func TestRevocationOfOpenSSL(t *testing.T) {
	s := newIssuing(t)
	index := tlstest.Index([]int64{0x1001, 0x1002}, []int64{0x1003, 0x1004})
	own := "http://127.0.0.1:" + fmt.Sprint(tlstest.OpenSSLOCSP(t, s.ca, nil, index).Addr.Port())
	delegated := "http://127.0.0.1:" + fmt.Sprint(tlstest.OpenSSLOCSP(t, s.ca, s.delegate, index).Addr.Port())
	s.answers["/list"] = octets(tlstest.OpenSSLCRL(t, s.ca, index, 1))
	serve := map[string]tls.Certificate{}
	for _, name := range []string{"good", "good, delegate", "revoked", "revoked, delegate", "not of it"} {
		responder := own
		if name == "good, delegate" || name == "revoked, delegate" {
			responder = delegated
		}
		serve[name] = s.leaf(t, s.ca, []string{responder}, []string{"/list"}).Certificate()
	}
	rep := asked(t, s, &online.Asker{Timeout: time.Minute}, scan.Quick, serve)
	for name, want := range map[string]scan.Fact{"good": scan.No, "good, delegate": scan.No, "revoked": scan.Yes, "revoked, delegate": scan.Yes} {
		for _, c := range checksOf(t, s, rep, name) {
			assert.Equal(t, want, c.Revoked, "%s: %+v", name, c)
			assert.Nil(t, c.Failure)
			if want == scan.Yes {
				assert.Equal(t, time.Date(2026, 10, 1, 12, 0, 0, 0, time.UTC), *c.RevokedAt)
				assert.Equal(t, "keyCompromise", c.Reason)
			}
			if c.By == report.ByCRL {
				assert.Equal(t, []any{"42", 2}, []any{c.Number, c.Entries})
			}
		}
	}
	none := checksOf(t, s, rep, "not of it")
	require.Len(t, none, 2)
	assert.Equal(t, []string{"good", "unknown"}, []string{none[0].Status, none[1].Status}, "the responder does not know it, and the list does not have it")
	assert.Equal(t, []scan.Fact{scan.No, scan.Unknown}, []scan.Fact{none[0].Revoked, none[1].Revoked})
	replaytest.Agrees(t, rep, nil)
}

// TestRevocationEnds: a run that is interrupted while it asks keeps what it has, and says that it is not complete.
func TestRevocationEnds(t *testing.T) {
	s := newIssuing(t)
	root, err := certchain.Parse(s.ca.DER)
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	s.answers["/ocsp"] = func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // only then is it seen that the client has gone
		cancel()
		<-r.Context().Done()
	}
	l := tlstest.Bad(t, badserver.TLS(&tls.Config{Certificates: []tls.Certificate{s.leaf(t, s.ca, []string{"/ocsp"}, nil).Certificate()}}))
	settings := settings(t)
	settings.Revocation = &online.Asker{Timeout: time.Hour}
	rep, err := run.Do(ctx, run.Work{Rings: []*certchain.Ring{{Name: "roots", Entries: []certchain.Entry{{Certificate: root, Usage: certchain.UsageCertAuth}}}},
		Targets: []scan.Target{{ID: "x", Host: "localhost", Address: l.Addr().Addr(), Port: l.Addr().Port(), Plan: scan.Plan{Depth: scan.Quick}}}}, settings)
	require.ErrorIs(t, err, scan.ErrInterrupted)
	assert.False(t, rep.Run.Complete)
	require.Len(t, rep.Revocation, 1)
	assert.Equal(t, "interrupted", rep.Revocation[0].Failure.Kind)
	assert.Equal(t, scan.Unknown, rep.Revocation[0].Revoked)
}
