package diff

import (
	"fmt"

	"github.com/portseal/portseal/report"
)

// profiles compares the outcomes of profiles that judged both runs in the same edition. Not met is the same whether or not the item is in
// force; what does not apply, or was not assessed, says nothing.
func (c *comparison) profiles() {
	name := func(p *report.Profile) string { return p.ID }
	both(byName(c.old.rep.Profiles, name), byName(c.now.rep.Profiles, name), func(id string, was, is *report.Profile) {
		if was.Edition != is.Edition {
			c.skip("", "profile "+id, "the editions differ")
			return
		}
		before, after := met(was), met(is)
		failed := map[string]string{}
		for _, item := range is.Items {
			failed[item.ID] = fmt.Sprintf("fail (%s)", item.Severity)
		}
		for k, now := range after {
			then, both := before[k]
			switch {
			case !both || then == now:
			case now:
				c.add(report.ProfilePassed, k.endpoint, id+"/"+k.item, failed[k.item], "pass")
			default:
				c.add(report.ProfileFailed, k.endpoint, id+"/"+k.item, "pass", failed[k.item])
			}
		}
	}, func(id string, old bool) { c.skip("", "profile "+id, whose(old)) })
}

// itemAt is an item of a profile at an endpoint; at none, it is about the whole estate.
type itemAt struct{ item, endpoint string }

// met says which items are met and which are not.
func met(p *report.Profile) map[itemAt]bool {
	out := map[itemAt]bool{}
	for _, r := range p.Results {
		if r.Outcome != report.OutcomePass && r.Outcome != report.OutcomeFail && r.Outcome != report.OutcomeNotInForce {
			continue
		}
		for _, e := range r.Endpoints {
			out[itemAt{r.Item, e}] = r.Outcome == report.OutcomePass
		}
		if len(r.Endpoints) == 0 {
			out[itemAt{r.Item, ""}] = r.Outcome == report.OutcomePass
		}
	}
	return out
}
