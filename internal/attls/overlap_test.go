package attls

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestOverlaps(t *testing.T) {
	for _, tt := range []struct {
		name              string
		first, second     []string
		ofFirst, ofSecond Share // 0: no overlap
	}{
		{"the same", []string{"LocalPortRange 8443"}, []string{"LocalPortRange 8443"}, ShareAll, ShareAll},
		{"other ports", []string{"LocalPortRange 8443"}, []string{"LocalPortRange 8444"}, 0, 0},
		{"one port of a range", []string{"LocalPortRange 8443"}, []string{"LocalPortRange 8440-8450"}, ShareAll, SharePorts},
		{"ranges that cross", []string{"LocalPortRange 8443-8460"}, []string{"LocalPortRange 8440-8450"}, SharePorts, SharePorts},
		{"for one address", []string{"LocalPortRange 8443", "RemoteAddr 10.1.2.3"}, []string{"LocalPortRange 8443"}, ShareAll, ShareSome},
		{"a job and a port", []string{"Jobname CQM*"}, []string{"LocalPortRange 8443"}, SharePorts, ShareSome},
		{"a name in lower case", []string{"Jobname cqm*"}, []string{"LocalPortRange 8443"}, 0, 0},
		{"an address not understood", []string{"LocalPortRange 8443"}, []string{"LocalPortRange 8443", "RemoteAddr 0.0.0.0", "RemoteAddr 10.1.2.3"},
			ShareSome, ShareSome},
		{"a time", []string{"LocalPortRange 8443", "IpTimeConditionRef T"}, []string{"LocalPortRange 8443"}, 0, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := load(t, actions()+statement("IpTimeCondition T", "TimeofDayRange 08:00-17:00")+
				ruleText("B", append(tt.second, "Direction Inbound")...)+ruleText("A", append(tt.first, "Direction Inbound")...))
			out := slices.Collect(p.Overlaps())
			if tt.ofFirst == 0 {
				assert.Empty(t, out)
				return
			}
			require.Len(t, out, 1)
			assert.Equal(t, []string{"A", "B"}, names([]*Rule{out[0].First, out[0].Second}))
			assert.Equal(t, []Share{tt.ofFirst, tt.ofSecond}, []Share{out[0].OfFirst, out[0].OfSecond})
			assert.True(t, out[0].Certain)
		})
	}
}

func TestOverlapsInAnOrderThatIsNotCertain(t *testing.T) {
	p := load(t, actions()+ruleText("r2", "Userid A", "Direction Inbound")+ruleText("rA", "Userid A*", "Direction Inbound"))
	out := slices.Collect(p.Overlaps())
	require.Len(t, out, 1)
	assert.False(t, out[0].Certain, "a digit comes after a letter in EBCDIC, before it in ASCII")
}
