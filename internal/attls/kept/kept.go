// Package kept judges AT-TLS policies as a report keeps them: with comments and all that may be a secret blanked in place. A run judges by
// the same texts as a later check of its report does.
//
// Limits: a text that takes more than MaxText compressed is not kept, nor what of a system is beyond MaxSystem, nor what of a run is beyond
// MaxRun. A run still judges it; a check cannot, and says so. The limits bound what a forged report can make a check do.
package kept

import (
	"bytes"
	"compress/flate"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/portseal/portseal/internal/attls/lint"
	"github.com/portseal/portseal/internal/attls/syntax"
	"github.com/portseal/portseal/report"
)

const (
	// MaxText is how many octets the compressed text of one file may have.
	MaxText = 1 << 20
	// MaxSystem is how many octets of text are kept of one system: some 50,000 lines.
	MaxSystem = 2 << 20
	// MaxRun is how many octets of text are kept in all.
	MaxRun = 32 << 20
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
	for path, why := range s.over() {
		i := slices.IndexFunc(s.Report.Files, func(f report.PolicyFile) bool { return f.Path == path })
		s.Report.Files[i].LeftOut, s.Report.Files[i].Deflate = why, nil
	}
	return s, errors.Join(faults...)
}

// over are the files that are beyond the limits, with the reason. Those that are left out already count for nothing.
func (s Set) over() map[string]string {
	out := map[string]string{}
	kept := map[string]int{}
	run := 0
	for _, f := range s.Report.Files {
		text, ok := s.texts[f.Path]
		if !ok || f.LeftOut != "" {
			continue
		}
		kept[f.Path] = len(text.Decoded.Text)
		if run += kept[f.Path]; run > MaxRun {
			out[f.Path] = fmt.Sprintf("the policies of the run have more than %d octets, which are kept at most", MaxRun)
		}
	}
	for _, p := range s.Report.Systems {
		size := 0
		for _, path := range p.Files {
			if out[path] != "" {
				continue
			}
			if size += kept[path]; size > MaxSystem {
				out[path] = fmt.Sprintf("the policy of system %s has more than %d octets, which are kept at most", p.System, MaxSystem)
			}
		}
	}
	return out
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
	rest := MaxRun
	for _, f := range p.Files {
		if f.LeftOut != "" {
			continue
		}
		most := min(MaxSystem, rest)
		text, err := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(f.Deflate)), int64(most)+1))
		if err == nil && len(text) > most {
			err = fmt.Errorf("it has more than %d octets; want at most %d of a system and %d of a run", most, MaxSystem, MaxRun)
		}
		rest -= min(len(text), most)
		if err != nil {
			faults = append(faults, fmt.Errorf("policy %s: %w", f.Path, err))
			continue
		}
		s.texts[f.Path] = syntax.Source{Path: f.Path, Data: []byte(f.SHA256), Decoded: &syntax.Decoded{Text: string(text), Encoding: f.Encoding, Failure: f.Failure}}
	}
	over := s.over()
	for _, path := range slices.Sorted(maps.Keys(over)) {
		faults = append(faults, fmt.Errorf("policy %s: %s", path, over[path]))
		delete(s.texts, path)
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
