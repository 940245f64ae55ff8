package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/portseal/portseal/internal/demo"
	"github.com/portseal/portseal/internal/run"
	"github.com/portseal/portseal/scan"
)

func newDemoCommand() *cobra.Command {
	var f verifyFlags
	var keep, serve bool
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Verify a small Query Monitor estate on loopback, with faults planted in it",
		Long: `Starts a Query Monitor estate of two LPARs on loopback, in the middle of its
migration from RC4 to TLS, writes its estate file and key rings to a folder,
verifies it, and prints the report. Five faults are planted; it exits with 0
when all of them were found, and nothing else.

The TLS listeners are real. The RC4 listeners are stand-ins that answer with
random bytes: Query Monitor's own protocol is not public.

At its end the listeners and the folder are gone, whatever ends it: Ctrl-C,
SIGTERM, or the terminal that is closed. --keep leaves the folder.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx, stop := untilHangUp(cmd.Context())
			defer stop()
			cmd.SetContext(ctx)
			return f.demo(cmd, keep, serve)
		},
	}
	cmd.Flags().BoolVar(&keep, "keep", false, "leave the folder with the estate file and the rings")
	cmd.Flags().BoolVar(&serve, "serve", false, "leave the listeners running until Ctrl-C, to try portseal on them")
	f.register(cmd, "fast")
	for _, hidden := range []string{"at", "source-address", "vantage", "probes", "fail-on", "log-format"} {
		_ = cmd.Flags().MarkHidden(hidden)
	}
	return cmd
}

// untilHangUp is a context that also ends when the terminal is closed, unless that is to be ignored (nohup).
func untilHangUp(ctx context.Context) (context.Context, context.CancelFunc) {
	if signal.Ignored(syscall.SIGHUP) {
		return context.WithCancel(ctx)
	}
	return signal.NotifyContext(ctx, syscall.SIGHUP)
}

func (f *verifyFlags) demo(cmd *cobra.Command, keep, serve bool) (err error) {
	outputs, oerr := f.reportOutputs()
	s, err := f.settings("fast")
	if err != nil {
		return err
	}
	profiles, inputs, perr := loadProfiles(f.profiles)
	if err := errors.Join(oerr, perr); err != nil {
		return usageError(err)
	}
	if err := checkOutputs(outputs); err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "portseal-demo-")
	if err != nil {
		return fmt.Errorf("make a folder for the demo: %w", err)
	}
	if !keep {
		defer os.RemoveAll(dir)
	}
	e, err := demo.Start(dir, time.Now())
	if err != nil {
		return fmt.Errorf("start the demo estate: %w", err)
	}
	defer e.Close()
	_, compiled, err := f.compile(cmd, e.File, scan.Standard)
	if err != nil {
		return err
	}
	work := run.FromEstate(compiled)
	work.Inputs = append(work.Inputs, inputs...)
	if err := work.UseProfiles(nil, profiles); err != nil {
		return usageError(err)
	}
	rep, err := f.do(cmd, work, s)
	if rep == nil || err != nil {
		return err
	}
	if err := f.writeReport(cmd.OutOrStdout(), rep, outputs); err != nil {
		return err
	}
	if err := e.Check(rep); err != nil {
		return fmt.Errorf("the demo did not find what it planted:\n%w", err)
	}
	if !f.quiet {
		beside := "nothing else"
		if len(profiles) > 0 {
			beside = "beside them only what the profiles judge"
		}
		fmt.Fprintf(cmd.ErrOrStderr(), "\nAll %d planted faults were found, and %s. The RC4 listeners are stand-ins: the real protocol is not public.\n", len(e.Planted), beside)
	}
	if !f.quiet && !keep && !serve {
		fmt.Fprint(cmd.ErrOrStderr(), "Next: 'portseal demo --serve' leaves the listeners running for you to try portseal on, as with 'portseal migration'; 'portseal explain' says what findings mean.\n")
	}
	if keep || serve {
		fmt.Fprintf(cmd.ErrOrStderr(), "Estate file: %s\n", e.File)
	}
	if serve {
		ends := "Ctrl-C ends them, and removes the estate file."
		if keep {
			ends = "Ctrl-C ends them."
		}
		fmt.Fprintf(cmd.ErrOrStderr(), "The listeners keep running. Try: portseal verify %s\n     or: portseal migration %[1]s\n%s\n", e.File, ends)
		<-cmd.Context().Done()
	}
	return nil
}
