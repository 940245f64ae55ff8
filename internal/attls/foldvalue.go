package attls

import (
	"strconv"
	"strings"

	"github.com/portseal/portseal/cipher"
)

// typed gives what was found its type; what is no such value is not known.
func typed[T any](f found, parse func(string) (T, bool)) Setting[T] {
	s := Setting[T]{Known: f.known, From: f.from, Statement: f.statement, Default: !f.coded}
	if v, ok := parse(f.text); ok {
		s.Value = v
	} else {
		s.Known = false
	}
	return s
}

func onOff(s string) (bool, bool) {
	return isOn(s), isOn(s) || strings.EqualFold(s, "Off")
}

func word(s string) (string, bool) { return s, true }

func number(s string) (int, bool) {
	n, err := strconv.Atoi(s)
	return n, err == nil
}

func role(s string) (HandshakeRole, bool) { return HandshakeRole(s), s != "" }

// protocols folds the six switches, one a version.
func (f *folder) protocols(e *Effective) {
	e.Versions = Setting[[]cipher.Version]{Known: true, Statement: f.standard, Default: true}
	for _, v := range cipher.Versions() {
		p := Protocol{v, typed(f.unlessEnvfile(e, f.find(protocolKeyword(v))), onOff)}
		e.Protocols = append(e.Protocols, p)
		if p.Value {
			e.Versions.Value = append(e.Versions.Value, v)
		}
		e.Versions.Known = e.Versions.Known && p.Known
		if !p.Default && e.Versions.Default {
			e.Versions.Default, e.Versions.From, e.Versions.Statement = false, p.From, p.Statement
		}
	}
}

// protocolKeyword is the switch of a version: AT-TLS writes TLSv1 for TLS 1.0.
func protocolKeyword(v cipher.Version) string {
	if v == cipher.TLSv10 {
		return "TLSv1"
	}
	return v.String()
}

// unlessEnvfile makes a default of System SSL unknown where an Envfile may change it: its GSK_ variables are not read here.
func (f *folder) unlessEnvfile(e *Effective, in found) found {
	if !in.coded && in.known && e.Envfile.Value != "" {
		in.known, in.statement = false, in.statement+", unless Envfile "+e.Envfile.Value+" changes it"
	}
	return in
}

func (f *folder) serverLabels() Setting[[]string] {
	in := f.find("ServerCertificateLabel")
	s := Setting[[]string]{Known: in.known, From: in.from, Statement: in.statement, Default: !in.coded}
	for _, line := range in.lines {
		s.Value = append(s.Value, line.Value)
	}
	return s
}

// keyring folds the ring and what makes a path of it.
func (f *folder) keyring() Setting[Keyring] {
	in := f.find("Keyring")
	database := f.find("KeyringPw").coded || f.find("KeyringStashFile").coded
	s := typed(in, func(v string) (Keyring, bool) { return ParseKeyring(v, database), v != "" })
	return s
}
