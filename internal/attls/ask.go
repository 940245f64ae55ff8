package attls

import (
	"fmt"
	"net/netip"
	"time"

	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// The conditions of a rule in the order in which they are asked; the times that it is in force follow.
const (
	askDirection = iota
	askLocalPort
	askRemotePort
	askLocalAddr
	askRemoteAddr
	askJob
	askUser
	askTimes
)

func (r *Rule) conditions() int { return askTimes + len(r.Times) }

// ask says whether condition i holds.
func (r *Rule) ask(i int, c Connection) scan.Fact {
	if i < askTimes && r.twice[i] {
		return scan.Unknown
	}
	switch i {
	case askDirection:
		return r.asksDirection(c.Direction)
	case askLocalPort:
		return asksPort(r.LocalPorts, c.Local.Port())
	case askRemotePort:
		return asksPort(r.RemotePorts, c.Remote.Port())
	case askLocalAddr:
		return asksAddr(r.LocalAddr, c.Local.Addr())
	case askRemoteAddr:
		return asksAddr(r.RemoteAddr, c.Remote.Addr())
	case askJob:
		return asksName(r.Jobname, c.Job)
	case askUser:
		return asksName(r.Userid, c.User)
	}
	return r.Times[i-askTimes].Holds(c.Time)
}

func (r *Rule) asksDirection(d Direction) scan.Fact {
	switch {
	case r.Direction == Both:
		return scan.Yes
	case r.Direction == "" || d == "":
		return scan.Unknown
	}
	return scan.FactOf(r.Direction == d)
}

func asksPort(want PortSet, port uint16) scan.Fact {
	if port == 0 && !want.Any() {
		return scan.Unknown
	}
	return want.Contains(port)
}

func asksAddr(want AddrSet, a netip.Addr) scan.Fact {
	switch {
	case want.Any():
		return scan.Yes
	case !a.IsValid():
		return scan.Unknown
	}
	return want.Contains(plain(a))
}

// plain is an address as rules write it: IPv4 as such, and no zone.
func plain(a netip.Addr) netip.Addr { return a.Unmap().WithZone("") }

func asksName(want, have string) scan.Fact {
	if have == "" && want != "" && want != "*" {
		return scan.Unknown
	}
	return matchName(want, have)
}

// question is a condition in words.
type question struct {
	name, want, have string
	at               report.Location
}

// words describes condition i and what the connection has instead.
func (r *Rule) words(i int, c Connection) question {
	switch i {
	case askDirection:
		return question{"Direction", string(r.Direction), string(c.Direction), r.DirectionAt}
	case askLocalPort:
		return question{"LocalPortRange", r.LocalPorts.String(), fmt.Sprint(c.Local.Port()), r.LocalPorts.At}
	case askRemotePort:
		return question{"RemotePortRange", r.RemotePorts.String(), fmt.Sprint(c.Remote.Port()), r.RemotePorts.At}
	case askLocalAddr:
		return question{"LocalAddr", r.LocalAddr.String(), plain(c.Local.Addr()).String(), r.LocalAddr.At}
	case askRemoteAddr:
		return question{"RemoteAddr", r.RemoteAddr.String(), plain(c.Remote.Addr()).String(), r.RemoteAddr.At}
	case askJob:
		return question{"Jobname", r.Jobname, c.Job, r.JobnameAt}
	case askUser:
		return question{"Userid", r.Userid, c.User, r.UseridAt}
	}
	return question{typeTime, "a time in force", c.Time.Format(time.DateTime), r.Times[i-askTimes].At}
}
