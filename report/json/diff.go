package json

import (
	"io"

	"github.com/portseal/portseal/report"
)

// WriteDiff writes the comparison of two reports as Write writes a report.
func WriteDiff(w io.Writer, d *report.Diff) error {
	whole := *d
	whole.Changes = list(whole.Changes)
	return Encode(w, whole)
}
