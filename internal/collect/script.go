package collect

import (
	"fmt"
	"strings"

	_ "embed"
)

//go:embed body.sh
var body string

const scriptHead = `#!/bin/sh
# Gathers what portseal reads of one z/OS system. Run it under z/OS UNIX:
#   sh portseal-collect.sh
# It copies and lists, and changes nothing, but for the data set
# HLQ.PORTSEAL.CERT that each certificate is exported to, without its key,
# and that is deleted again. What it may not do it says, and goes on.
#
# Authority that each part wants, where the classes are active:
#   pasearch        SERVAUTH EZB.PAGENT.sysname.tcpname.type
#   netstat         SERVAUTH EZB.NETSTAT.sysname.tcpname.option
#   RACDCERT        FACILITY IRR.DIGTCERT.LIST, .LISTRING and .EXPORT
#   the rest        READ to each file and data set
# Parameters and JCL may hold passwords: take them out, or keep the
# folder where only those may read it who may know them.

# ---- fill in ----
`

// Script returns the shell script. The error has every fault of the options.
func Script(o Options) ([]byte, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	return []byte(script(o)), nil
}

func script(o Options) string {
	var b strings.Builder
	b.WriteString(scriptHead)
	set := func(comment, name, value string) { fmt.Fprintf(&b, "# %s\n%s='%s'\n", comment, name, value) }
	set("The system, as the estate file names it.", "SYSTEM", o.System)
	set("The folder in which its folder is made.", "OUT", o.Out)
	set("The TCP/IP started task; empty: the default stack.", "STACK", o.Stack)
	set("Data sets for exports begin with it; empty: the user ID.", "HLQ", o.HLQ)
	set("Jobs that NETSTAT is to show, at most 6; empty: all.", "JOBS", strings.Join(o.Jobs, " "))
	b.WriteString("# Below: a path (/etc/x) or a data set (HLQ.X or HLQ.X(MEMBER)).\n")
	set("CQMCAESV's STDENV, or the procedure that has it.", "SERVER_PARAMS", o.ServerParams)
	set("The agent's parameters, CQMCPRMS.", "AGENT_PARAMS", o.AgentParams)
	set("The TCP/IP profile: its lines about AT-TLS are taken.", "TCPIP_PROFILE", o.TCPIPProfile)
	set("AT-TLS policy files, one a line, in the order they are read.", "POLICY", strings.Join(o.Policies, "\n"))
	var rings []string
	for _, r := range o.Rings {
		rings = append(rings, r.Name+"="+r.Where)
	}
	set("Key rings, one a line: NAME=OWNER/RING, NAME as in the estate.", "RINGS", strings.Join(rings, "\n"))
	return b.String() + "\n" + body
}
