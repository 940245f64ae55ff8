// Package matrix draws the state of a migration: SVG is the matrix of systems and connections alone, HTML one page with the matrix, the
// verdict, what stands in the way, and the same words as text for those who do not see the picture.
//
// Both follow the reader's light or dark setting, and print on A4. A state is never told by its colour alone. Nothing is loaded from
// elsewhere, and there is no script. All text goes through report/text, and is escaped by html/template.
//
// Limits: a picture holds some 20 systems on a page; the page draws further ones in further pictures, SVG all in one.
package matrix

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io"

	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/report/style"
	"github.com/portseal/portseal/report/text"
	"github.com/portseal/portseal/report/words"
)

//go:embed page.html matrix.svg
var files embed.FS

// perPicture is how many systems a picture of the page has, so that it stays whole on a sheet of A4.
const perPicture = 16

// Measures of the picture, in its own units.
const (
	nameWidth, cellWidth, rowHeight, headHeight = 130, 140, 52, 56
	nameColumns                                 = 14 // what of a system's name fits
)

// picture is what matrix.svg draws.
type picture struct {
	ID            string
	Title, Words  string
	Width, Height int
	Heads         []label
	Rows          []row
}

type label struct {
	X, Y       int
	Text, More string
}

type row struct {
	Y, NameY int
	Name     string
	Cells    []square
}

type square struct {
	X, Y, W, H     int
	Mid, Up, Down  int
	State, Below   string
	Title          string
	Present, Stays bool
}

// page is what page.html shows.
type page struct {
	*report.Migration
	Ends     [][3]string
	Pictures []picture
	At       string
	Style    template.CSS
	Answer   string
}

// SVG writes the matrix as one picture.
func SVG(w io.Writer, m *report.Migration) error {
	return execute(w, "matrix.svg", draw(m, m.Systems, 0))
}

// HTML writes the page.
func HTML(w io.Writer, m *report.Migration) error {
	_, answer := words.MayTurnOff(m.RC4.MayTurnOff)
	p := page{Migration: m, Ends: report.Ends(), At: text.Minute(m.JudgedAt), Answer: answer, Style: template.CSS(style.CSS())}
	for i := 0; i < len(m.Systems); i += perPicture {
		p.Pictures = append(p.Pictures, draw(m, m.Systems[i:min(i+perPicture, len(m.Systems))], i))
	}
	return execute(w, "page.html", p)
}

func execute(w io.Writer, name string, data any) error {
	t, err := template.New(name).Funcs(template.FuncMap{"clean": func(v any) string { return text.Clean(fmt.Sprint(v)) }, "cell": cellOf}).ParseFS(files, "page.html", "matrix.svg")
	if err != nil {
		return fmt.Errorf("templates: %w", err)
	}
	var buf bytes.Buffer
	if err := t.ExecuteTemplate(&buf, name, data); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	if _, err := w.Write(buf.Bytes()); err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	return nil
}

// cellOf finds an end of a system; nil when it has none.
func cellOf(s report.MigrationSystem, end string) *report.MigrationCell {
	for i := range s.Cells {
		if s.Cells[i].End == end {
			return &s.Cells[i]
		}
	}
	return nil
}

// draw lays out some systems.
func draw(m *report.Migration, systems []report.MigrationSystem, from int) picture {
	ends := report.Ends()
	_, answer := words.MayTurnOff(m.RC4.MayTurnOff)
	p := picture{ID: fmt.Sprintf("m%d", from), Width: nameWidth + cellWidth*len(ends), Height: headHeight + rowHeight*len(systems) + 8,
		Title: "Migration of " + m.Estate + " from RC4 to TLS"}
	p.Words = answer + " Each row is a system, each column an end of a connection; each field says what was observed and, below, what is configured."
	for i, e := range ends {
		p.Heads = append(p.Heads, label{X: nameWidth + cellWidth*i + cellWidth/2, Y: 22, Text: e[1] + " " + e[0], More: e[2]})
	}
	for j, s := range systems {
		y := headHeight + rowHeight*j
		r := row{Y: y, NameY: y + rowHeight/2 + 1, Name: text.Cut(s.System, nameColumns)}
		for i, e := range ends {
			r.Cells = append(r.Cells, squareOf(s, e, nameWidth+cellWidth*i, y))
		}
		p.Rows = append(p.Rows, r)
	}
	return p
}

func squareOf(s report.MigrationSystem, end [3]string, x, y int) square {
	q := square{X: x + 3, Y: y + 3, W: cellWidth - 6, H: rowHeight - 6, Mid: x + cellWidth/2, Up: y + 23, Down: y + 40}
	c := cellOf(s, end[0])
	if c == nil {
		return q
	}
	q.Present, q.State, q.Stays = true, string(c.State), c.MayStay
	q.Below = "configured: " + string(c.Configured)
	if c.MayStay {
		q.Below = "may stay RC4"
	}
	q.Title = fmt.Sprintf("%s, %s %s: observed %s, configured %s", s.System, end[1], end[2], c.Observed, c.Configured)
	return q
}
