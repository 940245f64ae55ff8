package pasearch

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/portseal/portseal/report"
)

func write(c Comparison) string {
	var b strings.Builder
	place := func(at report.Location) string {
		if at == (report.Location{}) {
			return "-"
		}
		return fmt.Sprintf("%s:%d:%d", at.File, at.Line, at.Column)
	}
	for _, l := range []struct {
		name string
		all  []Difference
	}{{"differences", c.Differences}, {"churn", c.Churn}, {"uncompared", c.Uncompared}} {
		fmt.Fprintf(&b, "%s\n", l.name)
		for _, d := range l.all {
			fmt.Fprintf(&b, "  %s %s\n    %s | %s\n", d.ID, d, place(d.AtSource), place(d.AtInstalled))
		}
	}
	return b.String()
}

func TestCompareGolden(t *testing.T) {
	for _, name := range []string{"querymonitor", "drifted", "groups"} {
		t.Run(name, func(t *testing.T) {
			c := Compare(listing(t, name+".pasearch"), policy(t, name+".attls"), "", time.Time{})
			golden(t, name+".compare", write(c))
		})
	}
}

// TestCompareWithoutActions: what pasearch -r and -n leave out is no difference.
func TestCompareWithoutActions(t *testing.T) {
	var rules, names []string
	keep := true
	for line := range strings.SplitSeq(string(fixture(t, "querymonitor.pasearch")), "\n") {
		keep = keep && !strings.HasPrefix(line, "  TTLS Action:") || strings.HasPrefix(line, "policyRule:")
		if keep {
			rules = append(rules, line)
		}
		if strings.HasPrefix(line, "policyRule:") {
			names = append(names, line)
		}
	}
	for _, text := range []string{strings.Join(rules, "\n"), strings.Join(names, "\n")} {
		c := Compare(Parse("x", []byte(text)).Images[0], policy(t, "querymonitor.attls"), "3.1", time.Time{})
		assert.Empty(t, c.Differences)
		assert.Empty(t, c.Churn)
		without := 0
		for _, d := range c.Uncompared {
			assert.Equal(t, IDUncompared, d.ID)
			if d.What == "actions" {
				without++
			}
		}
		assert.Equal(t, 3, without)
	}
	assert.Empty(t, Parse("x", []byte(strings.Join(rules, "\n"))).Problems, "a listing without actions is whole")
}

func TestCompareAge(t *testing.T) {
	zone := time.FixedZone("CET", 3600)
	at := func(hour, minute int) time.Time { return time.Date(2026, 3, 2, hour, minute, 0, 0, zone) }
	for name, c := range map[string]struct {
		changed      time.Time
		differs, old bool
	}{
		"files before":              {at(9, 0), false, false},
		"files after, same meaning": {at(9, 30), false, true},
		"files after, another one":  {at(9, 30), true, true},
		"not said":                  {time.Time{}, true, false},
	} {
		t.Run(name, func(t *testing.T) {
			source := "querymonitor.attls"
			if c.differs {
				source = "drifted.attls"
			}
			got := Compare(listing(t, "querymonitor.pasearch"), policy(t, source), "", c.changed)
			older := func(all []Difference) (n int) {
				for _, d := range all {
					if d.ID == IDOlder {
						n++
					}
				}
				return n
			}
			inDifferences, inChurn := 0, 0
			if c.old && c.differs {
				inDifferences = 1
			} else if c.old {
				inChurn = 1
			}
			assert.Equal(t, inDifferences, older(got.Differences))
			assert.Equal(t, inChurn, older(got.Churn))
		})
	}
}

// TestCompareUnderAnotherRelease: the defaults of the files are those of the release that was said; what is installed is what
// the listing says, under its own.
func TestCompareUnderAnotherRelease(t *testing.T) {
	listed, source := listing(t, "drifted.pasearch"), policy(t, "drifted.attls")
	var own, other []string
	for _, d := range Compare(listed, source, "3.1", time.Time{}).Differences {
		own = append(own, d.String())
	}
	c := Compare(listed, source, "3.2", time.Time{})
	for _, d := range c.Differences {
		other = append(other, d.String())
	}
	assert.NotContains(t, own, `rule "CaeAgentInboundRule": TLSv1 is Off in the policy files and On installed`)
	assert.Contains(t, other, `rule "CaeAgentInboundRule": TLSv1 is Off in the policy files and On installed`)
	assert.Equal(t, "z/OS release is 3.2 in the policy files and 3.1 installed", c.Uncompared[0].String())
}
