// Package kept judges AT-TLS policies as a report keeps them: with comments and all that may be a secret blanked in place. A run judges by
// the same texts as a later check of its report does.
//
// Limits: a text that takes more than MaxText compressed is not kept. A run still judges it; a check cannot, and says so.
package kept

import (
	"bytes"
	"compress/flate"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/portseal/portseal/internal/attls/lint"
	"github.com/portseal/portseal/internal/attls/syntax"
	"github.com/portseal/portseal/report"
)

const (
	// MaxText is how many octets the compressed text of one file may have.
	MaxText = 1 << 20
	// maxInflated is how many octets of text are read back of one file: more than any policy has.
	maxInflated = 64 << 20
)

// System is a system with the contents of its policy files, in the order that the stack reads them.
type System struct {
	report.PolicySystem
	Contents []syntax.Source
}

// Set is the policies of a run.
type Set struct {
	Report *report.Policies // nil: there are none
	texts  map[string]syntax.Source
}

// Keep makes the policies of systems ready to be kept and judged.
func Keep(systems []System) (Set, error) {
	if len(systems) == 0 {
		return Set{}, nil
	}
	s := Set{Report: &report.Policies{Files: []report.PolicyFile{}}, texts: map[string]syntax.Source{}}
	var faults []error
	for _, one := range systems {
		p := one.PolicySystem
		p.Files = []string{}
		for _, src := range one.Contents {
			p.Files = append(p.Files, src.Path)
			if _, known := s.texts[src.Path]; known {
				continue
			}
			sum := sha256.Sum256(src.Data)
			text := lint.Blank(src)
			f := report.PolicyFile{Path: src.Path, SHA256: hex.EncodeToString(sum[:]), Encoding: text.Encoding, Failure: text.Failure}
			if err := deflate(&f, text.Text); err != nil {
				faults = append(faults, err)
			}
			s.texts[f.Path] = syntax.Source{Path: f.Path, Data: []byte(f.SHA256), Decoded: &text}
			s.Report.Files = append(s.Report.Files, f)
		}
		s.Report.Systems = append(s.Report.Systems, p)
	}
	return s, errors.Join(faults...)
}

func deflate(f *report.PolicyFile, text string) error {
	var buf bytes.Buffer
	w, err := flate.NewWriter(&buf, flate.BestCompression)
	if err == nil {
		_, err = io.WriteString(w, text)
	}
	if err == nil {
		err = w.Close()
	}
	switch {
	case err != nil:
		return fmt.Errorf("compress %s: %w", f.Path, err)
	case buf.Len() > MaxText:
		f.LeftOut = fmt.Sprintf("compressed it has %d octets, and %d are kept at most", buf.Len(), MaxText)
	default:
		f.Deflate = buf.Bytes()
	}
	return nil
}

// Read makes a set of what Keep wrote. The errors name the file.
func Read(p *report.Policies) (Set, error) {
	s := Set{Report: p, texts: map[string]syntax.Source{}}
	if p == nil {
		return s, nil
	}
	var faults []error
	for _, f := range p.Files {
		if f.LeftOut != "" {
			continue
		}
		text, err := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(f.Deflate)), maxInflated+1))
		if err == nil && len(text) > maxInflated {
			err = fmt.Errorf("it has more than %d octets", maxInflated)
		}
		if err != nil {
			faults = append(faults, fmt.Errorf("policy %s: %w", f.Path, err))
			continue
		}
		s.texts[f.Path] = syntax.Source{Path: f.Path, Data: []byte(f.SHA256), Decoded: &syntax.Decoded{Text: string(text), Encoding: f.Encoding, Failure: f.Failure}}
	}
	return s, errors.Join(faults...)
}

// Missing returns the systems of which a policy file is not at hand, so that nothing is found in any.
func (s Set) Missing() []string {
	if s.Report == nil {
		return nil
	}
	var out []string
	for _, p := range s.Report.Systems {
		if slices.ContainsFunc(p.Files, func(path string) bool { _, ok := s.texts[path]; return !ok }) {
			out = append(out, p.System)
		}
	}
	return out
}
