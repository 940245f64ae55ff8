package main

import (
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"
)

// entry is one code point with everything the data files say and derive.go concludes.
type entry struct {
	code    string // four hex digits, six for an SSLv2 kind
	name    string
	source  string
	openssl string
	gnutls  string
	v2      string // System SSL's one-character V2CipherSuites code
	system  bool   // System SSL has the four-character code
	aliases []string
	facts
}

// id is the value of cipher.ID: SSLv2 kinds are marked above their 24 bits.
func (e entry) id() uint64 {
	n, _ := strconv.ParseUint(e.code, 16, 32)
	if e.ssl2() {
		n |= 1 << 24
	}
	return n
}

func (e entry) ssl2() bool { return len(e.code) == 6 }

// load reads all data files and returns the entries sorted: TLS by code, then SSLv2 kinds by code.
func load(fsys fs.FS) ([]*entry, error) {
	byCode := map[string]*entry{}
	steps := []struct {
		file    string
		columns int
		apply   func(f []string) error
	}{
		{"iana.tsv", 3, func(f []string) error { return add(byCode, f[0], ianaName(f), "IANA, "+f[2]) }},
		{"private.tsv", 3, func(f []string) error { return add(byCode, f[0], f[1], f[2]) }},
		{"names.tsv", 3, func(f []string) error {
			return change(byCode, f[0], func(e *entry) error {
				e.openssl, e.gnutls = dash(f[1]), dash(f[2])
				return nil
			})
		}},
		{"systemssl.tsv", 3, func(f []string) error {
			return change(byCode, f[0], func(e *entry) error { return e.setSystemSSL(f[1], dash(f[2])) })
		}},
		{"aliases.tsv", 2, func(f []string) error {
			return change(byCode, f[0], func(e *entry) error {
				e.aliases = append(e.aliases, f[1])
				return nil
			})
		}},
	}
	for _, s := range steps {
		if err := readTSV(fsys, s.file, s.columns, s.apply); err != nil {
			return nil, err
		}
	}
	var all []*entry
	for _, e := range byCode {
		all = append(all, e)
	}
	slices.SortFunc(all, func(a, b *entry) int { return int(a.id()) - int(b.id()) })
	return all, nil
}

// ianaName gives the sixteen GREASE values of RFC 8701, which the registry calls "Reserved", a name of their own.
func ianaName(f []string) string {
	if f[1] == "Reserved" {
		return "GREASE_" + f[0]
	}
	return f[1]
}

func add(byCode map[string]*entry, code, name, source string) error {
	if len(code) != 4 && len(code) != 6 {
		return fmt.Errorf("code %q: want four or six hex digits", code)
	}
	if _, err := strconv.ParseUint(code, 16, 32); err != nil || code != strings.ToUpper(code) {
		return fmt.Errorf("code %q: want upper-case hex", code)
	}
	if old, ok := byCode[code]; ok {
		return fmt.Errorf("code %s has two names, %s and %s", code, old.name, name)
	}
	byCode[code] = &entry{code: code, name: name, source: source}
	return nil
}

func change(byCode map[string]*entry, code string, apply func(*entry) error) error {
	e, ok := byCode[code]
	if !ok {
		return fmt.Errorf("code %s is in neither iana.tsv nor private.tsv", code)
	}
	return apply(e)
}

// setSystemSSL records IBM's constant. IBM uses IANA's names for TLS; for SSLv2 its constants differ and become aliases.
func (e *entry) setSystemSSL(constant, v2 string) error {
	if e.ssl2() {
		e.v2 = v2
		e.aliases = append(e.aliases, constant)
		return nil
	}
	if constant != e.name {
		return fmt.Errorf("code %s is %s in System SSL, %s in the registry", e.code, constant, e.name)
	}
	e.system = true
	return nil
}

func readTSV(fsys fs.FS, file string, columns int, apply func([]string) error) error {
	raw, err := fs.ReadFile(fsys, file)
	if err != nil {
		return err
	}
	for i, line := range strings.Split(string(raw), "\n") {
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		f := strings.Split(line, "\t")
		if len(f) != columns {
			return fmt.Errorf("%s:%d: %d columns, want %d", file, i+1, len(f), columns)
		}
		if err := apply(f); err != nil {
			return fmt.Errorf("%s:%d: %w", file, i+1, err)
		}
	}
	return nil
}

func dash(s string) string {
	if s == "-" {
		return ""
	}
	return s
}
