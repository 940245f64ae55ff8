package table

import (
	"bytes"
	"strings"

	"github.com/olekukonko/tablewriter"
	"github.com/olekukonko/tablewriter/renderer"
	"github.com/olekukonko/tablewriter/tw"

	"github.com/portseal/portseal/report/text"
)

// gap is the blank columns between two columns of a grid.
const gap = 2

// minColumn is the least width that a column is squeezed to, unless all it holds is narrower.
const minColumn = 7

// reset ends all colours (ECMA-48 SGR).
const reset = "\x1b[0m"

// cell is one field of a grid.
type cell struct {
	text  string
	style style
}

// column is one column of a grid, with its cells from top to bottom.
type column struct {
	title string
	cells []cell
}

// grid writes columns side by side, wrapped so that the whole fits the page.
//
// tablewriter aligns and measures; cells are wrapped here, before, since its own wrapping would have to know about
// colours, and cuts words where it should not.
func (p *page) grid(columns []column) {
	for i := range columns {
		for j := range columns[i].cells {
			c := &columns[i].cells[j]
			c.text = text.Clean(c.text)
		}
	}
	widths := fit(columns, p.width-gap*(len(columns)-1))
	var out bytes.Buffer
	table := tablewriter.NewTable(&out, tablewriter.WithRenderer(renderer.NewBlueprint()),
		tablewriter.WithConfig(tablewriter.Config{Header: section(len(columns)), Row: section(len(columns)),
			Behavior: tw.Behavior{TrimSpace: tw.Off}}),
		tablewriter.WithRendition(tw.Rendition{
			Borders: tw.Border{Left: tw.Off, Right: tw.Off, Top: tw.Off, Bottom: tw.Off},
			Symbols: tw.NewSymbols(tw.StyleASCII),
			Settings: tw.Settings{Separators: tw.Separators{BetweenColumns: tw.Off, BetweenRows: tw.Off},
				Lines: tw.Lines{ShowHeaderLine: tw.On}},
		}))
	titles := make([]string, len(columns))
	for i, c := range columns {
		titles[i] = strings.Join(text.Wrap(c.title, widths[i]), "\n")
	}
	table.Header(titles)
	for j := range columns[0].cells {
		row := make([]string, len(columns))
		for i, c := range columns {
			row[i] = p.wrap(c.cells[j], widths[i])
		}
		if err := table.Append(row); err != nil && p.err == nil {
			p.err = err
		}
	}
	if err := table.Render(); err != nil && p.err == nil {
		p.err = err
	}
	for line := range strings.Lines(out.String()) {
		line = strings.TrimRight(line, " \n")
		for strings.HasSuffix(line, " "+reset) { // tablewriter's own, behind the padding of a painted cell
			line = strings.TrimRight(strings.TrimSuffix(line, reset), " ")
		}
		p.buf.WriteString(line + "\n")
	}
}

// wrap returns the lines of a cell, each painted.
func (p *page) wrap(c cell, width int) string {
	lines := text.Wrap(c.text, width)
	for i := range lines {
		lines[i] = p.paint(c.style, lines[i])
	}
	return strings.Join(lines, "\n")
}

// section is how header and rows are set: on the left, as they are, with a gap behind all columns but the last.
func section(columns int) tw.CellConfig {
	padding := make([]tw.Padding, columns)
	for i := range padding {
		padding[i] = tw.Padding{Right: strings.Repeat(" ", gap), Overwrite: true}
	}
	padding[columns-1].Right = ""
	return tw.CellConfig{
		Formatting: tw.CellFormatting{AutoWrap: tw.WrapNone, AutoFormat: tw.Off},
		Padding:    tw.CellPadding{PerColumn: padding},
		Alignment:  tw.CellAlignment{Global: tw.AlignLeft},
	}
}

// fit returns the width of each column: what its widest cell takes, and where the sum is over the room, the widest
// columns are squeezed first.
func fit(columns []column, room int) []int {
	widths, total := make([]int, len(columns)), 0
	for i, c := range columns {
		widths[i] = text.Width(c.title)
		for _, cell := range c.cells {
			widths[i] = max(widths[i], text.Width(cell.text))
		}
		total += widths[i]
	}
	for ; total > room; total-- {
		widest := 0
		for i := range widths {
			if widths[i] > widths[widest] {
				widest = i
			}
		}
		if widths[widest] <= minColumn {
			break
		}
		widths[widest]--
	}
	return widths
}
