package main

import (
	"bytes"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/portseal/portseal/internal/stored"
	"github.com/portseal/portseal/report"
	reportjson "github.com/portseal/portseal/report/json"
	"github.com/portseal/portseal/report/jsonl"
	"github.com/portseal/portseal/report/text"
)

// How stored reports are read. Whoever wants to know what a report says takes the functions that return one: JSON or lines, of this version
// or an earlier one, and never one that was changed since it was written. Whoever vouches for a report, or doubts it, takes its bytes.

// readStored reads a report from a file, or from stdin for "-".
func readStored(stdin io.Reader, name string) (*stored.Report, error) {
	in := stdin
	if name != "-" {
		file, err := os.Open(name)
		if err != nil {
			return nil, usagef("%s: %w", name, bare(err))
		}
		defer file.Close()
		in = file
	}
	s, err := stored.Read(in)
	if err != nil {
		return nil, usagef("%s: %w", text.Clean(name), err)
	}
	return s, nil
}

// reportOnly reads a report of a whole run, and nothing else.
func reportOnly(path string) (*report.Report, error) {
	rep, err := maybeReport(path)
	if err == nil && rep == nil {
		err = usagef("%s: it is no report; want what 'portseal verify --format json' writes", path)
	}
	return rep, err
}

// reportOfEstate is reportOnly for a report of an estate.
func reportOfEstate(path string) (*report.Report, error) {
	rep, err := reportOnly(path)
	if err == nil {
		err = ofEstate(path, rep)
	}
	return rep, err
}

// reportOrEstate reads a file that is a report of an estate; nil when it is no report, and so must be an estate file.
func reportOrEstate(path string) (*report.Report, error) {
	rep, err := maybeReport(path)
	if err == nil && rep != nil {
		err = ofEstate(path, rep)
	}
	return rep, err
}

func ofEstate(path string, rep *report.Report) error {
	if rep.Run.Estate == "" {
		return usagef("%s: it is of an ad hoc scan; want a report of 'portseal verify'", path)
	}
	return nil
}

// maybeReport reads a report of a whole run; nil when the file is none.
func maybeReport(path string) (*report.Report, error) {
	doc, err := os.ReadFile(path)
	if err != nil {
		return nil, usagef("%s: %w", path, bare(err))
	}
	head := bytes.TrimLeft(doc, " \t\r\n\ufeff")
	if !jsonl.Is(head) && (!bytes.HasPrefix(head, []byte("{")) || !bytes.Contains(head[:min(len(head), 1024)], []byte(`"schema"`))) {
		return nil, nil
	}
	s, err := stored.Read(bytes.NewReader(doc))
	if err != nil {
		return nil, usagef("%s: %w", path, err)
	}
	if s.Cut {
		return nil, usagef("%s: %s; want a report of a whole run", path, s.Notes[0])
	}
	return s.Report, nil
}

// readInput reads a whole file; "-" is stdin.
func readInput(cmd *cobra.Command, path string) ([]byte, error) {
	in := cmd.InOrStdin()
	if path != "-" {
		file, err := os.Open(path)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, bare(err))
		}
		defer file.Close()
		in = file
	}
	doc, err := reportjson.ReadAll(in)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, bare(err))
	}
	return doc, inOnePiece(path, doc)
}

// inOnePiece refuses lines where the bytes of a report count: what lines become is another file.
func inOnePiece(path string, doc []byte) error {
	if jsonl.Is(doc) {
		return fmt.Errorf("%s: it is a report as lines of JSON; want what 'portseal report convert %[1]s --format json' makes of it", path)
	}
	return nil
}
