package attls

import (
	"fmt"
	"strings"
	"testing"

	"github.com/portseal/portseal/internal/attls/syntax"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// faultsOf lists the problems of meaning as "line:column ID".
func faultsOf(p *Policy) (out []string) {
	for _, problem := range p.Problems {
		if !strings.HasPrefix(problem.ID, "ATTLS-SYNTAX-") {
			out = append(out, fmt.Sprintf("%d:%d %s", problem.At.Line, problem.At.Column, problem.ID))
		}
	}
	return out
}

func TestFaults(t *testing.T) {
	rule := "TTLSRule R\n{\n  LocalPortRange 8443\n  Direction Inbound\n  TTLSGroupActionRef on\n  TTLSEnvironmentActionRef env\n}\n"
	for _, tt := range []struct {
		name, text string
		fault      string
		says       []string
		hard       bool
	}{
		{"dangling", strings.Replace(rule, "ActionRef on", "ActionRef none", 1), "5:22 ATTLS-REF-DANGLING",
			[]string{`TTLSGroupActionRef refers to TTLSGroupAction "none"`, "not defined", "install no AT-TLS policy"}, true},
		{"case of a name", strings.Replace(rule, "ActionRef on", "ActionRef ON", 1), "5:22 ATTLS-REF-DANGLING", []string{"the case of names counts", `is "on"`}, true},
		{"wrong type", strings.Replace(rule, "ActionRef on", "ActionRef env", 1), "5:22 ATTLS-REF-WRONG-TYPE", []string{"the TTLSEnvironmentAction of that name at p.attls:16:1"}, true},
		{"no environment", strings.Replace(rule, "  TTLSEnvironmentActionRef env\n", "\n", 1), "1:1 ATTLS-RULE-NO-ENVIRONMENT", []string{"TTLSEnabled On", "p.attls:10:3"}, true},
		{"no condition", strings.Replace(rule, "LocalPortRange 8443", "Priority 5", 1), "1:1 ATTLS-RULE-NO-CONDITION", nil, true},
		{"address", strings.Replace(rule, "LocalPortRange 8443", "RemoteAddr 10.1.2", 1), "3:14 ATTLS-ADDRESS", []string{`RemoteAddr: "10.1.2"`}, true},
		{"port", strings.Replace(rule, "8443", "$PORT", 1), "3:18 ATTLS-PORT", []string{`"$PORT"`}, true},
		{"constant", rule + statement("TTLSCipherParms c", "V3CipherSuites4Char TLS_RSA_WITH_AES_128_CBC_SHA"), "10:23 ATTLS-SUITE-CONSTANT", []string{"002F"}, false},
		{"suite", rule + statement("TTLSCipherParms c", "V3CipherSuites4Char C030FFFE"), "10:23 ATTLS-SUITE", []string{"FFFE"}, false},
		{"curve", rule + statement("TTLSSignatureParms c", "ServerKexECurves 0017"), "10:20 ATTLS-GROUP", []string{"0017"}, false},
		{"pair", rule + statement("TTLSSignatureParms c", "SignaturePairs 0101"), "10:18 ATTLS-SIGNATURE-PAIR", []string{"0101"}, false},
		{"time", rule + statement("IpTimeCondition c", "DayOfWeekMask 2"), "10:17 ATTLS-TIME", nil, false},
		{"duplicate", rule + statement("IpAddr c", "Addr 10.0.0.1") + statement("IpAddr c", "Addr 10.0.0.2"), "12:8 ATTLS-DUPLICATE-NAME", []string{"first at p.attls:8:1"}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := loadFaulty(tt.text + actions())
			require.Equal(t, []string{tt.fault}, faultsOf(p))
			for _, s := range tt.says {
				assert.Contains(t, p.Problems[len(p.Problems)-1].Message, s)
			}
			assert.Equal(t, !tt.hard, p.Installs())
		})
	}
	assert.Empty(t, faultsOf(loadFaulty(rule+actions())))
}

func TestEachFaultIsListedOnce(t *testing.T) {
	seen := map[string]bool{}
	for _, k := range append(syntax.Faults(), Faults()...) {
		assert.False(t, seen[k.ID], k.ID)
		seen[k.ID] = true
		assert.NotEmpty(t, k.Title)
		assert.NotEmpty(t, k.Remediation)
	}
}

// A reference cannot go in circles: each type refers to other types. What tries to is a fault, and ends.
func TestCircles(t *testing.T) {
	p := loadFaulty(statement("PortGroup a", "PortRangeRef a") + statement("IpAddrGroup b", "IpAddrSetRef b") +
		statement("TTLSGroupAction c", "TTLSEnabled On", "TTLSGroupActionRef c") +
		ruleText("r", "LocalPortGroupRef a", "RemoteAddrGroupRef b", "Direction Inbound") + actions())
	assert.Equal(t, []string{"3:16 ATTLS-REF-WRONG-TYPE", "7:16 ATTLS-REF-WRONG-TYPE"}, faultsOf(p))
	assert.False(t, p.Installs())
	assert.NotPanics(t, func() { p.Match(Connection{}) })
}

func TestFaultsComeInTheOrderOfFiles(t *testing.T) {
	p := Load([]syntax.Source{
		{Path: "z.attls", Data: []byte(ruleText("R", "LocalPortRange x", "Direction Inbound"))},
		{Path: "a.attls", Data: []byte(actions() + statement("IpAddr c", "Addr x"))},
	})
	require.Len(t, p.Problems, 2)
	assert.Equal(t, "z.attls", p.Problems[0].At.File)
	assert.Equal(t, "a.attls", p.Problems[1].At.File)
	assert.NotNil(t, p.Rules[0].Group, "names of one file are known in the other")
}

func TestManyFaultsAreCutOff(t *testing.T) {
	p := loadFaulty(strings.Repeat(statement("IpAddr c", "Addr x"), 3*maxFaults))
	var more int
	for _, problem := range p.Problems {
		if problem.ID == syntax.More {
			more++
		}
	}
	assert.Equal(t, 1, more)
	assert.LessOrEqual(t, len(p.Problems), 2*maxFaults)
}

func TestUnusedStatements(t *testing.T) {
	p := load(t, ruleText("R", "LocalPortRange 1", "Direction Inbound")+actions()+statement("IpAddr idle", "Addr 10.0.0.1"))
	var out []string
	for _, s := range p.Unused() {
		out = append(out, s.Keyword+" "+s.Name)
	}
	assert.Equal(t, []string{"TTLSGroupAction off", "IpAddr idle"}, out)
	s, ok := p.Statement("IpAddr", "idle")
	require.True(t, ok)
	assert.Equal(t, "idle", s.Name)
	_, ok = p.Statement("IpAddrSet", "idle")
	assert.False(t, ok)
}

func TestBadInput(t *testing.T) {
	for _, text := range []string{"", "\n", "# only a comment\n", "TTLSRule R\n{\n", "TTLSRule R\n{\nLocalPortRange", "}\n}\n", "\x00\x01\x02\xff",
		strings.Repeat("x", 1<<20), strings.Repeat("{\n", 10000), "TTLSRule\n{\n}\n"} {
		assert.NotPanics(t, func() {
			p := loadFaulty(text)
			for _, r := range p.Rules {
				p.Fold(r, "3.1")
			}
			p.Match(Connection{Direction: Inbound})
			p.NeverMatched()
		})
	}
	assert.Empty(t, Load(nil).Rules)
}
