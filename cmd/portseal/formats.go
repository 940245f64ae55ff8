package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/term"

	"github.com/portseal/portseal/report"
	reportjson "github.com/portseal/portseal/report/json"
	"github.com/portseal/portseal/report/table"
)

// format is one way to write a report.
type format struct {
	name  string
	write func(w io.Writer, rep *report.Report, look table.Options) error
}

// formats is the one list of renderers.
func formats() []format {
	return []format{
		{"table", table.Write},
		{"json", func(w io.Writer, rep *report.Report, _ table.Options) error { return reportjson.Write(w, rep) }},
	}
}

func formatNames() []string {
	var out []string
	for _, f := range formats() {
		out = append(out, f.name)
	}
	return out
}

func formatNamed(name string) (format, error) {
	i := slices.IndexFunc(formats(), func(f format) bool { return f.name == name })
	if i < 0 {
		return format{}, fmt.Errorf("format %q: want %s", name, strings.Join(formatNames(), " or "))
	}
	return formats()[i], nil
}

// output is one place that a report goes to. An empty path is stdout.
type output struct {
	format format
	path   string
}

// outputsOf reads --format and -o. "-o FILE" takes the result away from stdout; "-o FORMAT=FILE" writes a further one.
func (f *scanFlags) outputsOf() ([]output, error) {
	main, err := formatNamed(f.format)
	faults := []error{}
	if err != nil {
		faults = append(faults, fmt.Errorf("--%w", err))
	}
	first := output{format: main}
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
			extra, err := formatNamed(name)
			if err != nil {
				faults = append(faults, fmt.Errorf("-o %q: %w", o, err))
			}
			more = append(more, output{extra, path})
		}
	}
	outputs := append([]output{first}, more...)
	return outputs, errors.Join(append(faults, f.checkTwice(outputs)...)...)
}

// checkTwice refuses two things that are to be written to one file.
func (f *scanFlags) checkTwice(outputs []output) []error {
	var faults []error
	for i, o := range outputs {
		if o.path == "" {
			continue
		}
		if j := slices.IndexFunc(outputs[:i], func(b output) bool { return b.path != "" && sameFile(b.path, o.path) }); j >= 0 {
			faults = append(faults, fmt.Errorf("-o: %s goes to %q, and %s to %q, which is the same file; want a file for each",
				outputs[j].format.name, outputs[j].path, o.format.name, o.path))
		}
		if f.resume != "" && sameFile(f.resume, o.path) {
			faults = append(faults, fmt.Errorf("-o %q is the file of --resume; want a file for each", o.path))
		}
	}
	return faults
}

// write renders a report to every output. Files are written whole or not at all.
func (f *scanFlags) write(stdout io.Writer, rep *report.Report, outputs []output) error {
	for _, o := range outputs {
		look := table.Options{Width: f.width, View: f.view}
		if o.path == "" {
			look.Color, look.Width = f.colored(stdout), f.columns(stdout)
		}
		var buf bytes.Buffer
		if err := o.format.write(&buf, rep, look); err != nil {
			return fmt.Errorf("write %s: %w", o.format.name, err)
		}
		if o.path == "" {
			if _, err := stdout.Write(buf.Bytes()); err != nil {
				return fmt.Errorf("write to stdout: %w", err)
			}
			continue
		}
		if err := replaceFile(o.path, buf.Bytes()); err != nil {
			return fmt.Errorf("write %s: %w", o.path, bare(err))
		}
	}
	return nil
}

// colored follows --color; NO_COLOR (no-color.org) turns auto off.
func (f *scanFlags) colored(w io.Writer) bool {
	switch f.color {
	case "always":
		return true
	case "auto":
		_, off := os.LookupEnv("NO_COLOR")
		return !off && isTerminal(w) && os.Getenv("TERM") != "dumb"
	}
	return false
}

func (f *scanFlags) columns(w io.Writer) int {
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
