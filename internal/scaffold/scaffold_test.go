package scaffold_test

import (
	"testing"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/internal/scaffold"
	"github.com/portseal/portseal/internal/tlstest/pki"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

func endpoint(host string, port uint16, state scan.State) report.Endpoint {
	var e report.Endpoint
	e.ID, e.State = host, state
	e.Target.Host, e.Target.Port = host, port
	if state == scan.StateNonTLS {
		e.NonTLS = &scan.NonTLS{Kind: "opaque"}
	}
	return e
}

func TestSystemsHaveNamesOfTheirOwn(t *testing.T) {
	rep := &report.Report{Endpoints: []report.Endpoint{
		endpoint("db.one.example", 443, scan.StateClosed), endpoint("db.two.example", 443, scan.StateClosed),
		endpoint("2001:db8::1", 443, scan.StateNonTLS), endpoint("gone.example", 443, scan.StateFiltered),
	}}
	files, err := scaffold.Estate(rep, `a "name": with, marks # and all`)
	require.NoError(t, err)
	var file struct {
		Name    string
		Systems []struct{ Name, Host string }
	}
	require.NoError(t, yaml.Unmarshal(files[scaffold.EstateFile], &file))
	assert.Equal(t, `a "name": with, marks # and all`, file.Name)
	assert.Equal(t, []struct{ Name, Host string }{{"DB", "db.one.example"}, {"DB-TWO-EXAMPLE", "db.two.example"}, {"2001-DB8--1", "2001:db8::1"}},
		file.Systems)
	assert.Contains(t, string(files[scaffold.EstateFile]), "# gone.example was left out: filtered\n")
}

// What a peer or a rule says stays in its comment.
func TestCommentsHoldNoSecondLine(t *testing.T) {
	rep := &report.Report{Endpoints: []report.Endpoint{endpoint("a.example", 443, scan.StateClosed)},
		Findings: []report.Finding{{ID: "X", Endpoint: "a.example", Title: "one\nsystems: []\x1b[2J"}}}
	files, err := scaffold.Estate(rep, "estate")
	require.NoError(t, err)
	assert.Contains(t, string(files[scaffold.EstateFile]), `# seen: X: one\nsystems: []\x1b[2J`)
}

func TestNothingToWrite(t *testing.T) {
	_, err := scaffold.Estate(&report.Report{Endpoints: []report.Endpoint{endpoint("a.example", 443, scan.StateFiltered)}}, "estate")
	assert.ErrorIs(t, err, scaffold.ErrNothing)
}

// A ring is made of the last certificate that was sent, where the leaf leads to it: a root whose intermediate was not sent
// would give a ring that trusts nothing.
func TestRingsAreOfChainsThatLeadToTheirEnd(t *testing.T) {
	root, err := pki.NewCA("root")
	require.NoError(t, err)
	between, err := root.Intermediate("between")
	require.NoError(t, err)
	id, err := between.Leaf(pki.Leaf{CommonName: "leaf"})
	require.NoError(t, err)
	const none = "# no CA certificate was sent to which the chain leads"
	for name, tt := range map[string]struct {
		sent [][]byte
		want string
	}{
		"whole":             {[][]byte{id.DER, between.DER, root.DER}, "trusted_by: [seen-1]"},
		"without the root":  {[][]byte{id.DER, between.DER}, "trusted_by: [seen-1]"},
		"wrong order":       {[][]byte{id.DER, root.DER, between.DER}, "trusted_by: [seen-1]"},
		"a certificate gap": {[][]byte{id.DER, root.DER}, none},
		"the leaf alone":    {[][]byte{id.DER}, none},
	} {
		t.Run(name, func(t *testing.T) {
			e := endpoint("a.example", 443, scan.StateTLS)
			e.Certificates = map[string]*certchain.Certificate{}
			var sent []string
			for _, der := range tt.sent {
				c, err := certchain.Parse(der)
				require.NoError(t, err)
				e.Certificates[c.SHA256], sent = c, append(sent, c.SHA256)
			}
			e.Presented = []scan.Presented{{Leaf: sent[0], Sent: sent}}
			rep := &report.Report{Endpoints: []report.Endpoint{e}}
			rep.Run.Started = time.Now()
			files, err := scaffold.Estate(rep, "estate")
			require.NoError(t, err)
			assert.Contains(t, string(files[scaffold.EstateFile]), tt.want)
			assert.Equal(t, tt.want != none, files["rings/seen-1.pem"] != nil)
		})
	}
}
