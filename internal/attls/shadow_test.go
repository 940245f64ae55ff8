package attls

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestNeverMatched(t *testing.T) {
	low, high := []string{"LocalPortRange 8443", "Direction Inbound"}, "Priority 9"
	for _, tt := range []struct {
		name  string
		above [][]string // conditions of rules A, B, ... with a higher priority
		below []string
		by    []string
	}{
		{"the same", [][]string{{"LocalPortRange 8443", "Direction Inbound"}}, low, []string{"A"}},
		{"a wider one", [][]string{{"LocalPortRange 8000-9000", "Direction Both"}}, low, []string{"A"}},
		{"another direction", [][]string{{"LocalPortRange 8443", "Direction Outbound"}}, low, nil},
		{"a narrower one", [][]string{{"LocalPortRange 8443", "RemoteAddr 10.0.0.0/8", "Direction Inbound"}}, low, nil},
		{"a job name", [][]string{{"LocalPortRange 8443", "Jobname AB*", "Direction Inbound"}}, append(low, "Jobname ABC*"), []string{"A"}},
		{"a longer job name", [][]string{{"LocalPortRange 8443", "Jobname ABC*", "Direction Inbound"}}, append(low, "Jobname AB*"), nil},
		{"a job name that is not certain", [][]string{{"LocalPortRange 8443", "Jobname abc", "Direction Inbound"}}, append(low, "Jobname ABC"), nil},
		{"a user", [][]string{{"Userid *", "Direction Inbound"}}, append(low, "Userid ABC"), []string{"A"}},
		{"both directions by two", [][]string{{"LocalPortRange 8443", "Direction Outbound"}, {"LocalPortRange 8443", "Direction Inbound"}},
			[]string{"LocalPortRange 8443", "Direction Both"}, []string{"A", "B"}},
		{"two halves of the addresses", [][]string{{"RemoteAddr 0.0.0.0/1", "Direction Inbound"}, {"RemoteAddr 128.0.0.0/1", "Direction Inbound"}},
			append(low, "RemoteAddr 0.0.0.0/0"), []string{"A", "B"}},
		{"two halves of IPv4 only", [][]string{{"RemoteAddr 0.0.0.0/1", "Direction Inbound"}, {"RemoteAddr 128.0.0.0/1", "Direction Inbound"}}, low, nil},
		{"a group of ports by two ranges", [][]string{{"LocalPortRange 1-8443", "Direction Inbound"}, {"LocalPortRange 8444-9000", "Direction Inbound"}},
			[]string{"LocalPortRange 8440 8450", "Direction Inbound"}, []string{"A", "B"}},
		{"two ranges with a gap", [][]string{{"LocalPortRange 1-8443", "Direction Inbound"}, {"LocalPortRange 8445-9000", "Direction Inbound"}},
			[]string{"LocalPortRange 8440 8450", "Direction Inbound"}, nil},
		{"a rule that is not always in force", [][]string{{"LocalPortRange 8443", "Direction Inbound", "IpTimeConditionRef T"}}, low, nil},
		{"a rule below with a time", [][]string{{"LocalPortRange 8443", "Direction Inbound"}}, append(low, "IpTimeConditionRef T"), []string{"A"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			text := actions() + statement("IpTimeCondition T", "TimeofDayRange 08:00-17:00") + ruleText("Z", tt.below...)
			for i, conditions := range tt.above {
				text += ruleText(string(rune('A'+i)), append([]string{high}, conditions...)...)
			}
			out := load(t, text).NeverMatched()
			if tt.by == nil {
				assert.Empty(t, out)
				return
			}
			require.Len(t, out, 1)
			assert.Equal(t, "Z", out[0].Rule.Name)
			assert.Equal(t, tt.by, names(out[0].By))
			for _, r := range out[0].By {
				assert.Contains(t, out[0].Why, r.Name+" (p.attls:")
			}
		})
	}
}

func TestNeverMatchedOfTheFixtures(t *testing.T) {
	assert.Empty(t, fixture(t, "querymonitor.attls").NeverMatched())
	out := fixture(t, "appserver.attls").NeverMatched()
	require.Len(t, out, 1)
	assert.Equal(t, "APP_Server_Mutual~3", out[0].Rule.Name)
	assert.Equal(t, "rule APP_Server~2 (appserver.attls:10:1) is asked before it and takes all of its connections", out[0].Why)
}

func TestAnUncertainOrderShadowsNothing(t *testing.T) {
	same := []string{"LocalPortRange 8443", "Direction Inbound"}
	assert.Empty(t, load(t, actions()+ruleText("rule", same...)+ruleText("RULE", same...)).NeverMatched())
	assert.Len(t, load(t, actions()+ruleText("RULE1", same...)+ruleText("RULE2", same...)).NeverMatched(), 1)
}

func TestWhatCouldNotBeReadShadowsNothing(t *testing.T) {
	p := loadFaulty(actions() + ruleText("A", "LocalPortRange 8443", "LocalAddr nonsense", "Direction Inbound", "Priority 2") +
		ruleText("B", "LocalPortRange 8443", "Direction Inbound"))
	assert.Empty(t, p.NeverMatched())
	p = loadFaulty(actions() + ruleText("A", "LocalPortRange 8443", "Direction Inbound", "Priority 2") +
		ruleText("B", "LocalPortRange 8443", "LocalAddr nonsense", "Direction Inbound"))
	assert.Empty(t, p.NeverMatched(), "what B takes is not known")
}

// Against a search through all connections of a small world: every rule that is said to be shadowed takes none, and every
// rule that takes none is said to be, as far as the conditions of this world can show it.
func TestNeverMatchedAgainstAllConnections(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	pick := func(of ...string) string { return of[random.IntN(len(of))] }
	var shadowed int
	for range 150 {
		text := actions()
		for i := range 6 {
			text += ruleText(fmt.Sprintf("R%d", i), "Direction "+pick("Inbound", "Outbound", "Both"), "LocalPortRange "+pick("0", "1", "2", "1-2", "2-3"),
				"RemoteAddr "+pick("All", "10.0.0.1", "10.0.0.0/31", "10.0.0.2-10.0.0.3"), "Jobname "+pick("*", "A", "AB", "A*"),
				fmt.Sprintf("Priority %d", 1+random.IntN(3)))
		}
		p := load(t, text)
		taken := map[*Rule]bool{}
		for _, c := range smallWorld() {
			m := p.Match(c)
			require.True(t, m.Certain(), "names in upper case and digits of one length have one order")
			taken[m.Rule] = true
		}
		said := map[*Rule]bool{}
		for _, s := range p.NeverMatched() {
			said[s.Rule] = true
			shadowed++
		}
		for _, r := range p.Rules {
			assert.Equal(t, !taken[r], said[r], "%s in\n%s", r.Name, text)
		}
	}
	assert.Greater(t, shadowed, 50, "the test has to see some")
}

// smallWorld has a connection for every combination that the conditions of the test can tell apart.
func smallWorld() (out []Connection) {
	for _, d := range []Direction{Inbound, Outbound} {
		for _, port := range []uint16{1, 2, 3, 4} {
			for _, from := range []string{"10.0.0.0", "10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4"} {
				for _, job := range []string{"A", "AB", "ABC", "B"} {
					out = append(out, Connection{Direction: d, Job: job, Local: netip.AddrPortFrom(netip.MustParseAddr("10.9.9.9"), port),
						Remote: netip.AddrPortFrom(netip.MustParseAddr(from), 4000)})
				}
			}
		}
	}
	return out
}

func TestSpans(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	const size = 40
	ends := func(n int) point { // at both ends of the numbers
		if n < size/2 {
			return point{lo: uint64(n)}
		}
		return point{last().hi, last().lo - uint64(size-1-n)}
	}
	some := func() (spans, map[int]bool) {
		var in []span
		have := map[int]bool{}
		for range random.IntN(5) {
			from := random.IntN(size)
			to := from + random.IntN(size-from)
			if from < size/2 && to >= size/2 { // over the middle
				continue
			}
			in = append(in, span{ends(from), ends(to)})
			for i := from; i <= to; i++ {
				have[i] = true
			}
		}
		return normal(in), have
	}
	for range 2000 {
		a, inA := some()
		b, inB := some()
		both, rest := a.intersect(b), a.minus(b)
		for i := range size {
			p := ends(i)
			assert.Equal(t, inA[i], a.contains(p))
			assert.Equal(t, inA[i] && inB[i], both.contains(p))
			assert.Equal(t, inA[i] && !inB[i], rest.contains(p))
		}
		assert.Empty(t, a.minus(everything()))
		assert.Equal(t, a, everything().intersect(a))
	}
}
