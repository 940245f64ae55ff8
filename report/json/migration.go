package json

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"

	"github.com/portseal/portseal/report"
)

// WriteMigration writes the state of a migration as indented JSON, in the form of Write.
func WriteMigration(w io.Writer, m *report.Migration) error {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(m); err != nil {
		return fmt.Errorf("migration as JSON: %w", err)
	}
	if _, err := w.Write(printable(buf.Bytes())); err != nil {
		return fmt.Errorf("write migration: %w", err)
	}
	return nil
}
