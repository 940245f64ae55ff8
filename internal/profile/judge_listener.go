package profile

import (
	"slices"
	"strings"

	"github.com/portseal/portseal/internal/nearest"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// The values of client_auth.
const (
	authNone      = "none"
	authRequested = "requested"
	authRequired  = "required"
)

func judgeClientAuth(f *facts, c report.ProfileCheck) verdict {
	a := f.endpoint.ClientAuth
	if a == nil {
		return unknown("whether a client certificate is asked for is not known (" + f.why("client-auth", "handshake") + ")")
	}
	may := map[string]bool{ // what the facts leave possible
		authNone:      a.Requested != scan.Yes && a.Required != scan.Yes,
		authRequested: a.Requested != scan.No && a.Required != scan.Yes,
		authRequired:  a.Required != scan.No && (a.Requested != scan.No || a.Required == scan.Yes),
	}
	good, bad := 0, []string{}
	for _, mode := range []string{authNone, authRequested, authRequired} {
		switch {
		case !may[mode]:
		case slices.Contains(c.AnyOf, mode):
			good++
		default:
			bad = append(bad, mode)
		}
	}
	switch {
	case len(bad) == 0:
		return pass("")
	case good == 0:
		return failed("client certificate: "+nearest.AnyOf(bad), a.Evidence)
	}
	return unknown("whether a client certificate is required, or asked for at all, is not known (" + f.why("client-auth", "handshake") + ")")
}

// rc4 says whether the estate says that it is the listener of Query Monitor's own encryption.
func (f *facts) rc4() bool {
	return f.expect != nil && (f.expect.Role == report.RoleCAEServerRC4 || f.expect.Expect == report.ExpectLegacyRC4)
}

// judgeEncrypted is about every listener: it looks at states that are no TLS.
func judgeEncrypted(f *facts, _ report.ProfileCheck) verdict {
	switch f.endpoint.State {
	case scan.StateClosed:
		return notApplicable("nothing listens on the port")
	case scan.StateNonTLS:
		what := "the port is open and does not speak TLS"
		if f.rc4() {
			what = "the port is open and does not speak TLS: the estate says that it is the RC4 listener"
		}
		var evidence []string
		for _, x := range f.endpoint.Evidence[:min(2, len(f.endpoint.Evidence))] {
			evidence = append(evidence, x.ID)
		}
		return failed(what, evidence)
	case scan.StateTLS, scan.StateStartTLS:
	default:
		return unknown("what the port speaks is not known: it is " + string(f.endpoint.State))
	}
	if why := f.unjudgeable(); why != "" {
		return unknown(why)
	}
	if f.startTLS() == "" {
		return pass("")
	}
	for _, s := range f.endpoint.StartUps {
		if s.Way != scan.WayClear {
			continue
		}
		switch s.Accepted {
		case scan.Yes:
			return failed("sessions in clear text are taken too: "+s.Basis, s.Evidence)
		case scan.No:
			return pass("")
		}
	}
	return unknown("whether a session in clear text is taken too is not known (" + f.why("start-up/") + ")")
}

func judgePolicy(f *facts, c report.ProfileCheck) verdict {
	if f.expect == nil || f.expect.Policy == nil {
		return unknown("there is no AT-TLS policy to read " + c.Setting + " from; attls of the estate names one")
	}
	s, ok := f.expect.Policy.Setting(c.Setting)
	if !ok || !f.expect.Policy.Installs {
		return unknown("what the AT-TLS policy makes of " + c.Setting + " is not known")
	}
	if slices.ContainsFunc(c.AnyOf, func(w string) bool { return strings.EqualFold(w, s.Value) }) {
		return pass("")
	}
	return failed(c.Setting+" "+s.Value+" ("+s.Statement+")", nil)
}
