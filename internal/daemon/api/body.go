package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Bounds of what is read.
const (
	maxBody  = 256 << 10 // octets
	maxName  = 500       // characters
	maxProse = 4000      // characters
	maxItems = 5000      // of a list
)

// field is a key of a body. Every value is a text, or a list of texts.
type field struct {
	name, about string
	list        bool
	required    bool
	most        int      // characters
	words       []string // that it may be; nil: any
	day         bool     // it is to be a day, which is checked with what it is for
}

// texts are the keys that were given; one that is no list has one text.
type texts map[string][]string

func (t texts) one(name string) string {
	if all := t[name]; len(all) > 0 {
		return all[0]
	}
	return ""
}

// readBody reads the body as the route describes it.
func (c *call) readBody(w http.ResponseWriter) error {
	if c.route.body == nil {
		return c.noBody()
	}
	kind, params, err := mime.ParseMediaType(c.Header.Get("Content-Type"))
	charset, named := params["charset"]
	if err != nil || kind != typeJSON || named && !strings.EqualFold(charset, "utf-8") {
		return &Problem{Type: "media-type", Status: http.StatusUnsupportedMediaType, header: http.Header{"Accept": {typeJSON}},
			Detail: fmt.Sprintf("the body is said to be %.100q; want Content-Type: %s", c.Header.Get("Content-Type"), typeJSON)}
	}
	data, err := io.ReadAll(http.MaxBytesReader(w, c.Body, maxBody))
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return &Problem{Type: "too-large", Status: http.StatusRequestEntityTooLarge, Detail: fmt.Sprintf("the body has more than %d octets", maxBody)}
	case err != nil:
		return bad([]Fault{{In: "body", Detail: "it did not come whole"}})
	}
	body, faults := readObject(data, c.route.body)
	if len(faults) > 0 {
		return bad(faults)
	}
	c.body = body
	return nil
}

func (c *call) noBody() error {
	if n, err := io.ReadFull(c.Body, make([]byte, 1)); n == 0 && errors.Is(err, io.EOF) {
		return nil
	}
	return bad([]Fault{{In: "body", Detail: "there is one; want none here"}})
}

// readObject reads a JSON object (RFC 8259) of texts and lists of texts. It is stricter than encoding/json: names are exact, none stands twice,
// null is no value, and text is Unicode.
func readObject(data []byte, fields []field) (texts, []Fault) {
	if !utf8.Valid(data) {
		return nil, []Fault{{In: "body", Detail: "it is not in UTF-8"}}
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	if start, err := dec.Token(); err != nil || start != json.Delim('{') {
		return nil, []Fault{noJSON(dec, err)}
	}
	out, faults := texts{}, []Fault{}
	seen := map[string]bool{}
	for dec.More() {
		key, err := dec.Token()
		name, isText := key.(string)
		var value json.RawMessage
		if err == nil && isText {
			err = dec.Decode(&value)
		}
		if err != nil {
			return nil, []Fault{noJSON(dec, err)}
		}
		if fault := out.add(name, value, fields, seen[name]); fault != "" {
			faults = append(faults, Fault{"body", fmt.Sprintf("%.100s", name), fault})
		}
		seen[name] = true
	}
	if _, err := dec.Token(); err != nil {
		return nil, []Fault{noJSON(dec, err)}
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, []Fault{{In: "body", Detail: "something follows the object; want nothing"}}
	}
	for _, f := range fields {
		if f.required && !seen[f.name] {
			faults = append(faults, Fault{"body", f.name, "it is not there; want " + f.about})
		}
	}
	return out, faults
}

func noJSON(dec *json.Decoder, err error) Fault {
	detail := "want a JSON object, such as {}"
	if err != nil && !errors.Is(err, io.EOF) {
		detail += fmt.Sprintf(" (%v)", err)
	}
	return Fault{"body", fmt.Sprintf("octet %d", dec.InputOffset()), detail}
}

// add reads one key. It returns what is wrong with it.
func (t texts) add(name string, value json.RawMessage, fields []field, twice bool) string {
	var names []string
	for _, f := range fields {
		names = append(names, f.name)
		if f.name != name {
			continue
		}
		if twice {
			return "it stands twice; want it once"
		}
		all, fault := f.texts(value)
		t[name] = all
		return fault
	}
	return "it is no key of this; " + want(name, names)
}

// texts reads the value of a key.
func (f field) texts(value json.RawMessage) ([]string, string) {
	items := []json.RawMessage{value}
	if f.list {
		items = nil
		if err := json.Unmarshal(value, &items); err != nil || len(items) == 0 {
			return nil, "want a list of at least one text, or leave it out"
		}
		if len(items) > maxItems {
			return nil, fmt.Sprintf("it has %d items; want at most %d", len(items), maxItems)
		}
	}
	var out []string
	for _, item := range items {
		text := ""
		if err := json.Unmarshal(item, &text); err != nil || item[0] != '"' {
			return nil, fmt.Sprintf("%.100s is no text; want one, or leave it out", item)
		}
		if fault := checkText(text, f.most); fault != "" {
			return nil, fault
		}
		if f.words != nil && !slices.Contains(f.words, text) {
			return nil, fmt.Sprintf("%.100q is none; %s", text, want(text, f.words))
		}
		if slices.Contains(out, text) {
			return nil, fmt.Sprintf("%.100q stands twice; want each once", text)
		}
		out = append(out, text)
	}
	return out, ""
}

// textForm describes what checkText takes: line feeds and tabs, and no other control character.
func textForm(most int) node {
	return node{"type": "string", "minLength": 1, "maxLength": most, "pattern": `^[^\x00-\x08\x0B-\x1F\x7F` + string(unicode.ReplacementChar) + `]+$`}
}

// checkText says what is wrong with a text from outside. Half of a surrogate pair has become U+FFFD.
func checkText(s string, most int) string {
	switch n := utf8.RuneCountInString(s); {
	case n == 0:
		return "it is empty; want a text, or leave it out"
	case n > most:
		return fmt.Sprintf("it has %d characters; want at most %d", n, most)
	case strings.ContainsRune(s, unicode.ReplacementChar):
		return "it has characters that are none"
	case strings.ContainsFunc(s, func(r rune) bool { return r < ' ' && r != '\n' && r != '\t' || r == 0x7F }):
		return "it has control characters; want text"
	}
	return ""
}
