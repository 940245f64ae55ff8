package collect

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
)

// Options is what the programs gather, and where. What is empty becomes a variable to fill in.
type Options struct {
	System       string   // as the estate file names it
	Out          string   // the folder, on z/OS UNIX, that the system's folder is made in
	Stack        string   // the TCP/IP started task; empty for the default one
	HLQ          string   // data sets for exports begin with it; empty for the user ID
	Jobs         []string // NETSTAT shows these jobs alone; none shows all
	Policies     []string // paths or data sets of AT-TLS policy files, in the order the stack reads them
	ServerParams string   // path or data set of CQMCAESV's STDENV, or its JCL
	AgentParams  string   // path or data set of CQMCPRMS
	TCPIPProfile string   // path or data set
	Rings        []Ring
}

// DefaultOut is the folder of a site that names none.
const DefaultOut = "/tmp/portseal"

// Ring is a key ring by the name that the estate file has for it, and the one that the security manager has.
type Ring struct {
	Name  string
	Where string // OWNER/RING, or a virtual ring such as *AUTH*/*; empty when not known
}

// ParseRing reads NAME=OWNER/RING.
func ParseRing(text string) (Ring, error) {
	name, where, ok := strings.Cut(text, "=")
	owner, ring, both := strings.Cut(where, "/")
	if !ok || !both || name == "" || owner == "" || ring == "" || strings.ContainsAny(name, " /@:,*?\\\"'") || strings.Contains(ring, "/") {
		return Ring{}, fmt.Errorf("%q: want NAME=OWNER/RING, as in agent-in=CQMAGENT/CQMRING or ispf-out='*AUTH*/*'", text)
	}
	return Ring{Name: name, Where: where}, nil
}

// maxJobs is how many client names NETSTAT takes in its filter (z/OS Communications Server: IP System Administrator's Commands).
const maxJobs = 6

// check finds what would not be what it seems in a script or in JCL; all faults at once.
func (o Options) check() error {
	var faults []error
	add := func(format string, args ...any) { faults = append(faults, fmt.Errorf(format, args...)) }
	if len(o.Jobs) > maxJobs {
		add("--job: %d names; want at most %d, which is what NETSTAT takes", len(o.Jobs), maxJobs)
	}
	if !strings.HasPrefix(o.Out, "/") {
		add("--out %q: want a full path of z/OS UNIX, as in %s", o.Out, DefaultOut)
	}
	if o.System != "" && strings.ContainsAny(o.System, " /@:,*?\\\"'") || o.System == "." || o.System == ".." {
		add("--system %q: want the name of one system", o.System)
	}
	for _, word := range append([]string{o.Stack, o.HLQ}, o.Jobs...) {
		if strings.ContainsFunc(word, func(r rune) bool {
			return r >= unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("#$.", r)
		}) {
			add("%q: want letters, digits, # $ and . only, since @ and others differ between code pages", word)
		}
	}
	for _, text := range append([]string{o.Out, o.ServerParams, o.AgentParams, o.TCPIPProfile}, o.texts()...) {
		if strings.ContainsFunc(text, func(r rune) bool { return r > unicode.MaxASCII || !unicode.IsPrint(r) }) || strings.ContainsAny(text, "'\"&") {
			add("%q: want printable ASCII without quotes and &; a data set without quotes", text)
		}
	}
	return errors.Join(faults...)
}

func (o Options) texts() []string {
	out := append([]string{}, o.Policies...)
	for _, r := range o.Rings {
		out = append(out, r.Where)
	}
	return out
}
