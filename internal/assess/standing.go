package assess

import (
	"time"

	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// stateRule names the one rule that speaks about what the endpoint is: open, closed, TLS or not. It is empty when the
// endpoint is what it should be. Every rule about a state asks it, so that one difference gives one finding.
func (c *Case) stateRule() string {
	o := c.Endpoint
	if o.Failure != nil && o.Failure.Stage == scan.StageResolve {
		return HostUnresolved
	}
	if o.Failure != nil && o.Failure.Stage == scan.StageStartTLS && o.Failure.Kind == scan.KindRefused && c.wantsTLS() {
		return StartTLSRefused
	}
	switch o.State {
	case scan.StateFiltered:
		return PortFiltered
	case scan.StateTLS, scan.StateStartTLS:
		return c.ruleWhenTLS()
	case scan.StateNonTLS:
		return c.ruleWhenNotTLS()
	case scan.StateOpen:
		return c.ruleWhenTouched()
	case scan.StateClosed:
		return c.ruleWhenClosed()
	}
	return NotAssessed // skipped, unreachable, error, or a state that this version does not know
}

func (c *Case) ruleWhenTLS() string {
	if c.Expect == nil {
		return ""
	}
	switch c.Expect.Expect {
	case report.ExpectClosed, report.ExpectLegacyRC4:
		return PortOpenUnexpected
	case report.ExpectPlaintext:
		return TLSUnexpected
	}
	return ""
}

func (c *Case) ruleWhenNotTLS() string {
	switch {
	case c.Expect == nil:
		return NotAssessed
	case c.declaredRC4():
		return RC4ListenerOpen
	case c.wantsTLS():
		return TLSNotSpoken
	case c.Expect.Expect == report.ExpectClosed:
		return PortOpenUnexpected
	}
	return ""
}

// ruleWhenTouched is about a port that was connected to and sent nothing: it is open, and no more is known.
func (c *Case) ruleWhenTouched() string {
	switch {
	case c.Expect == nil:
		return NotAssessed
	case c.declaredRC4() && !c.wantsTLS():
		return RC4ListenerOpen
	case c.Expect.Expect == report.ExpectClosed:
		return PortOpenUnexpected
	case c.Expect.Expect == report.ExpectAny:
		return ""
	}
	return NotAssessed
}

func (c *Case) ruleWhenClosed() string {
	if c.Expect == nil {
		return NotAssessed
	}
	switch c.Expect.Expect {
	case report.ExpectClosed, report.ExpectAny:
		return ""
	case report.ExpectLegacyRC4:
		if c.retired() {
			return "" // gone when its time was over, as it should be
		}
	}
	return PortClosed
}

// declaredRC4 says whether the estate says that the listener is Query Monitor's built-in RC4 socket.
func (c *Case) declaredRC4() bool {
	return c.Expect != nil && (c.Expect.Expect == report.ExpectLegacyRC4 || c.role() == report.RoleCAEServerRC4)
}

// retired says whether the listener's last day is over.
func (c *Case) retired() bool {
	return c.Expect != nil && c.Expect.RetireBy != "" && c.At.UTC().Format(time.DateOnly) > c.Expect.RetireBy
}
