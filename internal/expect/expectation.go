package expect

import (
	"fmt"

	"github.com/portseal/portseal/internal/estate"
	"github.com/portseal/portseal/report"
)

// expectationOf writes a listener down as an Expectation, with a source for each part.
func expectationOf(l *estate.Listener) report.Expectation {
	e := report.Expectation{
		System: l.System.Name, Listener: l.Name, Role: l.Role, ZOSRelease: l.System.ZOSRelease, Expect: l.Expect,
		Versions: l.Versions, CipherSuites: l.CipherSuites, RequiredCipherSuites: l.RequiredCipherSuites, Groups: l.Groups,
		Names: l.Names, ServedBy: l.ServedBy, Label: l.Label, TrustedBy: l.TrustedBy, NotTrustedBy: l.NotTrustedBy,
		ClientAuth: l.ClientAuth, StartTLS: l.StartTLS, RetireBy: l.RetireBy, MinDaysLeft: l.MinDaysLeft,
		Vantage: l.System.Vantage, Distributed: l.Distributed, Jobname: l.Jobname,
	}
	for _, p := range l.Peers {
		e.Peers = append(e.Peers, p.String())
	}
	if _, said := l.Origin("reach"); said {
		e.Reach = l.Reach
	}
	if _, said := l.Origin("touch"); said {
		e.Touch = l.Touch
	}
	for _, key := range sourceKeys() {
		if from := source(l, key); from != "" {
			e.Sources = append(e.Sources, report.Source{Key: key, From: from})
		}
	}
	return e
}

// sourceKeys are the keys of an expectation in the order in which they are shown.
func sourceKeys() []string {
	return []string{"role", "expect", "host", "addresses", "port", "ports", "sni", "starttls", "versions", "cipher_suites",
		"required_cipher_suites", "groups", "names", "served_by", "label", "trusted_by", "not_trusted_by", "client_auth",
		"min_days_left", "profile", "retire_by", "peers", "jobname", "reach", "touch", "distributed", "timeout"}
}

// source says where a key came from: "estate.yaml:12:7, defaults of SYSA". Empty for one that nothing sets.
func source(l *estate.Listener, key string) string {
	if o, ok := l.Origin(key); ok {
		from := fmt.Sprintf("%s:%d:%d", o.At.File, o.At.Line, o.At.Column)
		if o.From != "" {
			from += ", " + o.From
		}
		return from
	}
	switch key {
	case "role":
		return "built in"
	case "sni":
		if l.SNI != "" {
			return "the host's name"
		}
	case "min_days_left":
		if l.Expect == report.ExpectTLS || l.Expect == report.ExpectStartTLS || l.Expect == report.ExpectAny {
			return "built in"
		}
	}
	return ""
}
