package main

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/portseal/portseal/internal/attls"
	"github.com/portseal/portseal/internal/attls/view"
)

// connectionFlags say what is known of a connection.
type connectionFlags struct {
	direction, local, remote string
	localPort, remotePort    uint16
	job, user, time          string
	never                    bool
}

func newPolicyMatchCommand() *cobra.Command {
	var f policyFlags
	var c connectionFlags
	cmd := &cobra.Command{
		Use:   "match FILE...",
		Short: "Say which rule of a policy takes a connection, and why those before it do not",
		Long: `Says which rule takes a connection: Policy Agent asks the rules by Priority,
then by name, and the first that matches ends the search. Without one the
connection is in clear text, and nothing fails.

What is not said of the connection is not decided: a rule that depends on it is
listed with what it wants. --never lists the rules that no connection ever
takes, because the rules before them take all of theirs.

Exit codes: 0 one rule takes it, or it is in clear text for certain; 2 a file
cannot be read; 4 it depends on what was not said, or Policy Agent would install
nothing of the policy.`,
		Example: `  portseal policy match sysa.attls --direction inbound --local-port 5610
  portseal policy match sysa.attls --direction outbound --remote 127.0.0.1 \
    --remote-port 5611 --job TSOUSER
  portseal policy match sysa.attls --never`,
		RunE: func(cmd *cobra.Command, args []string) error {
			conn, cerr := c.connection(cmd.Flags())
			outputs, err := f.ready(textFormats(), cerr)
			if err != nil {
				return err
			}
			in, err := f.load(cmd, args)
			if err != nil {
				return err
			}
			if c.never {
				doc := view.NewNever(in.Input)
				return errors.Join(f.show(cmd.OutOrStdout(), doc, outputs), holds(doc.Side))
			}
			doc := view.NewMatch(in.Input, conn)
			if err := f.show(cmd.OutOrStdout(), doc, outputs); err != nil {
				return err
			}
			if !doc.Decided {
				return exitError{code: exitIncomplete}
			}
			return nil
		},
	}
	c.register(cmd.Flags())
	f.registerEstate(cmd, "whose system has the policy and the z/OS release, when they are not given")
	f.register(cmd, textFormats())
	return cmd
}

func (c *connectionFlags) register(fl *pflag.FlagSet) {
	fl.StringVar(&c.direction, "direction", "", "`WHO` opened it: inbound (the socket accepted) or outbound (it connected)")
	fl.StringVar(&c.local, "local", "", "`ADDRESS` on the system")
	fl.Uint16Var(&c.localPort, "local-port", 0, "`PORT` on the system")
	fl.StringVar(&c.remote, "remote", "", "`ADDRESS` of the peer")
	fl.Uint16Var(&c.remotePort, "remote-port", 0, "`PORT` of the peer")
	fl.StringVar(&c.job, "job", "", "`NAME` of the job that owns the socket")
	fl.StringVar(&c.user, "user", "", "`USERID` that the job runs under")
	fl.StringVar(&c.time, "time", "", "`TIME` in the system's time zone, RFC 3339, as in 2026-12-31T23:00:00+01:00")
	fl.BoolVar(&c.never, "never", false, "list the rules that no connection ever takes")
}

// connection reads the flags; every fault at once.
func (c *connectionFlags) connection(fl *pflag.FlagSet) (attls.Connection, error) {
	out := attls.Connection{Job: strings.ToUpper(c.job), User: strings.ToUpper(c.user)}
	var faults []error
	names := []string{"direction", "local", "local-port", "remote", "remote-port", "job", "user", "time"}
	said := slices.ContainsFunc(names, fl.Changed)
	switch {
	case c.never && said:
		faults = append(faults, errors.New("--never is about all connections: leave out what describes one"))
	case !c.never && !said:
		faults = append(faults, errors.New("no connection: want at least one of --"+strings.Join(names, ", --")+", or --never"))
	}
	for _, d := range []attls.Direction{attls.Inbound, attls.Outbound} {
		if strings.EqualFold(c.direction, string(d)) {
			out.Direction = d
		}
	}
	if c.direction != "" && out.Direction == "" {
		faults = append(faults, fmt.Errorf("--direction %q: want inbound or outbound", c.direction))
	}
	end := func(flag, text string, port uint16) netip.AddrPort {
		var a netip.Addr
		if text != "" {
			var err error
			if a, err = netip.ParseAddr(text); err != nil {
				faults = append(faults, fmt.Errorf("--%s %q: want an IP address", flag, text))
			}
		}
		if fl.Changed(flag+"-port") && port == 0 {
			faults = append(faults, fmt.Errorf("--%s-port 0: want 1 to 65535", flag))
		}
		return netip.AddrPortFrom(a, port)
	}
	out.Local, out.Remote = end("local", c.local, c.localPort), end("remote", c.remote, c.remotePort)
	if c.time != "" {
		at, err := time.Parse(time.RFC3339, c.time)
		if err != nil {
			faults = append(faults, fmt.Errorf("--time %q: want RFC 3339, as in 2026-12-31T23:00:00+01:00", c.time))
		}
		out.Time = at
	}
	return out, errors.Join(faults...)
}
