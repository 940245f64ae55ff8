package api

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"io"
	"net/http"
	"strconv"
	"strings"

	reportjson "github.com/portseal/portseal/report/json"
)

const typeJSON = "application/json"

// answer is what a request gets: a value as JSON, or content that is made when it turns out to be wanted.
type answer struct {
	status  int // 0: 200
	value   any // nil with make, or for no content
	etag    string
	media   string // of what make makes
	varies  bool   // by Accept
	header  http.Header
	make    func() (*content, error)
	large   bool // what make makes is too much to be made for a HEAD alone
	content *content
}

// content is a body: whole, or as it is written.
type content struct {
	whole []byte
	write func(io.Writer) error // used where whole is nil
	done  func()                // called when the content is no longer needed; nil for nothing
}

// minGzip is the size from which on compression is worth it, in octets.
const minGzip = 1 << 10

// send sends an answer. The error, if any, comes before anything was sent.
func (a *API) send(w http.ResponseWriter, r *http.Request, out *answer) error {
	if out.status == 0 {
		out.status = http.StatusOK
	}
	h := w.Header()
	for name, values := range out.header {
		h[name] = values
	}
	reads := r.Method == http.MethodGet || r.Method == http.MethodHead
	if out.value != nil {
		if err := out.encode(reads); err != nil {
			return err
		}
	}
	if reads {
		h.Set("Cache-Control", "private, no-cache") // it may be kept, and is asked for again
		h.Add("Vary", out.vary())                   // beside what access has said
	}
	if out.etag != "" && noneMatch(r.Header.Values("If-None-Match"), out.etag) {
		h.Set("ETag", out.etag)
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	head := r.Method == http.MethodHead
	if out.make != nil && (!head || !out.large) {
		made, err := out.make()
		if err != nil {
			return err
		}
		out.content = made
		if made.done != nil {
			defer made.done()
		}
	}
	a.put(w, r, out, head)
	return nil
}

func (o *answer) vary() string {
	if o.varies {
		return "Accept, Accept-Encoding"
	}
	return "Accept-Encoding"
}

// encode makes the JSON of the value. What is read gets a weak ETag: it stays the same when the body is compressed.
func (o *answer) encode(reads bool) error {
	var body bytes.Buffer
	if err := reportjson.Encode(&body, o.value); err != nil {
		return err
	}
	o.media, o.content = typeJSON, &content{whole: body.Bytes()}
	if reads && o.etag == "" {
		sum := sha256.Sum256(body.Bytes())
		o.etag = `W/"` + base64.RawURLEncoding.EncodeToString(sum[:18]) + `"`
	}
	return nil
}

// put sends the head and the body.
func (a *API) put(w http.ResponseWriter, r *http.Request, out *answer, head bool) {
	h := w.Header()
	c := out.content
	if c == nil { // a HEAD of what is not made, or nothing at all
		c = &content{}
	}
	zip := out.media != "" && (c.whole == nil || len(c.whole) >= minGzip) && accepts(r.Header.Values("Accept-Encoding"), "gzip") > 0
	switch {
	case out.etag != "" && zip:
		h.Set("ETag", zipped(out.etag))
	case out.etag != "":
		h.Set("ETag", out.etag)
	}
	if out.media != "" {
		h.Set("Content-Type", out.media)
	}
	switch {
	case zip:
		h.Set("Content-Encoding", "gzip")
	case c.whole != nil:
		h.Set("Content-Length", strconv.Itoa(len(c.whole)))
	}
	w.WriteHeader(out.status)
	if head {
		return
	}
	if err := c.to(w, zip); err != nil {
		if r.Context().Err() == nil {
			a.Log.Warn("an answer was cut off", "path", r.URL.Path, "error", err)
		}
		panic(http.ErrAbortHandler) // so that the client does not take a part for the whole
	}
}

func (c *content) to(w io.Writer, zip bool) error {
	if !zip {
		return c.plain(w)
	}
	packed, err := gzip.NewWriterLevel(w, gzip.BestSpeed)
	if err != nil {
		return err
	}
	if err := c.plain(packed); err != nil {
		return err
	}
	return packed.Close()
}

func (c *content) plain(w io.Writer) error {
	if c.whole == nil && c.write != nil {
		return c.write(w)
	}
	_, err := w.Write(c.whole)
	return err
}

// zippedMark stands in the strong ETag of a compressed body, which is not the same octets (RFC 9110 section 8.8.3.3).
const zippedMark = `-gzip"`

func zipped(etag string) string {
	if strings.HasPrefix(etag, "W/") {
		return etag
	}
	return strings.TrimSuffix(etag, `"`) + zippedMark
}

// noneMatch says whether If-None-Match names the ETag, compared weakly as RFC 9110 section 13.1.2 says: then the client has it.
func noneMatch(headers []string, etag string) bool {
	bare := func(tag string) string {
		tag = strings.TrimPrefix(strings.TrimSpace(tag), "W/")
		if short, ok := strings.CutSuffix(tag, zippedMark); ok {
			return short + `"`
		}
		return tag
	}
	for _, h := range headers {
		for tag := range strings.SplitSeq(h, ",") { // no ETag of ours has a comma
			if strings.TrimSpace(tag) == "*" || bare(tag) == bare(etag) {
				return true
			}
		}
	}
	return false
}
