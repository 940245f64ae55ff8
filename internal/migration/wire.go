package migration

import (
	"slices"
	"strings"

	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// wire is what a listener showed. Not TLS is called rc4 where the configuration says that it is RC4, and where the listener answers with
// bytes that are no TLS, or not at all. A reset or a close of a listener that should speak TLS may as well be a TLS that fails (AT-TLS
// resets in nearly all its failures), and says neither.
func (v *view) wire(e *report.Endpoint) (report.MigrationState, string) {
	switch e.State {
	case scan.StateTLS, scan.StateStartTLS:
		return report.MigrationTLS, "speaks " + versionWords(e)
	case scan.StateClosed:
		return report.MigrationClosed, "is closed"
	case scan.StateNonTLS:
		kind := ""
		if e.NonTLS != nil {
			kind = e.NonTLS.Kind
		}
		words := "is open and not TLS (" + kind + ")"
		if e.Role == report.RoleCAEWeb || kind == "plaintext" || kind == "banner" {
			return report.MigrationUnknown, words
		}
		if v.saysRC4(e) || kind == "opaque" || kind == "silent" {
			return report.MigrationRC4, words
		}
		return report.MigrationUnknown, words + ": a TLS that fails, or not TLS"
	case scan.StateOpen:
		return report.MigrationUnknown, "is open; no byte was sent"
	}
	why := string(e.State)
	if e.Failure != nil {
		why += ": " + e.Failure.Message
	}
	if i := slices.IndexFunc(v.rep.Run.Scope.Skipped, func(s report.Skipped) bool { return s.ID == e.ID }); i >= 0 {
		why += ": " + v.rep.Run.Scope.Skipped[i].Reason
	}
	return report.MigrationUnknown, why
}

// saysRC4 says whether estate file or parameters call a listener RC4.
func (v *view) saysRC4(e *report.Endpoint) bool {
	if x := v.expect[e.ID]; e.Role == report.RoleCAEServerRC4 || x != nil && x.Expect == report.ExpectLegacyRC4 {
		return true
	}
	a := v.agent(e.System)
	return a != nil && !isOn(a.ATTLS) && (e.Role == report.RoleCAEAgent || e.Role == report.RoleCAEISPF)
}

func versionWords(e *report.Endpoint) string {
	var out []string
	for _, p := range e.Protocols {
		if p.Supported == scan.Yes {
			out = append(out, p.Version.String())
		}
	}
	if len(out) == 0 {
		return "TLS"
	}
	return strings.Join(out, " ")
}
