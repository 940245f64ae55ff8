package api

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"

	"github.com/portseal/portseal/internal/daemon/control"
	"github.com/portseal/portseal/internal/history"
	"github.com/portseal/portseal/internal/stored"
	"github.com/portseal/portseal/report"
)

const formatJSON = "json"

// getReport is the report of a run: the octets that were stored, whose digest is the ETag, or another form of it.
func (a *API) getReport(c *call) (*answer, error) {
	id := c.path["run"]
	r, err := a.reported(c, id)
	if err != nil {
		return nil, err
	}
	format, err := a.format(c)
	if err != nil {
		return nil, err
	}
	out := &answer{media: format.Type, etag: `"` + r.Digest + `"`, varies: true, header: http.Header{}}
	out.header.Set("Content-Disposition", fmt.Sprintf(`inline; filename="%s.%s"`, fileName(r), format.Extension))
	if format.Name == formatJSON {
		out.make = func() (*content, error) {
			doc, err := a.Store.Report(c.Context(), id)
			return &content{whole: doc}, gone(id, err)
		}
		return out, nil
	}
	// The same digest may be written otherwise by another version of portseal: the ETag is weak.
	out.etag = `W/"` + r.Digest + "-" + format.Name + `"`
	// What peers said stands in it. Nothing in it may act for who looks at it, here of all places.
	out.header.Set("Content-Security-Policy", "sandbox allow-scripts; default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:")
	out.header.Set("Content-Disposition", fmt.Sprintf(`attachment; filename="%s.%s"`, fileName(r), format.Extension))
	out.large = true
	out.make = func() (*content, error) { return a.render(c, id, format) }
	return out, nil
}

// reported is a run that has a report.
func (a *API) reported(c *call, id string) (*history.Run, error) {
	r, err := a.Store.Run(c.Context(), id)
	switch {
	case errors.Is(err, history.ErrNotFound):
		return nil, missing("run", id)
	case err != nil:
		return nil, err
	case r.Pruned:
		return nil, pruned(id)
	case r.State != history.Finished:
		return nil, &Problem{Type: "not-found", Status: http.StatusNotFound, Detail: fmt.Sprintf("run %s is %s, and has no report", id, r.State)}
	}
	return r, nil
}

// gone gives the error of a report that retention removed after its run was read.
func gone(id string, err error) error {
	if err == nil {
		return nil
	}
	if errors.Is(err, history.ErrPruned) {
		return pruned(id)
	}
	return fmt.Errorf("report of run %s: %w", id, err)
}

func pruned(id string) error {
	return &Problem{Type: "pruned", Status: http.StatusGone, Detail: "the report of run " + id + " was removed by retention (serve --keep); the run itself is still listed"}
}

// render reads a report and returns how it is written. It waits for its turn, which ends when the content is done with.
func (a *API) render(c *call, id string, format control.Format) (*content, error) {
	doc, err := a.Store.Report(c.Context(), id)
	if err != nil {
		return nil, gone(id, err)
	}
	if err := a.turn(c); err != nil {
		return nil, err
	}
	rep, err := read(doc)
	if err != nil {
		<-a.renders
		return nil, fmt.Errorf("report of run %s: %w", id, err)
	}
	return &content{write: func(w io.Writer) error { return format.Write(w, rep) }, done: func() { <-a.renders }}, nil
}

// turn waits until few enough do what takes much memory; <-a.renders ends it.
func (a *API) turn(c *call) error {
	select {
	case a.renders <- struct{}{}:
		return nil
	case <-c.Context().Done():
		return c.Context().Err()
	}
}

func read(doc []byte) (*report.Report, error) {
	rep, err := stored.Read(bytes.NewReader(doc))
	if err != nil {
		return nil, err
	}
	return rep.Sealed()
}

// fileName is what a report is called when it is kept.
func fileName(r *history.Run) string {
	plain := func(s string) string {
		return strings.Map(func(r rune) rune {
			if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '_' {
				return r
			}
			return '-'
		}, s)
	}
	return fmt.Sprintf("portseal-%.60s-%s-%.60s", plain(r.Estate), r.Started.UTC().Format("20060102T150405Z"), plain(r.ID))
}

func (a *API) allFormats() []control.Format {
	return append([]control.Format{{Name: formatJSON, Type: typeJSON, Extension: formatJSON}}, a.Formats...)
}

// format is the one that a request wants: by name, else by media type.
func (a *API) format(c *call) (control.Format, error) {
	all := a.allFormats()
	if name := one(c.query, "format", ""); name != "" {
		return all[slices.IndexFunc(all, func(f control.Format) bool { return f.Name == name })], nil
	}
	if f, ok := pick(c.Header.Values("Accept"), all); ok {
		return f, nil
	}
	var types []string
	for _, f := range all {
		types = append(types, f.Type)
	}
	detail := fmt.Sprintf("none of %.200q; want one of %s, or ?format=", strings.Join(c.Header.Values("Accept"), ", "), strings.Join(types, ", "))
	return control.Format{}, &Problem{Type: "not-acceptable", Status: http.StatusNotAcceptable, Detail: detail, Errors: []Fault{{"header", "Accept", detail}}}
}
