package web

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/portseal/portseal/internal/history"
	"github.com/portseal/portseal/report"
	picture "github.com/portseal/portseal/report/matrix"
	"github.com/portseal/portseal/report/words"
)

// matrix is the move from RC4 to TLS as a table: a row a system, a column an end of a connection.
type matrix struct {
	Migration *report.Migration
	Answer    word
	Sentence  string
	Ends      [][3]string
	Systems   []report.MigrationSystem
	Rows      []matrixRow
	LeftOut   int // systems
	Obstacles []report.Obstacle
	Unsaid    int // obstacles that are not among them
}

type matrixRow struct {
	System string
	Cells  []matrixCell
}

// matrixCell is one end; without a State the system has none.
type matrixCell struct {
	State, Configured string
	Kind              words.Kind
	Stays             bool
	Link              string // of the listener that shows it
}

// matrixOf is the matrix of a run, as far as it has its report; nil without, and for an estate without Query Monitor. Most is how many systems it
// has: when there are more, those first that are not all TLS.
func (p *Pages) matrixOf(ctx context.Context, run *history.Run, most int) (*matrix, error) {
	i, err := p.stored.of(ctx, run)
	if errors.Is(err, history.ErrPruned) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	m := i.migration()
	if len(m.Systems) == 0 {
		return nil, nil
	}
	out := &matrix{Migration: m, Ends: report.Ends()}
	out.Answer, out.Sentence = words.MayTurnOff(m.RC4.MayTurnOff)
	systems := slices.Clone(m.Systems)
	if len(systems) > most {
		slices.SortStableFunc(systems, func(a, b report.MigrationSystem) int { return cmp.Compare(unfinished(b), unfinished(a)) })
		out.LeftOut, systems = len(systems)-most, systems[:most]
	}
	out.Systems = systems
	out.Obstacles = m.RC4.Obstacles[:min(len(m.RC4.Obstacles), mostObstacles)]
	out.Unsaid = len(m.RC4.Obstacles) - len(out.Obstacles)
	for _, s := range systems {
		row := matrixRow{System: s.System}
		for _, end := range out.Ends {
			row.Cells = append(row.Cells, cellOf(s, end[0]))
		}
		out.Rows = append(out.Rows, row)
	}
	return out, nil
}

// What the page of the migration has at most; the picture and 'portseal migration' have all.
const (
	mostSystems   = 200
	mostObstacles = 200
)

// unfinished counts the ends of a system that are RC4, or may be.
func unfinished(s report.MigrationSystem) (n int) {
	for _, c := range s.Cells {
		switch c.State {
		case report.MigrationRC4, report.MigrationBoth:
			n += 100
		case report.MigrationUnknown:
			n++
		}
	}
	return n
}

func cellOf(s report.MigrationSystem, end string) matrixCell {
	for _, c := range s.Cells {
		if c.End != end {
			continue
		}
		out := matrixCell{State: string(c.State), Configured: string(c.Configured), Stays: c.MayStay, Kind: words.Migration(c.State).Kind}
		for _, f := range c.Facts {
			switch {
			case f.Kind != report.FactWire:
			case strings.Contains(f.From, ", "): // several ports
				out.Link = "/listeners?system=" + url.QueryEscape(s.System)
			case strings.Contains(f.From, "/"):
				out.Link = listenerPath(f.From)
			}
		}
		return out
	}
	return matrixCell{}
}

// lastRun is the last run of the whole estate.
func (p *Pages) lastRun(ctx context.Context) (*history.Run, error) {
	return p.Store.Last(ctx, p.Control.Status().Estate.Name, false)
}

func (p *Pages) migrationPage(r *http.Request) (*view, error) {
	v := view{title: "Migration from RC4 to TLS", nav: "/migration"}
	run, err := p.lastRun(r.Context())
	if errors.Is(err, history.ErrNotFound) {
		return p.body("migration", map[string]any{}, v)
	}
	if err != nil {
		return nil, err
	}
	m, err := p.matrixOf(r.Context(), run, mostSystems)
	if err != nil {
		return nil, err
	}
	return p.body("migration", map[string]any{"Run": run, "Matrix": m}, v)
}

// migrationPicture is the matrix as an SVG file, to be put into a document. It has its style in itself.
func (p *Pages) migrationPicture(w http.ResponseWriter, r *http.Request) {
	var out bytes.Buffer
	run, err := p.lastRun(r.Context())
	if err == nil {
		var i *item
		if i, err = p.stored.of(r.Context(), run); err == nil {
			err = picture.SVG(&out, i.migration())
		}
	}
	if err != nil {
		p.write(w, r, p.failed(r, err))
		return
	}
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox")
	w.Header().Set("Content-Type", "image/svg+xml")
	_, err = w.Write(out.Bytes())
	p.unwritten(r.Context(), err)
}
