package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/pflag"
	"golang.org/x/term"

	"github.com/portseal/portseal/internal/daemon/control"
	"github.com/portseal/portseal/internal/nearest"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/report/cbom"
	"github.com/portseal/portseal/report/csv"
	"github.com/portseal/portseal/report/html"
	reportjson "github.com/portseal/portseal/report/json"
	"github.com/portseal/portseal/report/jsonl"
	"github.com/portseal/portseal/report/junit"
	"github.com/portseal/portseal/report/markdown"
	"github.com/portseal/portseal/report/oscal"
	"github.com/portseal/portseal/report/sarif"
	"github.com/portseal/portseal/report/table"
)

// format is one way to write a report.
type format struct {
	name             string
	media, extension string // of what is served and downloaded
	write            func(w io.Writer, rep *report.Report, look table.Options) error
}

// formats is the one list of renderers.
func formats() []format {
	return []format{
		{"table", "text/plain; charset=utf-8", "txt", table.Write},
		{"json", "application/json", "json", plain(reportjson.Write)},
		{formatLines, "application/jsonl", "jsonl", plain(jsonl.Write)},
		{"csv", "text/csv; charset=utf-8", "csv", plain(csv.Write)},
		{"html", "text/html; charset=utf-8", "html", plain(html.Write)},
		{"markdown", "text/markdown; charset=utf-8", "md", plain(markdown.Write)},
		{"sarif", "application/sarif+json", "sarif", func(w io.Writer, rep *report.Report, _ table.Options) error {
			return sarif.Write(w, sarif.OfReport(rep))
		}},
		{"junit", "application/xml", "xml", plain(junit.Write)},
		{"oscal", "application/oscal+json", "oscal.json", plain(oscal.Write)},
		{"cbom", "application/vnd.cyclonedx+json", "cdx.json", plain(cbom.Write)},
	}
}

// plain is a renderer that has no options.
func plain(write func(io.Writer, *report.Report) error) func(io.Writer, *report.Report, table.Options) error {
	return func(w io.Writer, rep *report.Report, _ table.Options) error { return write(w, rep) }
}

// servedFormats are the formats as the service offers them.
func servedFormats() []control.Format {
	var out []control.Format
	for _, f := range formats() {
		out = append(out, control.Format{Name: f.name, Type: f.media, Extension: f.extension,
			Write: func(w io.Writer, rep *report.Report) error { return f.write(w, rep, table.Options{}) }})
	}
	return out
}

func formatNames() []string {
	var out []string
	for _, f := range formats() {
		out = append(out, f.name)
	}
	return out
}

// outputFlags say in which form a result is written, and where to.
type outputFlags struct {
	format  string
	outputs []string
	color   string
	width   int
	flags   *pflag.FlagSet // where they are registered
}

// registerOutput adds the flags of a command whose result has several formats.
func (f *outputFlags) registerOutput(fl *pflag.FlagSet, formats []string) {
	formatFlag(fl, &f.format, formats, "")
	fl.StringArrayVarP(&f.outputs, "output", "o", nil, "`FILE` for the result instead of stdout, or FORMAT=FILE besides (repeatable)")
}

// registerLook adds the flags that say how tables look.
func (f *outputFlags) registerLook(fl *pflag.FlagSet) {
	f.flags = fl
	fl.IntVar(&f.width, "width", 0, "of tables, in `COLUMNS` (default: the terminal's, else 100)")
	fl.StringVar(&f.color, "color", "auto", "`WHEN` tables are coloured: auto (on a terminal), always or never")
}

// checkLook finds what is no way for tables to look.
func (f *outputFlags) checkLook() error {
	var faults []error
	if !slices.Contains([]string{"auto", "always", "never"}, f.color) {
		faults = append(faults, fmt.Errorf("--color %q: want auto, always or never", f.color))
	}
	if f.flags != nil && f.flags.Changed("width") && f.width < 1 {
		faults = append(faults, fmt.Errorf("--width %d: want at least 1, or leave it out for that of the terminal", f.width))
	}
	return errors.Join(faults...)
}

// output is one place that a result goes to. An empty path is stdout.
type output struct{ format, path string }

// outputsOf reads --format and -o. "-o FILE" takes the result away from stdout; "-o FORMAT=FILE" writes a further one.
func (f *outputFlags) outputsOf(formats []string) ([]output, error) {
	faults := []error{}
	known := func(flag, name string) {
		if !slices.Contains(formats, name) {
			faults = append(faults, fmt.Errorf("%sformat %q: want %s", flag, name, nearest.AnyOf(formats)))
		}
	}
	known("--", f.format)
	first := output{format: f.format}
	var more []output
	for _, o := range f.outputs {
		name, path, both := strings.Cut(o, "=")
		switch {
		case o == "" || both && path == "":
			faults = append(faults, fmt.Errorf("-o %q: want FILE or FORMAT=FILE", o))
		case o == "-", both && path == "-":
			faults = append(faults, fmt.Errorf("-o %q: want a file; the result goes to stdout without -o, as --format says", o))
		case !both && first.path != "":
			faults = append(faults, fmt.Errorf("-o %q: the result already goes to %q; want FORMAT=FILE for a further one", o, first.path))
		case !both:
			first.path = o
		default:
			known(fmt.Sprintf("-o %q: ", o), name)
			more = append(more, output{name, path})
		}
	}
	outputs := append([]output{first}, more...)
	return outputs, errors.Join(append(faults, checkTwice(outputs)...)...)
}

// checkTwice refuses two things that are to be written to one file.
func checkTwice(outputs []output) []error {
	var faults []error
	for i, o := range outputs {
		if o.path == "" {
			continue
		}
		if j := slices.IndexFunc(outputs[:i], func(b output) bool { return b.path != "" && sameFile(b.path, o.path) }); j >= 0 {
			faults = append(faults, fmt.Errorf("-o: %s goes to %q, and %s to %q, which is the same file; want a file for each",
				outputs[j].format, outputs[j].path, o.format, o.path))
		}
	}
	return faults
}

// reportOutputs is outputsOf for a report; the file of --resume is none of them.
func (f *scanFlags) reportOutputs() ([]output, error) {
	outputs, err := f.outputsOf(formatNames())
	faults := []error{err}
	var named []string
	for _, o := range outputs {
		if f.resume != "" && o.path != "" && !slices.Contains(named, o.path) && sameFile(f.resume, o.path) {
			named = append(named, o.path)
			faults = append(faults, fmt.Errorf("-o %q is the file of --resume; want a file for each", o.path))
		}
	}
	return outputs, errors.Join(faults...)
}

// colored follows --color; NO_COLOR (no-color.org) turns auto off.
func (f *outputFlags) colored(w io.Writer) bool {
	switch f.color {
	case "always":
		return true
	case "auto":
		_, off := os.LookupEnv("NO_COLOR")
		return !off && isTerminal(w) && os.Getenv("TERM") != "dumb"
	}
	return false
}

func (f *outputFlags) columns(w io.Writer) int {
	if f.width > 0 {
		return f.width
	}
	if file, ok := w.(*os.File); ok && isTerminal(w) {
		if n, _, err := term.GetSize(int(file.Fd())); err == nil && n > 0 {
			return n
		}
	}
	if n, err := strconv.Atoi(os.Getenv("COLUMNS")); err == nil && n > 0 {
		return n
	}
	return 100
}

func isTerminal(w io.Writer) bool {
	file, ok := w.(*os.File)
	return ok && term.IsTerminal(int(file.Fd()))
}
