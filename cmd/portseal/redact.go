package main

import (
	"fmt"

	"github.com/spf13/pflag"

	"github.com/portseal/portseal/internal/redact"
	"github.com/portseal/portseal/internal/secret"
	"github.com/portseal/portseal/report"
)

// redactFlags say whether a report is written with pseudonyms. They belong to every command that writes one.
type redactFlags struct {
	redact  bool
	keyFile string
	key     []byte
}

func (f *redactFlags) registerRedact(fl *pflag.FlagSet) {
	fl.BoolVar(&f.redact, "redact", false, "write results with pseudonyms for hosts, addresses, systems, rings, certificates, files and people, and without evidence")
	fl.StringVar(&f.keyFile, "redact-key", "", "`FILE` with a secret that makes these pseudonyms the same in every report; which only you can read (implies --redact)")
}

// readRedactKey reads the key before anything is done that could be for nothing.
func (f *redactFlags) readRedactKey() error {
	if f.keyFile == "" {
		return nil
	}
	f.redact = true
	var err error
	if f.key, err = secret.Read(f.keyFile); err != nil {
		return fmt.Errorf("--redact-key %w", err)
	}
	const least = 16 // octets: fewer could be tried one by one
	if len(f.key) < least {
		return fmt.Errorf("--redact-key %s: it has %d bytes: want at least %d, as 'openssl rand -out FILE 32' writes them", f.keyFile, len(f.key), least)
	}
	return nil
}

// redacted is the report as it is to be written.
func (f *redactFlags) redacted(rep *report.Report) (*report.Report, error) {
	if !f.redact {
		return rep, nil
	}
	return redact.Report(rep, f.key)
}
