package attls

import (
	"strings"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/internal/attls/syntax"
	"github.com/portseal/portseal/report"
)

// lists folds the suites, curves and signature pairs. Role, protocols, SuiteBProfile and Envfile are folded before.
func (f *folder) lists(e *Effective) {
	e.Suites = foldList(f, e, "V3CipherSuites4Char", typeCiphers, ParseSuites4, func(b *block) list[cipher.ID] { return b.suites })
	e.SSL2Suites = foldList(f, e, "V2CipherSuites", typeCiphers, ParseSuitesV2, func(b *block) list[cipher.ID] { return b.ssl2 })
	if b := e.SuiteBProfile; !b.Known || !strings.EqualFold(b.Value, "Off") {
		e.Suites = Setting[[]cipher.ID]{From: b.From, Statement: "SuiteBProfile of " + b.Statement + ", which makes TTLSCipherParms ignored"}
	}
	side := "Server"
	if e.Role.Value == Client {
		side = "Client"
	}
	curves := "ServerKexECurves"
	if side == "Client" {
		curves = "ClientECurves"
	}
	tls13 := e.Protocols[len(e.Protocols)-1].Setting
	e.Curves = f.groups(e, curves)
	if side == "Client" {
		e.Curves = withTLS13(e.Curves, tls13, 0x001D)
	}
	e.KeyShareGroups = f.groups(e, side+"KeyShareGroups")
	e.SignaturePairs = withTLS13(f.pairs(e, "SignaturePairs"), tls13, 0x0806, 0x0805, 0x0804)
	e.SignaturePairsCert = f.pairs(e, "SignaturePairsCert")
	if e.SignaturePairsCert.Default {
		e.SignaturePairsCert = e.SignaturePairs
	}
	if !e.Role.Known {
		e.Curves.Known, e.KeyShareGroups.Known = false, false
	}
}

func (f *folder) groups(e *Effective, keyword string) Setting[[]cipher.Group] {
	return foldList(f, e, keyword, typeSignatures, ParseGroups, func(b *block) list[cipher.Group] { return b.groups[keyword] })
}

func (f *folder) pairs(e *Effective, keyword string) Setting[[]cipher.SignatureScheme] {
	return foldList(f, e, keyword, typeSignatures, ParseSignaturePairs,
		func(b *block) list[cipher.SignatureScheme] { return b.signatures[keyword] })
}

// foldList folds what several lines say together. The connection action's suites replace the environment's as a whole; of
// curves and signature pairs it has no defaults, so what its statement leaves out is the environment's.
func foldList[T comparable](f *folder, e *Effective, keyword, statement string, parse func(string) ([]T, error), of func(*block) list[T]) Setting[[]T] {
	for _, a := range []struct {
		level  string
		action *Action
	}{{typeConnection, f.rule.Connection}, {typeEnvironment, f.rule.Environment}} {
		if _, lost := f.blockAt(a.level); lost != nil {
			return Setting[[]T]{From: lost.from, Statement: lost.statement}
		}
		if a.action == nil || a.action.parms[statement] == nil {
			continue
		}
		b := a.action.parms[statement]
		if b.statement == nil {
			return Setting[[]T]{From: b.at, Statement: b.label}
		}
		if items := of(b); items.at != (report.Location{}) {
			return Setting[[]T]{Value: items.values, Known: !items.unread && f.knows(statement, keyword), From: items.at, Statement: b.label}
		}
		if statement == typeCiphers {
			break
		}
	}
	in := found{statement: f.standard}
	in.text, in.known = listDefault(keyword, f.release)
	in = f.unlessEnvfile(e, in)
	values, err := parse(in.text)
	return Setting[[]T]{Value: values, Known: in.known && err == nil, Statement: in.statement, Default: true}
}

// knows says whether the release takes the keyword; when no release was said it may.
func (f *folder) knows(statement, keyword string) bool {
	p, _ := syntax.Lookup(statement, keyword)
	return f.release == "" || p.KnownIn(string(f.release), "")
}
