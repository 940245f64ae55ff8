package scaffold_test

import (
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/scaffold"
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
