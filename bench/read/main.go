// Command read reads one file from z/OS as portseal does, and says what it found: a process of its own, to be measured.
//
//	read attls|pasearch|listring|netstat FILE RESULT
//
// A policy is parsed, resolved, and folded for each of its rules; a pasearch listing is made a policy, and folded as well.
// Limits: it judges nothing, and what is wrong with a file is only counted.
package main

import (
	"fmt"
	"os"
	"time"

	"github.com/portseal/portseal/internal/attls"
	"github.com/portseal/portseal/internal/attls/syntax"
	"github.com/portseal/portseal/internal/netstat"
	"github.com/portseal/portseal/internal/pasearch"
	"github.com/portseal/portseal/internal/saf"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "read:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) != 3 {
		return fmt.Errorf("want attls|pasearch|listring|netstat FILE RESULT, got %d arguments", len(args))
	}
	data, err := os.ReadFile(args[1])
	if err != nil {
		return err
	}
	found, problems, err := read(args[0], args[1], data)
	if err != nil {
		return err
	}
	return os.WriteFile(args[2], fmt.Appendf(nil, "%s, %d problems", found, problems), 0o600)
}

func read(kind, path string, data []byte) (found string, problems int, err error) {
	switch kind {
	case "attls":
		p := attls.Load([]syntax.Source{{Path: path, Data: data}})
		return fold(p, "3.1"), len(p.Problems), nil
	case "pasearch":
		o := pasearch.Parse(path, data)
		problems = len(o.Problems)
		for _, image := range o.Images {
			installed := image.Installed()
			found += fold(installed.Policy, installed.Release)
			problems += len(installed.Problems)
		}
		return found, problems, nil
	case "listring":
		o, err := saf.Read(path, data)
		if err != nil {
			return "", 0, err
		}
		return fmt.Sprintf("%d rings, %d certificates", len(o.Rings), len(o.Certificates)), len(o.Problems), nil
	case "netstat":
		o := netstat.Parse(path, data, time.Time{})
		return fmt.Sprintf("%d connections", len(o.Connections)), len(o.Problems), nil
	}
	return "", 0, fmt.Errorf("unknown kind %q: want attls, pasearch, listring or netstat", kind)
}

func fold(p *attls.Policy, release attls.Release) string {
	suites := 0
	for _, r := range p.Rules {
		e := p.Fold(r, release)
		suites += len(e.Suites.Value)
	}
	return fmt.Sprintf("%d rules with %d suites", len(p.Rules), suites)
}
