package main

import (
	"fmt"
	"io"
	"time"

	"github.com/schollz/progressbar/v3"

	"github.com/portseal/portseal/report/text"
	"github.com/portseal/portseal/scan"
)

// progress shows on stderr how far a run is: a bar on a terminal, a line an endpoint with --verbose, nothing elsewhere.
type progress struct {
	w       io.Writer
	bar     *progressbar.ProgressBar
	verbose bool
}

func (f *scanFlags) newProgress(w io.Writer, all int) *progress {
	p := &progress{w: w, verbose: f.verbose && !f.quiet}
	if show := f.progress == "always" || f.progress == "auto" && isTerminal(w); show && !f.quiet && !p.verbose {
		p.bar = progressbar.NewOptions(all, progressbar.OptionSetWriter(w), progressbar.OptionSetDescription("scanning"),
			progressbar.OptionShowCount(), progressbar.OptionSetWidth(30), progressbar.OptionClearOnFinish(),
			progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionSetPredictTime(true))
	}
	return p
}

// done notes one endpoint.
func (p *progress) done(o scan.Observation, done, all int) {
	if p.verbose {
		connections := "1 connection"
		if o.Cost.Connections != 1 {
			connections = fmt.Sprintf("%d connections", o.Cost.Connections)
		}
		fmt.Fprintf(p.w, "%d/%d %s: %s, %s, %d ms\n", done, all, text.Clean(o.ID), o.State, connections, o.Cost.DurationMS)
	}
	if p.bar != nil {
		_ = p.bar.Set(done)
	}
}

// close takes the bar off the screen.
func (p *progress) close() {
	if p.bar != nil {
		_ = p.bar.Finish()
	}
}
