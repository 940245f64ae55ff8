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
	table := &Table{Header: []string{"port", "tool", "wall s", "CPU s", "connections", "says", "named in time"}}
	for _, h := range r.hung {
		if h.tool.path == "" {
			table.Add(h.port.name, h.tool.name, "-", "-", "-", h.says, "-")
			continue
		}
		wall := fmt.Sprintf("%.1f", h.run.Wall.Seconds())
		if h.run.Cut {
			wall = "over " + wall + ", cut off"
		}
		table.Add(h.port.name, h.tool.name, wall, fmt.Sprintf("%.2f", h.run.CPU.Seconds()), fmt.Sprint(h.connections), h.says, yesNo(h.inTime()))
	}
	return table
}

func (h *hangs) inTime() bool { return h.named && h.run.Wall <= h.port.within }

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
	nginx, gnutls, java := r.outcome(nameNginx, mainTool), r.outcome(nameGnuTLS, mainTool), r.outcome(nameJava, mainTool)
	verify, deep := r.outcome(nameNginx, "portseal verify"), r.outcome(nameNginx, deepTool)
	sslscan, nmap := r.outcome(nameNginx, "sslscan"), r.outcome(nameJava, "nmap")
	fewest := int64(r.subjects[0].fewest())
	versus := func(what string, a, b *outcome, share float64) Aim {
		return Aim{What: what, Measured: fmt.Sprintf("%.3g s against %.3g s", wall(a).Seconds(), wall(b).Seconds()),
			Reached: wall(a).Seconds() <= share*wall(b).Seconds(), Unknown: len(a.runs) == 0 || len(b.runs) == 0}
	}
	atMost := func(what string, o *outcome, got, most int64) Aim {
		return Aim{What: fmt.Sprintf(what, most), Measured: fmt.Sprint(got), Reached: got <= most, Unknown: len(o.runs) == 0}
	}
	all := func(name string, o *outcome) Aim {
		return Aim{What: name + ": all suites", Measured: o.score(), Unknown: len(o.runs) == 0,
			Reached: o.score() == fmt.Sprintf("%[1]d/%[1]d", Truth(r.truthOf(name)).Count())}
	}
	aims := []Aim{
		atMost("nginx: the suites of all versions in accepted + 1 connections a version, %d", nginx, r.suitesOnly, fewest),
		atMost("nginx: everything in at most %d connections", nginx, nginx.connections, 40),
		atMost("nginx: a conforming listener proven in at most %d connections", verify, verify.connections, 10),
		versus("nginx: wall time at most a third of sslscan's", nginx, sslscan, 1./3),
		atMost("nginx: all that --probes deep asks in at most %d connections", deep, deep.connections, 120),
		all(nameGnuTLS, gnutls),
		atMost("GnuTLS: everything in at most %d connections", gnutls, gnutls.connections, 90),
		versus("GnuTLS: faster than nmap", gnutls, r.outcome(nameGnuTLS, "nmap"), 1),
		all(nameJava, java),
		atMost("Java: everything in at most %d connections", java, java.connections, 260),
		versus("Java: faster than nmap", java, nmap, 1),
	}
	for _, h := range r.hung {
		if strings.HasPrefix(h.tool.name, "portseal") {
			aims = append(aims, Aim{What: fmt.Sprintf("a port that %s, named within %s: %s", h.port.name, h.port.within, h.tool.name), Reached: h.inTime(), Unknown: h.tool.path == "",
				Measured: fmt.Sprintf("%.1f s: %s", h.run.Wall.Seconds(), h.says)})
		}
	}
	aims = append(aims, r.wideAims()...)
	for _, x := range r.reads {
		wall, peak := Median(x.runs.Walls()), slices.Max(x.runs.Peaks())
		aims = append(aims, Aim{What: fmt.Sprintf("%s of %.1f MB, %d lines, read in under %s and %d MB", x.name, float64(x.size)/1e6, x.lines, readWall, readPeakMB),
			Measured: fmt.Sprintf("%.3g s, at most %d MB", wall.Seconds(), peak*1024/1e6), Reached: wall < readWall && peak*1024 < readPeakMB*1e6})
	}
	return aims
}

// wideAims compares with the least that a machine can do, and with the other scanners.
func (r results) wideAims() []Aim {
	by := map[string]*wideOutcome{}
	for _, o := range r.wide {
		by[o.use.name] = o
	}
	rate := func(name string) float64 {
		if len(by[name].runs) == 0 {
			return 0
		}
		return float64(by[name].use.count) / Median(by[name].runs.Walls()).Seconds()
	}
	times := func(what, name, other string, share float64) Aim {
		a, b := rate(name), rate(other)
		return Aim{What: what, Measured: fmt.Sprintf("%.0f/s against %.0f/s: %.2f", a, b, a/max(b, 1e-9)), Reached: a >= share*b, Unknown: a == 0 || b == 0}
	}
	aims := []Aim{
		times("a handshake and a certificate of each listener at 0.8 of the rate of a minimal loop", useQuick, useLoop, 0.8),
		times("and faster than nmap", useQuick, useCert, 1),
		times("all suites of each listener at three times nmap's rate", useSuites, useNmap, 3),
	}
	for _, name := range []string{useQuick, useSuites, useStandard} {
		if runs := by[name].runs; len(runs) > 0 {
			peak := slices.Max(runs.Peaks())
			aims = append(aims, Aim{What: name + ": at most 100 MiB", Measured: mebibytes(peak) + " MiB", Reached: peak <= 100<<10})
		}
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
