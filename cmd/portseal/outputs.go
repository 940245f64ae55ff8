package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/report/table"
)

// render writes a result in a format. It is called from several goroutines, and only reads what it writes.
type render func(w io.Writer, format string, look table.Options) error

// write renders a result to every output, and says of each that failed why. Files are written whole or not at all, and side by side, since
// a large report keeps a processor busy for seconds in each format. Then come stdout, pipes and devices, in their order: two may be one.
func (f *outputFlags) write(stdout io.Writer, outputs []output, render render) error {
	faults := make([]error, len(outputs))
	var g errgroup.Group
	g.SetLimit(runtime.GOMAXPROCS(0))
	for i, o := range outputs {
		if o.path != "" && replaceable(o.path) {
			g.Go(func() error {
				faults[i] = f.writeOne(stdout, o, render)
				return nil
			})
		}
	}
	_ = g.Wait() // the errors are in faults
	for i, o := range outputs {
		if o.path == "" || !replaceable(o.path) {
			faults[i] = f.writeOne(stdout, o, render)
		}
	}
	return errors.Join(faults...)
}

func (f *outputFlags) writeOne(stdout io.Writer, o output, render render) error {
	if o.path == "" { // as it is made: it may be too much to hold
		buffered := bufio.NewWriterSize(stdout, 1<<16)
		if err := render(buffered, o.format, table.Options{Width: f.columns(stdout), Color: f.colored(stdout)}); err != nil {
			return fmt.Errorf("write %s to stdout: %w", o.format, err)
		}
		if err := buffered.Flush(); err != nil {
			return fmt.Errorf("write to stdout: %w", err)
		}
		return nil
	}
	err := replaceFileBy(o.path, func(w io.Writer) error { return render(w, o.format, table.Options{Width: f.columns(w)}) })
	if err != nil {
		return fmt.Errorf("write %s: %w", o.path, bare(err))
	}
	return nil
}

// writeReport renders a report to every output.
func (f *scanFlags) writeReport(stdout io.Writer, rep *report.Report, outputs []output) error {
	rep, err := f.redacted(rep)
	if err != nil {
		return err
	}
	return f.write(stdout, outputs, func(w io.Writer, name string, look table.Options) error { return f.render(w, name, rep, look) })
}

// render writes a report in a format.
func (f *scanFlags) render(w io.Writer, name string, rep *report.Report, look table.Options) error {
	look.View = f.view
	i := slices.IndexFunc(formats(), func(o format) bool { return o.name == name })
	return formats()[i].write(w, rep, look)
}
