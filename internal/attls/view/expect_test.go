package view

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/report"
)

func ports(name, value, more string) string {
	return "TTLSRule " + name + "\n{\n  LocalPortRange " + value + "\n  Direction Inbound\n  TTLSGroupActionRef g\n" + more + "}\n"
}

func TestExpectPutsPortsTogether(t *testing.T) {
	x := NewExpect(input(ports("a", "1-10", "  Priority 9\n") + ports("b", "5", "  Jobname J\n  Priority 20\n") + ports("c", "3-4", "") +
		ports("d", "65535", "") + strings.Replace(ports("e", "20-30", ""), "Inbound", "Outbound", 1) + group))
	var got []string
	for _, p := range x.Ports {
		line := p.Ports + ":"
		for _, o := range p.Outcomes {
			line += " "
			if o.Rule != nil {
				line += o.Rule.Name
			}
			for _, w := range o.When {
				line += " if " + w
			}
		}
		got = append(got, line)
	}
	assert.Equal(t, []string{"1-4, 6-10: a", "5: b if Jobname J a", "65535: d"}, got, "c is never asked, and a takes what b does not")
}

func TestExpectOfARuleWithoutAPort(t *testing.T) {
	x := NewExpect(input("TTLSRule a\n{\n  Jobname J\n  Direction Inbound\n  TTLSGroupActionRef g\n}\n" + ports("b", "1-65535", "  Priority 2\n") + group))
	require.Len(t, x.Ports, 1, "b takes every port that there is")
	assert.Equal(t, "1-65535", x.Ports[0].Ports)

	x = NewExpect(input("TTLSRule a\n{\n  Jobname J\n  Direction Inbound\n  TTLSGroupActionRef g\n}\n" + group))
	require.Len(t, x.Ports, 1)
	assert.Equal(t, otherPorts, x.Ports[0].Ports)
	require.Len(t, x.Ports[0].Outcomes, 2)
	assert.Equal(t, []string{"Jobname J"}, x.Ports[0].Outcomes[0].When)
	assert.Nil(t, x.Ports[0].Outcomes[1].Rule)
	assert.Equal(t, report.ExpectPlaintext, x.Ports[0].Outcomes[1].Expect)

	assert.Empty(t, NewExpect(input(group)).Ports)
}
