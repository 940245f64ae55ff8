package web_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/report"
)

// What is expected is said in the words in which it is seen: suites and groups by their names, and no certificate asked for as what it is.
func TestListenerComparesWords(t *testing.T) {
	s := newSite(t)
	s.add(prodplex(t, 0, func(rep *report.Report) {
		for i := range rep.Expectations {
			if x := &rep.Expectations[i]; x.Endpoint == "SYSA/web" {
				x.CipherSuites, x.RequiredCipherSuites, x.Groups, x.ClientAuth = []cipher.ID{0x1301, 0x1302}, []cipher.ID{0x1302}, []cipher.Group{0x001d}, "none"
			}
		}
	}), nil)
	body := s.get("/listeners/SYSA/web").body
	for _, said := range []string{`<th scope="row">Cipher suites</th><td class="free">TLS_AES_128_GCM_SHA256 (1301), TLS_AES_256_GCM_SHA384 (1302)</td>`,
		`<th scope="row">Cipher suites required</th><td class="free">TLS_AES_256_GCM_SHA384 (1302)</td>`, `<th scope="row">Groups</th><td class="free">x25519</td>`,
		`<th scope="row">Client certificate</th><td class="free">not requested</td>`} {
		assert.Contains(t, body, said)
	}
}
