package table

import (
	"fmt"
	"strings"

	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/report/text"
)

// phase writes a step of the change night: GO or NO-GO and the next command first, then each check.
func (p *page) phase() {
	ph := p.rep.Phase
	look := good
	if ph.Verdict != report.Go {
		look = bad
	}
	p.para(ph.Verdict+"  ", look, ph.Next, 0)
	p.heading(strings.TrimSpace("Step " + ph.Name + " " + ph.System))
	for _, c := range ph.Checks {
		word, look := c.Result, good
		switch c.Result {
		case report.CheckFailed:
			look = bad
		case report.CheckUnknown:
			word, look = "not known", warning
		}
		said := c.Name + ": " + c.Evidence
		if c.From != "" {
			said += " (" + c.From + ")"
		}
		p.para(fmt.Sprintf("%-11s", word), look, said, 0)
	}
	p.blank()
	said := fmt.Sprintf("Estate %s, %s, seen from %s at %s. Only what this step needs was judged", p.rep.Run.Estate,
		text.Count(p.rep.Summary.Connections, "connection"), p.rep.Run.Vantage, text.Minute(p.rep.Run.Finished))
	if !p.detail {
		said += "; --view detail and --format json have the rest"
	}
	p.para("", plain, said+".", 0)
}
