package web

import (
	"bytes"
	"mime"
	"net/http"
	"net/url"
	"path"
	"strings"

	"github.com/portseal/portseal/internal/daemon/control"
	"github.com/portseal/portseal/internal/history"
)

// formatJSON is the report as it is stored, byte for byte.
const formatJSON = "json"

func (p *Pages) reportsPage(r *http.Request) (*view, error) {
	runs, next, err := p.Store.List(r.Context(), history.RunQuery{Estate: p.Control.Status().Estate.Name, States: []history.State{history.Finished},
		Page: history.Page{After: r.URL.Query().Get("after"), Limit: 100}})
	if err != nil {
		return nil, err
	}
	more := ""
	if next != "" {
		more = "?" + url.Values{"after": {next}}.Encode()
	}
	return p.body("reports", map[string]any{"Runs": runs, "More": more, "Formats": p.Formats}, view{title: "Reports", nav: "/reports"})
}

// download answers /runs/{id}/report.{format}.
func (p *Pages) download(w http.ResponseWriter, r *http.Request) {
	name, ok := strings.CutPrefix(r.PathValue("file"), "report.")
	for _, f := range p.Formats {
		if ok && f.Name == name {
			p.deliver(w, r, f)
			return
		}
	}
	p.write(w, r, p.failed(r, notFound("There is no such file of a run. A report is report.FORMAT, with one of the formats that the page of the run offers.")))
}

// deliver writes a report in a format.
func (p *Pages) deliver(w http.ResponseWriter, r *http.Request, f control.Format) {
	var out bytes.Buffer
	run, err := p.Store.Run(r.Context(), r.PathValue("id"))
	if err == nil && run.State != history.Finished {
		err = notFound("This run has no report: it is " + string(run.State) + ".")
	}
	if err == nil {
		err = p.renderReport(r, &out, f)
	}
	if err != nil {
		p.write(w, r, p.failed(r, err))
		return
	}
	h := w.Header()
	h.Set("Content-Type", f.Type)
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox") // a report is a document to be kept, and no page of this service
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": fileName(run, f)}))
	_, err = w.Write(out.Bytes())
	p.unwritten(r.Context(), err)
}

func (p *Pages) renderReport(r *http.Request, out *bytes.Buffer, f control.Format) error {
	if f.Name == formatJSON {
		doc, err := p.Store.Report(r.Context(), r.PathValue("id"))
		out.Write(doc)
		return err
	}
	p.stored.read.Lock() // one at a time: a report may be large
	defer p.stored.read.Unlock()
	rep, err := p.stored.whole(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	return f.Write(out, rep)
}

// fileName is what a download is called.
func fileName(run *history.Run, f control.Format) string {
	plain := func(s string) string {
		return strings.Map(func(c rune) rune {
			if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_' {
				return c
			}
			return '-'
		}, s)
	}
	return path.Base("portseal-" + plain(run.Estate) + "-" + plain(run.ID) + "." + f.Extension)
}
