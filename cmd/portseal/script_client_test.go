package main

import (
	"crypto/x509"
	"os"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
	"software.sslmate.com/src/go-pkcs12"

	"github.com/portseal/portseal/internal/tlstest"
)

func clientFiles(ts *testscript.TestScript, neg bool, args []string) {
	want(ts, neg, len(args) == 2, "client NAME KIND")
	id := certificateOf(ts, args[1], "")
	ts.Check(os.WriteFile(ts.MkAbs(args[0]+".pem"), id.ChainPEM, 0o644))
	ts.Check(os.WriteFile(ts.MkAbs(args[0]+".key"), id.KeyPEM, 0o600))
	leaf, err := x509.ParseCertificate(id.DER)
	ts.Check(err)
	store, err := pkcs12.Modern.Encode(id.Key, leaf, nil, "")
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]+".p12"), store, 0o600))
}

func keyless(ts *testscript.TestScript, neg bool, args []string) {
	want(ts, neg, len(args) > 1, "keyless KEY FILE...")
	for _, name := range args[1:] {
		held, err := tlstest.HoldsKey([]byte(ts.ReadFile(name)), []byte(ts.ReadFile(args[0])))
		ts.Check(err)
		if held || strings.Contains(ts.ReadFile(name), "PRIVATE KEY") {
			ts.Fatalf("%s holds the private key %s", name, args[0])
		}
	}
}
