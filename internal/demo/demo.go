// Package demo starts a small Query Monitor estate on loopback in the middle of its migration from the built-in RC4 encryption to
// TLS, with faults planted in it, and writes its estate file and key rings. The TLS listeners are real; the RC4 listeners are
// stand-ins that answer with random bytes, since Query Monitor's own protocol is not public.
//
// SYSA is migrated: a CAE server with web, TLS and RC4 listeners, and an agent. SYSB is not: its agent still speaks RC4, its key
// ring 2 lacks the root of the server's certificate, and one of its TLS listeners accepts RC4 suites.
package demo

import (
	"crypto/tls"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/portseal/portseal/internal/assess"
	"github.com/portseal/portseal/internal/tlstest/badserver"
	"github.com/portseal/portseal/internal/tlstest/pki"
	"github.com/portseal/portseal/report"
)

// Planted is a finding that a verification of the estate must bring.
type Planted struct {
	Endpoint, ID string
}

// Estate is the running estate.
type Estate struct {
	File    string // the estate file
	Planted []Planted

	servers []*badserver.Server
}

// Start writes the estate into dir and starts its listeners. at is the time that certificates and dates are made for.
func Start(dir string, at time.Time) (*Estate, error) {
	keys, err := newKeys(at)
	if err != nil {
		return nil, fmt.Errorf("make the certificates: %w", err)
	}
	e := &Estate{File: filepath.Join(dir, "estate.yaml"), Planted: []Planted{
		{"SYSA/agent-rc4", "RC4-LISTENER-OPEN"},
		{"SYSB/agent", "RC4-LISTENER-OPEN"},
		{"SYSB/ispf", "RC4-LISTENER-OPEN"},
		{"SYSA/agent-tls", "CHAIN-UNTRUSTED"},
		{"SYSB/collector", "RC4-SUITE-ACCEPTED"},
	}}
	ports, err := e.listen(keys)
	if err == nil {
		err = write(dir, keys.files())
	}
	if err == nil {
		err = write(dir, map[string][]byte{"estate.yaml": estateFile(ports, at)})
	}
	if err != nil {
		return nil, errors.Join(err, e.Close())
	}
	return e, nil
}

// Close ends the listeners.
func (e *Estate) Close() error {
	var faults []error
	for _, s := range e.servers {
		faults = append(faults, s.Close())
	}
	return errors.Join(faults...)
}

// modern is what a migrated listener speaks.
var modern = []uint16{
	tls.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384, tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
	tls.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
}

// listen starts every listener and returns their ports by name.
func (e *Estate) listen(k *keys) (map[string]uint16, error) {
	tlsWith := func(id *pki.Identity, suites []uint16) badserver.Handler {
		return badserver.TLS(&tls.Config{Certificates: []tls.Certificate{id.Certificate()}, MinVersion: tls.VersionTLS12, CipherSuites: suites})
	}
	withRC4 := append([]uint16{tls.TLS_ECDHE_RSA_WITH_RC4_128_SHA, tls.TLS_RSA_WITH_RC4_128_SHA}, modern...)
	ports := map[string]uint16{}
	for i, l := range []struct {
		name    string
		handler badserver.Handler
	}{
		{"SYSA/web", tlsWith(k.web, modern)},
		{"SYSA/agent-tls", tlsWith(k.portal, modern)},
		{"SYSA/agent-rc4", badserver.Opaque(1)},
		{"SYSA/agent", tlsWith(k.agent, modern)},
		{"SYSA/ispf", tlsWith(k.agent, modern)},
		{"SYSB/agent", badserver.Opaque(2)},
		{"SYSB/ispf", badserver.Opaque(3)},
		{"SYSB/collector", tlsWith(k.collector, withRC4)},
	} {
		s, err := badserver.Listen(l.handler)
		if err != nil {
			return nil, fmt.Errorf("listener %d, %s: %w", i+1, l.name, err)
		}
		e.servers = append(e.servers, s)
		ports[l.name] = s.Addr().Port()
	}
	return ports, nil
}

func write(dir string, files map[string][]byte) error {
	for name, data := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return err
		}
		if err := os.WriteFile(path, data, 0o600); err != nil {
			return err
		}
	}
	return nil
}

// Check returns what is wrong with a verification of the estate: planted faults that it missed, and findings that nobody
// planted. What compliance profiles find besides is theirs.
func (e *Estate) Check(rep *report.Report) error {
	open := map[Planted]bool{}
	for _, p := range e.Planted {
		open[p] = true
	}
	var faults []error
	for _, f := range rep.Findings {
		if f.ID == assess.ProfileFailed || f.ID == assess.ProfileNotAssessed {
			continue // what a baseline asks is asked besides
		}
		p := Planted{f.Endpoint, f.ID}
		if _, planted := open[p]; !planted {
			faults = append(faults, fmt.Errorf("found, but not planted: %s on %s", f.ID, f.Endpoint))
		}
		open[p] = false
	}
	for _, p := range e.Planted {
		if open[p] {
			faults = append(faults, fmt.Errorf("planted, but not found: %s on %s", p.ID, p.Endpoint))
		}
	}
	return errors.Join(faults...)
}
