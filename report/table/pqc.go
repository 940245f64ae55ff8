package table

import (
	"fmt"
	"strings"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/report/internal/facts"
	"github.com/portseal/portseal/report/text"
	"github.com/portseal/portseal/report/words"
	"github.com/portseal/portseal/scan"
)

// pqcView writes how far the estate is on the way to post-quantum key exchange, and each listener's groups by kind: those that it takes,
// those that it refused, and those of which nothing is known.
func (p *page) pqcView() {
	listeners := []column{{title: "Listener"}, {title: "Post-quantum"}, {title: "TLSv1.3"}, {title: "What is next"}}
	groups := []column{{title: "Listener"}, {title: "Kind"}, {title: "Offered"}, {title: "Not offered"}, {title: "Not known"}}
	count := map[scan.Fact]int{}
	total := 0
	for i := range p.rep.Endpoints {
		e := &p.rep.Endpoints[i]
		if !words.Spoke(e) {
			add(listeners, cell{text: e.ID}, cell{text: "-"}, cell{text: "-"}, cell{text: "no TLS was seen: " + string(e.State)})
			continue
		}
		ready := facts.Ready(e)
		count[ready]++
		total++
		add(listeners, cell{text: e.ID}, readyCell(ready), cell{text: e.Protocol(cipher.TLSv13).Supported.String()}, cell{text: nextStep(e, ready)})
		if len(e.Groups) == 0 && ready == scan.Unknown {
			continue // not asked about, as the table above says
		}
		for _, k := range facts.GroupKinds(e) {
			add(groups, cell{text: e.ID}, cell{text: k.Name}, names(k.Offered), notOffered(k), names(k.Unknown))
		}
	}
	p.heading("Post-quantum key exchange")
	p.para("", plain, fmt.Sprintf("Listeners that speak TLS: %d. They offer it: %d; do not: %d; not known: %d.", total,
		count[scan.Yes], count[scan.No], count[scan.Unknown]), 0)
	if len(listeners[0].cells) > 0 {
		p.blank()
		p.grid(listeners)
	}
	if len(groups[0].cells) > 0 {
		p.heading("Groups by kind")
		p.grid(groups)
	}
}

// add puts one cell below each column.
func add(columns []column, cells ...cell) {
	for i, c := range cells {
		columns[i].cells = append(columns[i].cells, c)
	}
}

// names lists groups; "none" is said, since an empty cell may be an omission.
func names(list []string) cell {
	if len(list) == 0 {
		return cell{text: "none"}
	}
	return cell{text: strings.Join(list, ", ")}
}

// notOffered counts the classical groups, which are many and nobody misses.
func notOffered(k facts.GroupKind) cell {
	if k.Name == facts.Classical && len(k.NotOffered) > 0 {
		return cell{text: text.Count(len(k.NotOffered), "group")}
	}
	return names(k.NotOffered)
}

func readyCell(f scan.Fact) cell {
	switch f {
	case scan.Yes:
		return cell{"offered", good}
	case scan.No:
		return cell{"not offered", bad}
	}
	return cell{unknown, warning}
}

// nextStep is what a listener lacks. Hybrid groups are those that clients can use meanwhile (draft-ietf-tls-ecdhe-mlkem).
func nextStep(e *report.Endpoint, ready scan.Fact) string {
	classical := facts.GroupKinds(e)[2]
	switch {
	case ready == scan.Unknown && len(e.Groups) == 0:
		return "ask for its groups: scan, or verify --probes deep"
	case ready == scan.Unknown:
		return "see what could not be answered (--view detail)"
	case ready == scan.No && e.Protocol(cipher.TLSv13).Supported == scan.No:
		return "turn TLSv1.3 on, without which there is no post-quantum group"
	case ready == scan.No:
		return "turn a hybrid group on, such as X25519MLKEM768"
	case len(classical.Offered) > 0:
		return "see that clients use it: classical groups are still taken"
	}
	return "nothing: no classical group was seen to be taken"
}
