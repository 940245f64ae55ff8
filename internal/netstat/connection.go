package netstat

import (
	"net/netip"
	"strings"
	"time"

	"github.com/portseal/portseal/report"
)

// start begins a connection whose words are known.
func (r *reader) start(line, job, id, state string) {
	r.flush()
	r.open = true
	r.now = Connection{Job: job, ID: strings.ToUpper(id), State: parseState(state), At: r.at(strings.Index(line, job), line)}
}

// begin starts a connection at a Name: value pair.
func (r *reader) begin(job string) {
	if r.open {
		at := r.now.At
		if r.now.At.Line != r.number {
			at = report.Location{File: r.out.Path, Line: r.number, Column: 1}
		}
		r.flush()
		r.now.At = at
	}
	r.now.Job = job
}

func (r *reader) identify(id string) {
	if isHex(id) {
		r.now.ID = strings.ToUpper(id)
	}
}

func (r *reader) set(to *string, v string) {
	if v != "" {
		*to = v
	}
}

func (r *reader) socket(to *netip.AddrPort, v string) {
	socket, ok := parseSocket(v)
	if !ok {
		r.out.Problems = append(r.out.Problems, Problem{report.Location{File: r.out.Path, Line: r.number, Column: 1},
			"the socket cannot be read; want ADDRESS..PORT"})
		return
	}
	*to = socket
}

func (r *reader) startDate(v string) {
	if day, err := time.Parse("01/02/2006", v); err == nil {
		r.now.Started = day.Format(time.DateOnly)
	}
}

func (r *reader) startTime(v string) {
	if _, err := time.Parse(time.TimeOnly, v); err == nil && len(r.now.Started) == len(time.DateOnly) {
		r.now.Started += " " + v
	}
}

// flush keeps the connection that the lines were about, joined with what an earlier report says of the same id.
func (r *reader) flush() {
	c, open := r.now, r.open
	r.now, r.open = Connection{}, false
	switch {
	case !open:
		return
	case c.ID == "":
		if c.Local.IsValid() {
			r.out.Connections = append(r.out.Connections, c)
		}
		return
	}
	r.out.Newest = max(r.out.Newest, c.Started)
	i, known := r.byID[c.ID]
	if known && sameSocket(r.out.Connections[i].Local, c.Local) && sameSocket(r.out.Connections[i].Foreign, c.Foreign) {
		r.out.Connections[i].add(c)
		return
	}
	r.byID[c.ID] = len(r.out.Connections)
	r.out.Connections = append(r.out.Connections, c)
}

func sameSocket(a, b netip.AddrPort) bool { return !a.IsValid() || !b.IsValid() || a == b }

// add fills in what is not known yet.
func (c *Connection) add(o Connection) {
	for _, f := range []struct{ to, from *string }{
		{&c.Job, &o.Job}, {&c.Started, &o.Started}, {&c.Policy, &o.Policy}, {&c.Rule, &o.Rule}, {&c.GroupAction, &o.GroupAction},
		{&c.EnvironmentAction, &o.EnvironmentAction}, {&c.ConnectionAction, &o.ConnectionAction},
		{&c.SecurityLevel, &o.SecurityLevel}, {&c.Cipher, &o.Cipher},
	} {
		if *f.to == "" {
			*f.to = *f.from
		}
	}
	if !c.Local.IsValid() {
		c.Local = o.Local
	}
	if !c.Foreign.IsValid() {
		c.Foreign = o.Foreign
	}
	if c.State == "" {
		c.State = o.State
	}
}
