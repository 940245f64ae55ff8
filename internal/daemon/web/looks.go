package web

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"html/template"
	"net/http"
	"path"

	"github.com/portseal/portseal/report/style"
)

//go:embed templates/*.html static/*.css static/*.js static/*.svg static/*.LICENSE
var files embed.FS

// looks are the templates and the files that pages load.
type looks struct {
	templates *template.Template
	assets    map[string]asset
}

// asset is a file that pages load. Its address has its digest, so it may be kept for ever.
type asset struct {
	kind, sum string
	data      []byte
}

func newLooks() (*looks, error) {
	l := &looks{assets: map[string]asset{}}
	list, err := files.ReadDir("static")
	if err != nil {
		return nil, fmt.Errorf("static files: %w", err)
	}
	for _, f := range list {
		data, err := files.ReadFile("static/" + f.Name())
		if err != nil {
			return nil, fmt.Errorf("static files: %w", err)
		}
		switch f.Name() {
		case "web.css":
			data = append([]byte(style.Frame()), data...)
		case "app.js":
			data = append([]byte(style.Sort()), data...)
		}
		sum := sha256.Sum256(data)
		l.assets[f.Name()] = asset{kindOfFile(f.Name()), hex.EncodeToString(sum[:8]), data}
	}
	l.templates, err = template.New("").Funcs(l.words()).ParseFS(files, "templates/*.html")
	if err != nil {
		return nil, fmt.Errorf("templates: %w", err)
	}
	return l, nil
}

func kindOfFile(name string) string {
	switch path.Ext(name) {
	case ".css":
		return "text/css; charset=utf-8"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	}
	return "text/plain; charset=utf-8"
}

// at is the address of a static file.
func (l *looks) at(name string) (string, error) {
	a, ok := l.assets[name]
	if !ok {
		return "", fmt.Errorf("there is no static file %q", name)
	}
	return "/static/" + name + "?v=" + a.sum, nil
}

// serve hands out a static file.
func (l *looks) serve(w http.ResponseWriter, r *http.Request) {
	a, ok := l.assets[r.PathValue("name")]
	if !ok {
		http.Error(w, "There is no such file.", http.StatusNotFound)
		return
	}
	h := w.Header()
	h.Set("Content-Type", a.kind)
	h.Set("ETag", `"`+a.sum+`"`)
	h.Set("Cache-Control", "no-cache")
	if r.URL.Query().Get("v") == a.sum {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	if r.Header.Get("If-None-Match") == `"`+a.sum+`"` {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	_, _ = w.Write(a.data) // who asked is gone: nobody is left to be told
}

// render fills a template, and makes what peers sent safe to show.
func (l *looks) render(name string, data any) (template.HTML, error) {
	var out bytes.Buffer
	if err := l.templates.ExecuteTemplate(&out, name, data); err != nil {
		return "", fmt.Errorf("page %q: %w", name, err)
	}
	return template.HTML(safe(out.String())), nil // every text in it was escaped by the template
}
