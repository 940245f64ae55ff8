//go:build bench && linux

package bench

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/portseal/portseal/internal/tlstest/truth"
)

func (r results) outcome(subject, tool string) *outcome {
	for _, o := range r.single[subject] {
		if o.tool.name == tool {
			return o
		}
	}
	return &outcome{}
}

func (r results) costs(s *subject) *Table {
	table := &Table{Header: costHeader()}
	main := r.outcome(s.name, mainTool)
	for _, o := range r.single[s.name] {
		table.Add(costRow(o.tool.name, o.runs, main.runs, o.connections, main.connections, o.score())...)
	}
	return table
}

func (r results) hungTable() *Table {
	table := &Table{Header: []string{"tool", "wall s", "CPU s", "connections", "says", "named within two timeouts (2 x 5 s)"}}
	for _, h := range r.hung {
		if h.tool.path == "" {
			table.Add(h.tool.name, "-", "-", "-", h.says, "-")
			continue
		}
		wall := fmt.Sprintf("%.1f", h.run.Wall.Seconds())
		if h.run.Cut {
			wall = "over " + wall + ", cut off"
		}
		table.Add(h.tool.name, wall, fmt.Sprintf("%.2f", h.run.CPU.Seconds()), fmt.Sprint(h.connections), h.says, yesNo(h.inTime()))
	}
	return table
}

func (h *hangs) inTime() bool { return h.named && h.run.Wall <= twoTimeouts }

func yesNo(yes bool) string {
	if yes {
		return "yes"
	}
	return "no"
}

func (r results) wideTable() *Table {
	table := &Table{Header: []string{"tool", "listeners", "wall s: median (min-max)", "endpoints/s", "CPU ms/endpoint", "peak MiB",
		"connections/endpoint", "suites found/true", "n"}}
	for _, o := range r.wide {
		count := float64(o.use.count)
		if len(o.runs) == 0 {
			table.Add(o.use.name, fmt.Sprint(o.use.count), "-", "-", "-", "-", "-", o.score, "0")
			continue
		}
		wall := seconds(o.runs.Walls())
		if o.runs.Cut() {
			wall = "over " + wall + ", cut off"
		}
		table.Add(o.use.name, fmt.Sprint(o.use.count), wall, fmt.Sprintf("%.3g", count/Median(o.runs.Walls()).Seconds()),
			fmt.Sprintf("%.3g", float64(Median(o.runs.CPUs()).Microseconds())/1000/count), mebibytes(Median(o.runs.Peaks())),
			fmt.Sprintf("%.3g", float64(o.connections)/count), o.score, fmt.Sprint(len(o.runs)))
	}
	return table
}

func (r results) readsTable() *Table {
	table := &Table{Header: []string{"file", "MB", "lines", "wall s: median (min-max)", "CPU s: median (min-max)", "peak MiB: median (max)", "found", "n"}}
	for _, x := range r.reads {
		peaks := x.runs.Peaks()
		table.Add(x.name, fmt.Sprintf("%.1f", float64(x.size)/1e6), fmt.Sprint(x.lines), seconds(x.runs.Walls()), seconds(x.runs.CPUs()),
			fmt.Sprintf("%s (%s)", mebibytes(Median(peaks)), mebibytes(slices.Max(peaks))), x.found, fmt.Sprint(len(x.runs)))
	}
	return table
}

// aims compares with what issue and README promise.
func (r results) aims() []Aim {
	wall := func(o *outcome) time.Duration { return Median(o.runs.Walls()) }
	nginx, java := r.outcome(nameNginx, mainTool), r.outcome(nameJava, mainTool)
	verify := r.outcome(nameNginx, "portseal verify")
	sslscan, nmap := r.outcome(nameNginx, "sslscan"), r.outcome(nameJava, "nmap")
	fewest := int64(r.subjects[0].fewest())
	versus := func(what string, a, b *outcome, share float64) Aim {
		return Aim{What: what, Measured: fmt.Sprintf("%.3g s against %.3g s", wall(a).Seconds(), wall(b).Seconds()),
			Reached: wall(a).Seconds() <= share*wall(b).Seconds(), Unknown: len(a.runs) == 0 || len(b.runs) == 0}
	}
	atMost := func(what string, o *outcome, got, most int64) Aim {
		return Aim{What: fmt.Sprintf(what, most), Measured: fmt.Sprint(got), Reached: got <= most, Unknown: len(o.runs) == 0}
	}
	aims := []Aim{
		atMost("nginx: the suites of all versions in accepted + 1 connections a version, %d", nginx, r.suitesOnly, fewest),
		atMost("nginx: everything in at most %d connections", nginx, nginx.connections, 40),
		atMost("nginx: a conforming listener proven in at most %d connections", verify, verify.connections, 10),
		versus("nginx: wall time at most half of sslscan's", nginx, sslscan, 0.5),
		{What: "Java: all suites", Measured: java.score(), Unknown: len(java.runs) == 0,
			Reached: java.score() == fmt.Sprintf("%[1]d/%[1]d", Truth(r.truthOf(nameJava)).Count())},
		atMost("Java: everything in at most %d connections", java, java.connections, 260),
		versus("Java: faster than nmap", java, nmap, 1),
	}
	for _, h := range r.hung {
		if strings.HasPrefix(h.tool.name, "portseal") {
			aims = append(aims, Aim{What: "a hung port named within two timeouts: " + h.tool.name, Reached: h.inTime(), Unknown: h.tool.path == "",
				Measured: fmt.Sprintf("%.1f s: %s", h.run.Wall.Seconds(), h.says)})
		}
	}
	for _, x := range r.reads {
		wall, peak := Median(x.runs.Walls()), slices.Max(x.runs.Peaks())
		aims = append(aims, Aim{What: fmt.Sprintf("%s of %.1f MB, %d lines, read in under %s and %d MB", x.name, float64(x.size)/1e6, x.lines, readWall, readPeakMB),
			Measured: fmt.Sprintf("%.3g s, at most %d MB", wall.Seconds(), peak*1024/1e6), Reached: wall < readWall && peak*1024 < readPeakMB*1e6})
	}
	return aims
}

func (r results) truthOf(name string) map[uint16][]uint16 {
	for _, s := range r.subjects {
		if s.name == name {
			return s.truth
		}
	}
	return map[uint16][]uint16{truth.TLS12: nil}
}
