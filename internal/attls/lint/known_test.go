package lint_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/attls/lint"
	"github.com/portseal/portseal/report"
)

// of runs the rules on a fixture and returns what one of them found.
func of(t *testing.T, file, id string) []report.Finding {
	path := filepath.Join("testdata", file+".attls")
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	return slices.DeleteFunc(lint.Run(input(path, text)), func(f report.Finding) bool { return f.ID != id })
}

// Severities that depend on what is known, in the order of the fixture's lines.
func TestSeveritiesByWhatIsKnown(t *testing.T) {
	for id, want := range map[string][]report.Severity{
		"ATTLS-NO-LABEL":               {report.Info, report.Medium, report.Low, report.Medium},
		"ATTLS-KEYRING-RELATIVE":       {report.Low, report.Info},
		"ATTLS-NO-HOST-CHECK":          {report.Info, report.Low},
		"ATTLS-OUTBOUND-UNSCOPED":      {report.Medium, report.High},
		"ATTLS-JOBNAME":                {report.High, report.High, report.Medium, report.High},
		"ATTLS-APPLICATION-CONTROLLED": {report.Medium, report.High, report.High, report.High},
		"ATTLS-PORT-NOT-COVERED":       {report.High, report.Low, report.High, report.High},
	} {
		var got []report.Severity
		for _, f := range of(t, id, id) {
			got = append(got, f.Severity)
		}
		assert.Equal(t, want, got, id)
	}
}

// No finding shows a password, whatever it is found for.
func TestPasswordsAreNotShown(t *testing.T) {
	text := "TTLSKeyringParms k\n{\n  Keyring /etc/key.kdb\n  KeyringPw your_password\n}\n"
	findings := lint.Run(input("p.attls", []byte(text)))
	assert.Contains(t, places(findings), "p.attls:4 ATTLS-KEYRING-PASSWORD")
	for _, f := range append(findings, of(t, "ATTLS-KEYRING-PASSWORD", "ATTLS-KEYRING-PASSWORD")...) {
		assert.NotContains(t, f.Detail, "s3cret", f.ID)
		assert.NotContains(t, f.Detail, "your_password", f.ID)
	}
}

// Ports of a listener with the same fault make one finding, which names them all.
func TestPortsAreNamedTogether(t *testing.T) {
	in := input("p.attls", []byte(rule))
	in.System = &lint.System{Listeners: []lint.Listener{
		{Name: "agent", Role: report.RoleCAEAgent, Expect: report.ExpectTLS, Ports: []uint16{5607, 5605, 5606, 5609}}}}
	findings := slices.DeleteFunc(lint.Run(in), func(f report.Finding) bool { return f.ID != "ATTLS-PORT-NOT-COVERED" })
	assert.Empty(t, findings, "the policy is not installed, which is said already")

	in = input("p.attls", []byte(off+rule))
	in.System = &lint.System{Listeners: []lint.Listener{
		{Name: "agent", Role: report.RoleCAEAgent, Expect: report.ExpectTLS, Ports: []uint16{5607, 5605, 5606, 5609}}}}
	findings = slices.DeleteFunc(lint.Run(in), func(f report.Finding) bool { return f.ID != "ATTLS-PORT-NOT-COVERED" })
	require.Len(t, findings, 1)
	assert.Contains(t, findings[0].Detail, "(ports 5605-5607, 5609)")
}

const off = "TTLSGroupAction g\n{\n  TTLSEnabled Off\n}\n"

// What is not known for certain passes: rules of one priority whose order nobody can tell, a job that nobody named, and a
// system of which nothing is known.
func TestUnknownPasses(t *testing.T) {
	on := "TTLSGroupAction h\n{\n  TTLSEnabled On\n}\nTTLSEnvironmentAction e\n{\n  HandshakeRole Server\n  TTLSKeyringParms\n  {\n    Keyring A/B\n  }\n}\n"
	java := &lint.System{Listeners: []lint.Listener{{Name: "web", Role: report.RoleCAEWeb, Expect: report.ExpectTLS, Ports: []uint16{5610}}}}
	agent := &lint.System{Listeners: []lint.Listener{{Name: "agent", Role: report.RoleCAEAgent, Expect: report.ExpectTLS, Ports: []uint16{5610}}}}
	ispf := &lint.System{Listeners: []lint.Listener{{Name: "ispf", Role: report.RoleCAEISPF, Expect: report.ExpectTLS, Ports: []uint16{5610}}}}
	secure := func(lines string) string {
		return "TTLSRule R\n{\n" + lines + "  Direction Inbound\n  TTLSGroupActionRef h\n  TTLSEnvironmentActionRef e\n}\n"
	}
	for name, c := range map[string]struct {
		text   string
		system *lint.System
		want   bool
		id     string
	}{
		"taken":           {on + secure("  LocalPortRange 5610\n"), java, true, "ATTLS-JAVA-SERVER"},
		"order not known": {off + on + rule + secure("  LocalPortRange 5610\n"), java, false, "ATTLS-JAVA-SERVER"},
		"order not known, On first": {off + on + strings.Replace(rule, "TTLSRule r", "TTLSRule S", 1) +
			strings.Replace(secure("  LocalPortRange 5610\n"), "TTLSRule R", "TTLSRule a", 1), java, false, "ATTLS-JAVA-SERVER"},
		"order not known, one peer": {off + on + rule + secure("  LocalPortRange 5610\n  RemoteAddr 10.1.1.1\n"), java, false, "ATTLS-JAVA-SERVER"},
		"another user":              {on + secure("  LocalPortRange 5000-6000\n  Userid ABC\n"), java, false, "ATTLS-JAVA-SERVER"},
		"server only":               {on + secure("  LocalPortRange 5610\n  RemoteAddr 10.1.1.1\n"), ispf, true, "ATTLS-ISPF-REMOTE-ADDR"},
		"one stack only":            {on + secure("  LocalPortRange 5610\n  LocalAddr 10.1.1.2\n"), ispf, true, "ATTLS-ISPF-REMOTE-ADDR"},
		"no port":                   {on + secure("  RemoteAddr 10.1.1.1\n"), ispf, false, "ATTLS-ISPF-REMOTE-ADDR"},
		"ispf exempted": {off + on + strings.Replace(rule, "Direction", "RemoteAddr 127.0.0.1\n  Direction", 1) +
			secure("  LocalPortRange 5610\n  RemoteAddr 10.1.1.1\n"), ispf, false, "ATTLS-ISPF-REMOTE-ADDR"},
		"exempted":        {off + on + strings.Replace(rule, "Direction", "Priority 5\n  Direction", 1) + secure("  LocalPortRange 5610\n"), java, false, "ATTLS-JAVA-SERVER"},
		"another job":     {on + secure("  LocalPortRange 5000-6000\n  Jobname ABC\n"), java, false, "ATTLS-JAVA-SERVER"},
		"nothing known":   {on + secure("  LocalPortRange 5610\n"), nil, false, "ATTLS-JAVA-SERVER"},
		"not covered":     {on + secure("  LocalPortRange 5611\n"), agent, true, "ATTLS-PORT-NOT-COVERED"},
		"some job":        {on + secure("  Jobname ABC\n"), agent, false, "ATTLS-PORT-NOT-COVERED"},
		"some peer":       {on + secure("  LocalPortRange 5610\n  RemoteAddr 10.1.1.1\n"), agent, false, "ATTLS-PORT-NOT-COVERED"},
		"group not known": {strings.Replace(on, "TTLSEnabled On", "TTLSEnabled On\n  TTLSEnabled Off", 1) + secure("  LocalPortRange 5610\n"), agent, false, "ATTLS-PORT-NOT-COVERED"},
	} {
		in := input("p.attls", []byte(c.text))
		in.System = c.system
		found := slices.ContainsFunc(lint.Run(in), func(f report.Finding) bool { return f.ID == c.id })
		assert.Equal(t, c.want, found, name)
	}
}
