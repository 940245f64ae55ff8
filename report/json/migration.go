package json

import (
	"io"

	"github.com/portseal/portseal/report"
)

// WriteMigration writes the state of a migration in the form of Write.
func WriteMigration(w io.Writer, m *report.Migration) error { return Encode(w, m) }
