package replay

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/portseal/portseal/internal/evidence"
	"github.com/portseal/portseal/report"
	reportjson "github.com/portseal/portseal/report/json"
)

// document checks the report as it is stored: its digest, and that it holds no key that means nothing.
func (d *differ) document(doc []byte, rep *report.Report) error {
	stated, computed, err := evidence.DigestJSON(doc)
	switch {
	case err != nil:
		return fmt.Errorf("not a report: %w", err)
	case stated == "":
		d.add("/digest", nothing, "a digest")
	case stated != computed:
		d.add("/digest", stated, computed)
	}
	if reportjson.Same(doc, rep) { // what was read is all that there is
		return nil
	}
	known, err := evidence.Digest(rep)
	if err != nil || known == computed {
		return err
	}
	return d.keys(doc, rep)
}

// keys wants the document to hold no key that this program does not know, nor one in other letters, which this program would read and
// others would not.
func (d *differ) keys(doc []byte, rep *report.Report) error {
	var parts map[string]json.RawMessage
	if err := json.Unmarshal(doc, &parts); err != nil {
		return fmt.Errorf("not a report: %w", err)
	}
	var stored []json.RawMessage
	if err := json.Unmarshal(parts["endpoints"], &stored); err != nil || len(stored) != len(rep.Endpoints) {
		stored = nil
	}
	parts["endpoints"] = json.RawMessage("[]")
	complete := reportjson.Complete(rep)
	endpoints := complete.Endpoints
	if stored != nil {
		complete.Endpoints = []report.Endpoint{}
	}
	rest, err := json.Marshal(parts)
	if err != nil {
		return fmt.Errorf("write JSON: %w", err)
	}
	if err := d.same("", rest, complete); err != nil {
		return err
	}
	found := make([]differ, len(stored))
	err = parallel(len(stored), func(i int) error {
		return found[i].same(fmt.Sprintf("/endpoints/%d", i), stored[i], &endpoints[i])
	})
	for _, f := range found {
		d.found = append(d.found, f.found...)
	}
	return err
}

// same compares the text of a value with the value that was read from it.
func (d *differ) same(pointer string, text []byte, v any) error {
	var plain, again bytes.Buffer
	if err := json.Compact(&plain, text); err != nil {
		return fmt.Errorf("read JSON: %w", err)
	}
	enc := json.NewEncoder(&again)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return fmt.Errorf("write JSON: %w", err)
	}
	if bytes.Equal(plain.Bytes(), bytes.TrimSuffix(again.Bytes(), []byte("\n"))) {
		return nil
	}
	was, err := tree(text)
	if err != nil {
		return err
	}
	known, err := tree(again.Bytes())
	if err != nil {
		return err
	}
	d.trees(pointer, was, known)
	return nil
}
