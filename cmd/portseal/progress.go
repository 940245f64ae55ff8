package main

import (
	"io"
	"time"

	"github.com/schollz/progressbar/v3"

	"github.com/portseal/portseal/scan"
)

// progress shows on stderr how far a run is: a bar on a terminal, nothing elsewhere, nor where --verbose logs.
type progress struct {
	bar *progressbar.ProgressBar
}

func (f *scanFlags) newProgress(w io.Writer, all int) *progress {
	p := &progress{}
	if show := f.progress == "always" || f.progress == "auto" && f.logFormat != "json" && isTerminal(w); show && !f.quiet && !f.verbose {
		p.bar = newBar(w, all, "scanning")
	}
	return p
}

func newBar(w io.Writer, all int, what string) *progressbar.ProgressBar {
	return progressbar.NewOptions(all, progressbar.OptionSetWriter(w), progressbar.OptionSetDescription(what),
		progressbar.OptionShowCount(), progressbar.OptionSetWidth(30), progressbar.OptionClearOnFinish(),
		progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionSetPredictTime(true))
}

// done moves the bar.
func (p *progress) done(_ scan.Observation, done, _ int) {
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
