package bench

import (
	"fmt"
	"io"
	"strings"
)

// Table is a Markdown table: a header and rows of as many cells. The first cell of a row is text, all others are figures
// or text as they come.
type Table struct {
	Header []string
	Rows   [][]string
}

// Add appends a row.
func (t *Table) Add(cells ...string) { t.Rows = append(t.Rows, cells) }

// WriteTo writes the table, with an empty line after it.
func (t *Table) WriteTo(w io.Writer) (int64, error) {
	var b strings.Builder
	line := func(cells []string) {
		for _, cell := range cells {
			b.WriteString("| " + strings.ReplaceAll(cell, "|", `\|`) + " ")
		}
		b.WriteString("|\n")
	}
	line(t.Header)
	b.WriteString(strings.Repeat("| --- ", len(t.Header)) + "|\n")
	for _, row := range t.Rows {
		line(row)
	}
	b.WriteString("\n")
	n, err := io.WriteString(w, b.String())
	return int64(n), err
}

// Aim is something to reach.
type Aim struct {
	What     string
	Measured string
	Reached  bool
	Unknown  bool // what it compares with is not available
}

// Row is the aim as a table's row.
func (a Aim) Row() []string {
	answer := "no"
	switch {
	case a.Unknown:
		answer = "unknown"
	case a.Reached:
		answer = "yes"
	}
	return []string{a.What, a.Measured, answer}
}

// costRow is a row about one tool: wall, CPU, memory and connections, and how often they hold the main tool's.
func costRow(name string, runs, main Series, connections, mainConnections int64, score string) []string {
	if len(runs) == 0 {
		return []string{name, "not available", "-", "-", "-", "-", "-", "0"}
	}
	wall := seconds(runs.Walls())
	if runs.Cut() {
		wall = "over " + wall + ", cut off"
	}
	times := "-"
	if len(main) > 0 {
		times = strings.Join([]string{
			ratio(Median(runs.Walls()).Seconds(), Median(main.Walls()).Seconds()),
			ratio(Median(runs.CPUs()).Seconds(), Median(main.CPUs()).Seconds()),
			ratio(float64(Median(runs.Peaks())), float64(Median(main.Peaks()))),
			ratio(float64(connections), float64(mainConnections)),
		}, " / ")
	}
	return []string{
		name, wall, seconds(runs.CPUs()), mebibytes(Median(runs.Peaks())), fmt.Sprint(connections), score, times, fmt.Sprint(len(runs)),
	}
}

func costHeader() []string {
	return []string{"tool", "wall s: median (min-max)", "CPU s: median (min-max)", "peak MiB", "connections", "suites found/true",
		"times portseal scan's: wall / CPU / memory / connections", "n"}
}

func mebibytes(kib int64) string { return fmt.Sprintf("%.0f", float64(kib)/1024) }
