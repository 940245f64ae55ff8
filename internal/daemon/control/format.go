package control

import (
	"io"

	"github.com/portseal/portseal/report"
)

// Format is one way to write a report, for the pages and for the API.
type Format struct {
	Name      string // as --format names it
	Type      string // media type
	Extension string // of a file of it, without the dot
	Write     func(w io.Writer, rep *report.Report) error
}
