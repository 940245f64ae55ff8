package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/portseal/portseal/internal/run"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/report/jsonl"
)

// formatLines is the format that is written while the run goes on.
const formatLines = "jsonl"

// streams are the outputs that grow while the run goes on. What was written stays, also when the run ends early: a file is not replaced
// at the end, as those of other formats are.
type streams struct {
	to    []streamed
	files []*os.File
}

type streamed struct {
	name   string
	w      io.Writer
	stream *jsonl.Stream
}

// openStreams takes the outputs that stream out of outputs and lets the run write to them. Lines go out at once, unless names are to be
// replaced: which there are is known when the run has ended.
func (f *redactFlags) openStreams(stdout io.Writer, outputs []output, s *run.Settings) (*streams, []output, error) {
	all := &streams{}
	if f.redact {
		return all, outputs, nil
	}
	var rest []output
	for _, o := range outputs {
		switch {
		case o.format != formatLines:
			rest = append(rest, o)
		case o.path == "":
			all.to = append(all.to, streamed{name: "stdout", w: stdout})
		default:
			path, err := throughLinks(o.path)
			if err != nil {
				return nil, nil, errors.Join(fmt.Errorf("write %s: %w", o.path, err), all.close())
			}
			file, err := os.Create(path)
			if err != nil {
				return nil, nil, errors.Join(fmt.Errorf("write %s: %w", o.path, bare(err)), all.close())
			}
			all.files = append(all.files, file)
			all.to = append(all.to, streamed{name: o.path, w: file})
		}
	}
	if len(all.to) > 0 {
		s.Begun = all.begin
		s.Judged = all.judged
	}
	return all, rest, nil
}

func (s *streams) begin(rep *report.Report) {
	for i := range s.to {
		s.to[i].stream = jsonl.Begin(s.to[i].w, rep)
	}
}

// judged writes the line of an endpoint. A stream keeps its first error, which end returns: the other outputs are still wanted.
func (s *streams) judged(e report.Endpoint, findings []report.Finding, certificates []report.Certificate) {
	for _, to := range s.to {
		_ = to.stream.Endpoint(e, findings, certificates)
	}
}

// end writes the last line; without a report, which a run that failed has none of, the lines stay cut.
func (s *streams) end(rep *report.Report) error {
	var faults []error
	for _, to := range s.to {
		if rep == nil || to.stream == nil {
			continue
		}
		if err := to.stream.End(rep); err != nil {
			faults = append(faults, fmt.Errorf("write %s: %w", to.name, bare(errors.Unwrap(err))))
		}
	}
	return errors.Join(append(faults, s.close())...)
}

func (s *streams) close() error {
	var faults []error
	for _, file := range s.files {
		if err := file.Close(); err != nil {
			faults = append(faults, fmt.Errorf("write %s: %w", file.Name(), bare(err)))
		}
	}
	return errors.Join(faults...)
}
