package facts_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/report/internal/facts"
	"github.com/portseal/portseal/scan"
)

func TestReady(t *testing.T) {
	endpoint := func(v13 scan.Fact, groups map[cipher.Group]scan.Fact) *report.Endpoint {
		e := &report.Endpoint{Observation: scan.Observation{State: scan.StateTLS, Protocols: []scan.Protocol{{Version: cipher.TLSv13, Supported: v13}}}}
		for g, f := range groups {
			e.Groups = append(e.Groups, scan.GroupFact{Version: cipher.TLSv13, Code: g, Supported: f})
		}
		return e
	}
	refused := map[cipher.Group]scan.Fact{29: scan.Yes}
	for _, g := range cipher.PostQuantumGroups() {
		refused[g] = scan.No
	}
	const mlkem768, x25519MLKEM768 = 0x0201, 0x11EC
	for name, tt := range map[string]struct {
		e    *report.Endpoint
		want scan.Fact
	}{
		"hybrid":                  {endpoint(scan.Yes, map[cipher.Group]scan.Fact{x25519MLKEM768: scan.Yes}), scan.Yes},
		"pure":                    {endpoint(scan.Yes, map[cipher.Group]scan.Fact{mlkem768: scan.Yes}), scan.Yes},
		"all refused":             {endpoint(scan.Yes, refused), scan.No},
		"not asked":               {endpoint(scan.Yes, nil), scan.Unknown},
		"some not answered":       {endpoint(scan.Yes, map[cipher.Group]scan.Fact{x25519MLKEM768: scan.No}), scan.Unknown},
		"no TLS 1.3":              {endpoint(scan.No, map[cipher.Group]scan.Fact{29: scan.Yes}), scan.No},
		"TLS 1.3 is not known of": {endpoint(scan.Unknown, nil), scan.Unknown},
	} {
		assert.Equal(t, tt.want, facts.Ready(tt.e), name)
	}
	kinds := facts.GroupKinds(endpoint(scan.Yes, refused))
	assert.Equal(t, []string{"x25519"}, kinds[2].Offered)
	assert.Len(t, kinds[0].NotOffered, 9)
	assert.Len(t, kinds[1].NotOffered, 3)
	assert.Empty(t, kinds[0].Offered)
}
