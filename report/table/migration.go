package table

import (
	"fmt"
	"io"
	"strings"

	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/report/text"
	"github.com/portseal/portseal/report/words"
	"github.com/portseal/portseal/scan"
)

// columnTitles are the titles of the matrix's columns, by end.
func columnTitles() map[string]string {
	return map[string]string{report.EndWeb: "A web", report.EndServer: "B server's ports", report.EndAgentOut: "B agent to server",
		report.EndAgentIn: "B server to agent", report.EndISPF: "C ISPF"}
}

// WriteMigration writes the state of a migration: the verdict, the matrix of systems and connections, the answer of each CAE server, what
// stands in the way, and where the states come from: in ViewDetail all of them, else those where what is configured and what was
// observed are not the same.
func WriteMigration(w io.Writer, m *report.Migration, o Options) error {
	if o.Width == 0 {
		o.Width = DefaultWidth
	}
	p := &page{rep: &report.Report{}, width: max(o.Width, MinWidth), color: o.Color, detail: o.View == ViewDetail}
	p.mayTurnOff(m)
	p.blank()
	p.matrix(m)
	p.servers(m)
	p.obstacles(m)
	p.sources(m)
	p.blank()
	p.para("", plain, fmt.Sprintf("Judged as of %s. The state of a connection is what was observed; the wire shows \"not TLS\", and the configuration says RC4.",
		text.Minute(m.JudgedAt)), 0)
	return p.flush(w)
}

// flush hands over what the page collected.
func (p *page) flush(w io.Writer) error {
	if p.err != nil {
		return fmt.Errorf("table: %w", p.err)
	}
	if _, err := w.Write(p.buf.Bytes()); err != nil {
		return fmt.Errorf("write table: %w", err)
	}
	return nil
}

func (p *page) mayTurnOff(m *report.Migration) {
	answer, said := words.MayTurnOff(m.RC4.MayTurnOff)
	p.para(strings.ToUpper(answer.Text)+"  ", styleOf(answer), m.Estate+": "+said, 0)
}

func answerStyle(f scan.Fact) style {
	answer, _ := words.MayTurnOff(f)
	return styleOf(answer)
}

// matrix writes two rows a system: what is configured, and what was observed.
func (p *page) matrix(m *report.Migration) {
	columns := []column{{title: "System"}, {title: "What is"}}
	for _, end := range report.Ends() {
		columns = append(columns, column{title: columnTitles()[end[0]]})
	}
	for _, s := range m.Systems {
		columns[0].cells = append(columns[0].cells, cell{text: s.System, style: strong}, cell{})
		columns[1].cells = append(columns[1].cells, cell{text: "configured"}, cell{text: "observed"})
		for i, end := range report.Ends() {
			configured, observed := cell{text: "-"}, cell{text: "-"}
			if c := m.Cell(s.System, end[0]); c != nil {
				configured = cell{string(c.Configured), styleOf(words.Migration(c.Configured))}
				observed = cell{string(c.Observed), styleOf(words.Migration(c.Observed))}
				if c.MayStay {
					configured.text += " (may stay)"
				}
			}
			columns[i+2].cells = append(columns[i+2].cells, configured, observed)
		}
	}
	p.grid(columns)
}

func (p *page) servers(m *report.Migration) {
	p.heading("May the RC4 port be turned off?")
	for _, s := range m.RC4.Servers {
		ports := "its port is not known"
		if len(s.Ports) > 0 {
			ports = "port " + strings.Trim(strings.ReplaceAll(fmt.Sprint(s.Ports), " ", ", "), "[]")
		}
		p.para(fmt.Sprintf("%-9s", s.MayTurnOff), answerStyle(s.MayTurnOff), fmt.Sprintf("%s, %s", s.System, ports), 0)
	}
	if len(m.RC4.Servers) == 0 {
		p.para("unknown  ", warning, "no CAE server is known", 0)
	}
}

func (p *page) obstacles(m *report.Migration) {
	if len(m.RC4.Obstacles) == 0 {
		return
	}
	p.heading("What stands in the way (no), and what is missing (unknown)")
	for _, o := range m.RC4.Obstacles {
		p.para(fmt.Sprintf("%-9s", o.Answer), answerStyle(o.Answer), ObstacleWords(o), 0)
	}
}

// ObstacleWords writes an obstacle in one sentence, with its place.
func ObstacleWords(o report.Obstacle) string {
	words := o.What
	if o.System != "" {
		words = o.System + ": " + words
	}
	if o.From != "" {
		words += " (" + o.From + ")"
	}
	return words
}

// sources writes where states come from.
func (p *page) sources(m *report.Migration) {
	titled := false
	for _, s := range m.Systems {
		for _, c := range s.Cells {
			if !p.detail && c.Configured == c.Observed && c.Observed != report.MigrationUnknown {
				continue
			}
			if !titled {
				p.heading("Where the states come from" + map[bool]string{false: ", where the two are not the same"}[p.detail])
				titled = true
			}
			p.para("", plain, fmt.Sprintf("%s, %s: configured %s, observed %s", s.System, columnTitles()[c.End], c.Configured, c.Observed), 0)
			for _, f := range c.Facts {
				p.para(fmt.Sprintf("  %-11s", f.Kind), plain, strings.TrimSuffix(fmt.Sprintf("%s: %s (%s)", f.State, f.Says, f.From), " ()"), 0)
			}
			if len(c.Facts) == 0 {
				p.para("  ", plain, "nothing is said of it, and nothing shows it", 0)
			}
		}
	}
}
