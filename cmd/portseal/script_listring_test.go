package main

import (
	"crypto/x509"
	"encoding/pem"
	"os"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/portseal/portseal/internal/tlstest/racdcert"
)

// listring writes what RACDCERT LISTRING and LIST would say of a ring of certificates. Each is LABEL=FILE.pem:OWNER:USAGE with
// :default or :notrust after it.
func listring(ts *testscript.TestScript, neg bool, args []string) {
	want(ts, neg, len(args) > 1, "listring FILE OWNER/RING [LABEL=FILE.pem:OWNER:USAGE[:default][:notrust]...]")
	var entries []racdcert.Entry
	for _, arg := range args[2:] {
		label, rest, _ := strings.Cut(arg, "=")
		parts := strings.Split(rest, ":")
		if len(parts) < 3 {
			ts.Fatalf("%s: want LABEL=FILE.pem:OWNER:USAGE", arg)
		}
		block, _ := pem.Decode([]byte(ts.ReadFile(parts[0])))
		cert, err := x509.ParseCertificate(block.Bytes)
		ts.Check(err)
		e := racdcert.Entry{Label: label, Owner: parts[1], Usage: parts[2], Cert: cert}
		for _, word := range parts[3:] {
			switch word {
			case "default":
				e.Default = true
			case "notrust":
				e.Status = "NOTRUST"
			default:
				ts.Fatalf("%s: want default or notrust", arg)
			}
		}
		entries = append(entries, e)
	}
	owner, name, _ := strings.Cut(args[1], "/")
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(racdcert.ListRing(owner, name, entries...)+racdcert.List(entries...)), 0o600))
}
