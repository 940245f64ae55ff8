package replay_test

import (
	"encoding/base64"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func tempDir() (string, error) { return os.MkdirTemp("", "portseal-replay-") }

type object = map[string]any

func list(v any) []any { return v.([]any) }

// endpointOf is the endpoint with an id, and where it stands.
func endpointOf(doc object, id string) (object, int) {
	for i, e := range list(doc["endpoints"]) {
		if e.(object)["id"] == id {
			return e.(object), i
		}
	}
	return nil, -1
}

func findingOf(doc object, id string) (object, int) {
	for i, f := range list(doc["findings"]) {
		if f.(object)["id"] == id {
			return f.(object), i
		}
	}
	return nil, -1
}

func later(v any, d time.Duration) string {
	at, err := time.Parse(time.RFC3339Nano, v.(string))
	if err != nil {
		panic(err)
	}
	return at.Add(d).Format(time.RFC3339Nano)
}

func without(items any, i int) []any { return slices.Delete(slices.Clone(list(items)), i, i+1) }

// A forger who computes the digest anew is found all the same. Where says what at least is named.
func TestForgedReports(t *testing.T) {
	const rc4, tlsAgent, collector = "SYSA/agent-rc4", "SYSA/agent", "SYSB/collector"
	tests := map[string]struct {
		where string
		forge func(doc object)
	}{
		"the verdict of the run":      {"/summary/verdict", func(d object) { d["summary"].(object)["verdict"] = "pass" }},
		"the count of open RC4 ports": {"/summary/rc4_listeners_open", func(d object) { d["summary"].(object)["rc4_listeners_open"] = 0 }},
		"a severity":                  {"/findings/", func(d object) { f, _ := findingOf(d, "CHAIN-UNTRUSTED"); f["severity"] = "low" }},
		"a finding is taken out": {"/findings/-", func(d object) {
			_, i := findingOf(d, "RC4-SUITE-ACCEPTED")
			d["findings"] = without(d["findings"], i)
		}},
		"all findings are taken out, and the summary fits": {"/findings/-", func(d object) {
			d["findings"] = []any{}
			s := d["summary"].(object)
			s["verdict"], s["by_severity"], s["rc4_listeners_open"] = "pass", object{}, 0
		}},
		"a finding is waived": {"/findings/", func(d object) {
			f, _ := findingOf(d, "RC4-SUITE-ACCEPTED")
			f["waived"] = object{"reason": "known", "until": "2099-01-01", "approved_by": "J. Doe"}
		}},
		"a finding is put in": {"/findings/", func(d object) {
			f, _ := findingOf(d, "RC4-SUITE-ACCEPTED")
			more := object{}
			for k, v := range f {
				more[k] = v
			}
			more["endpoint"] = tlsAgent
			d["findings"] = append(list(d["findings"]), more)
		}},
		"an endpoint is taken out": {"/endpoints/-", func(d object) {
			_, i := endpointOf(d, collector)
			d["endpoints"] = without(d["endpoints"], i)
		}},
		"an endpoint is taken out with its expectation": {"/run/scope/selected", func(d object) {
			_, i := endpointOf(d, collector)
			d["endpoints"], d["expectations"] = without(d["endpoints"], i), without(d["expectations"], i)
		}},
		"an expectation is taken out": {"/expectations/-", func(d object) { d["expectations"] = without(d["expectations"], 0) }},
		"a state":                     {"/state", func(d object) { e, _ := endpointOf(d, rc4); e["state"] = "closed"; delete(e, "non_tls") }},
		"an accepted suite is taken out": {"/cipher_suites", func(d object) {
			e, _ := endpointOf(d, collector)
			for _, p := range list(e["protocols"]) {
				p := p.(object)
				if s, ok := p["cipher_suites"]; ok && p["version"] == "TLSv1.2" {
					p["cipher_suites"] = list(s)[:1]
				}
			}
		}},
		"a version is not spoken": {"/protocols/4", func(d object) {
			e, _ := endpointOf(d, tlsAgent)
			list(e["protocols"])[4].(object)["supported"] = "no"
		}},
		"a chain is trusted": {"/chains/", func(d object) {
			e, _ := endpointOf(d, "SYSA/agent-tls")
			for _, c := range list(e["chains"]) {
				c.(object)["trusted"] = "yes"
			}
		}},
		"the certificate that is served": {"/served_by", func(d object) {
			e, _ := endpointOf(d, tlsAgent)
			e["served_by"].(object)["match"] = "no"
		}},
		"an exchange is taken out": {"/evidence/", func(d object) {
			e, _ := endpointOf(d, collector)
			e["evidence"] = without(e["evidence"], 3)
		}},
		"the exchanges with the RC4 suite are taken out, with their cost": {"/evidence/", func(d object) {
			e, _ := endpointOf(d, collector)
			kept := []any{}
			for _, x := range list(e["evidence"]) {
				if !strings.Contains(x.(object)["question"].(string), "suites/TLSv1.2") {
					kept = append(kept, x)
				}
			}
			e["evidence"] = kept
			e["cost"].(object)["connections"] = len(kept)
		}},
		"the last exchange is taken out": {"/evidence/", func(d object) {
			e, _ := endpointOf(d, tlsAgent)
			all := list(e["evidence"])
			e["evidence"] = all[:len(all)-1]
		}},
		"exchanges stand in another order": {"/evidence/", func(d object) {
			e, _ := endpointOf(d, tlsAgent)
			all := list(e["evidence"])
			all[0], all[1] = all[1], all[0]
		}},
		"the evidence of two endpoints is swapped": {"/endpoints/", func(d object) {
			a, _ := endpointOf(d, collector)
			b, _ := endpointOf(d, tlsAgent)
			a["evidence"], b["evidence"] = b["evidence"], a["evidence"]
		}},
		"evidence and facts of two endpoints are swapped": {"/endpoints/", func(d object) {
			a, _ := endpointOf(d, collector)
			b, _ := endpointOf(d, tlsAgent)
			for _, key := range []string{"evidence", "protocols", "presented", "client_auth", "cost", "groups", "dh"} {
				a[key], b[key] = b[key], a[key]
			}
		}},
		"bytes that were sent": {"/evidence/0/sent", func(d object) {
			e, _ := endpointOf(d, tlsAgent)
			flip(list(e["evidence"])[0].(object), "sent", 60)
		}},
		"bytes that came back": {"/endpoints/", func(d object) {
			e, _ := endpointOf(d, tlsAgent)
			flip(list(e["evidence"])[0].(object), "received", 45)
		}},
		"what the server's key has signed": {"/received", func(d object) {
			e, _ := endpointOf(d, tlsAgent)
			for _, x := range list(e["evidence"]) {
				if x.(object)["cut"] != nil { // a flight of TLS 1.2: it ends with the signature and ServerHelloDone
					b, err := base64.StdEncoding.DecodeString(x.(object)["received"].(string))
					if err == nil {
						flip(x.(object), "received", len(b)-40)
					}
				}
			}
		}},
		"how an answer ended": {"/end", func(d object) {
			e, _ := endpointOf(d, tlsAgent)
			list(e["evidence"])[0].(object)["end"] = "close"
		}},
		"a secret": {"/secret", func(d object) {
			e, _ := endpointOf(d, tlsAgent)
			for _, x := range list(e["evidence"]) {
				if x.(object)["secret"] != nil {
					flip(x.(object), "secret", 3)
				}
			}
		}},
		"a certificate is swapped for another": {"/certificates/", func(d object) {
			all := list(d["certificates"])
			all[0].(object)["der"] = all[1].(object)["der"]
		}},
		"what a certificate says": {"/certificates/0/not_after", func(d object) {
			c := list(d["certificates"])[0].(object)
			c["not_after"] = later(c["not_after"], 24*365*time.Hour)
		}},
		"which certificate was presented": {"/presented", func(d object) {
			e, _ := endpointOf(d, tlsAgent)
			first := list(e["presented"])[0].(object)
			for _, c := range list(d["certificates"]) { // sorted by digest: the leaf may be the first
				if other := c.(object)["sha256"]; other != first["leaf"] {
					first["leaf"] = other
					return
				}
			}
		}},
		"an anchor of a ring": {"/keyrings/", func(d object) {
			for _, k := range list(d["keyrings"]) {
				if a := list(k.(object)["anchors"]); len(a) > 0 {
					k.(object)["anchors"] = a[1:]
					return
				}
			}
		}},
		"an entry is put into a ring": {"/findings/", func(d object) {
			e, _ := endpointOf(d, "SYSA/agent-tls")
			root := list(list(e["presented"])[0].(object)["sent"])
			for _, k := range list(d["keyrings"]) {
				k := k.(object)
				for _, sum := range root {
					entries, _ := k["entries"].([]any)
					k["entries"] = append(entries, object{"certificate": sum, "usage": "CERTAUTH"})
				}
			}
		}},
		"the time of judging": {"/run/judged_at", func(d object) {
			r := d["run"].(object)
			r["judged_at"] = later(r["judged_at"], -24*time.Hour)
		}},
		"when the run started": {"/run/", func(d object) { r := d["run"].(object); r["started"] = later(r["started"], time.Minute) }},
		"when the run finished": {"/endpoints/", func(d object) {
			r := d["run"].(object)
			r["finished"] = r["started"]
		}},
		"all times of the run": {"/", func(d object) {
			r := d["run"].(object)
			for _, key := range []string{"started", "finished", "judged_at"} {
				r[key] = later(r[key], 48*time.Hour)
			}
		}},
		"when an endpoint was looked at": {"/endpoints/", func(d object) {
			e, _ := endpointOf(d, tlsAgent)
			e["started"] = later(e["started"], time.Hour)
		}},
		"when a question was put": {"/at", func(d object) {
			e, _ := endpointOf(d, tlsAgent)
			x := list(e["evidence"])[0].(object)
			x["at"] = e["finished"]
		}},
		"what a scan cost": {"/cost/connections", func(d object) {
			e, _ := endpointOf(d, tlsAgent)
			e["cost"].(object)["connections"] = 1
		}},
		"the plan asks less": {"/plans/", func(d object) {
			for _, p := range list(d["plans"]) {
				p.(object)["depth"] = "quick"
			}
		}},
		"a rule is taken out, with its findings": {"/rules", func(d object) {
			d["rules"] = slices.DeleteFunc(list(d["rules"]), func(r any) bool { return r == "RC4-SUITE-ACCEPTED" })
			_, i := findingOf(d, "RC4-SUITE-ACCEPTED")
			d["findings"] = without(d["findings"], i)
		}},
		"a waiver is put in": {"/findings/", func(d object) {
			d["waivers"] = append(list(d["waivers"]), object{"finding": "RC4-SUITE-ACCEPTED", "listener": "SYSB/*", "until": "2099-01-01", "reason": "r"})
		}},
		"an expectation allows more": {"/findings/", func(d object) {
			for _, x := range list(d["expectations"]) {
				if x.(object)["endpoint"] == rc4 {
					x.(object)["expect"] = "any"
				}
			}
		}},
		"what fails the run":       {"/summary/verdict", func(d object) { d["run"].(object)["fail_on"] = "never" }},
		"a key that means nothing": {"/approved", func(d object) { d["approved"] = true }},
		"a key of an endpoint that means nothing": {"/endpoints/0/approved", func(d object) {
			list(d["endpoints"])[0].(object)["approved"] = true
		}},
		"an interruption is made up": {"/run/complete", func(d object) {
			e, _ := endpointOf(d, collector)
			e["evidence"] = list(e["evidence"])[:2]
			e["not_tested"] = []any{object{"question": "the rest", "why": "the run was interrupted"}}
		}},
		"an endpoint is said to have been skipped": {"/endpoints/", func(d object) {
			e, _ := endpointOf(d, collector)
			e["state"], e["evidence"] = "skipped", []any{}
			d["run"].(object)["scope"].(object)["skipped"] = []any{object{"id": collector, "reason": "reach: local"}}
		}},
		"endpoints stand in another order": {"/endpoints/", func(d object) {
			all := list(d["endpoints"])
			all[0], all[1] = all[1], all[0]
		}},
	}
	doc := demoDocument(t)
	require.Empty(t, pointers(t, doc), "the report itself agrees")
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			doc := demoDocument(t)
			tt.forge(doc)
			got := pointers(t, doc)
			assert.True(t, slices.ContainsFunc(got, func(p string) bool { return strings.Contains(p, tt.where) }), "want %s among %q", tt.where, got)
		})
	}
}

// flip changes one octet of a value in base64.
func flip(o object, key string, at int) {
	b, err := base64.StdEncoding.DecodeString(o[key].(string))
	if err != nil {
		panic(err)
	}
	b[min(at, len(b)-1)] ^= 1
	o[key] = base64.StdEncoding.EncodeToString(b)
}
