package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/portseal/portseal/internal/daemon/access"
	"github.com/portseal/portseal/internal/history"
	"github.com/portseal/portseal/internal/history/open"
	"github.com/portseal/portseal/report/text"
)

// userFlags are the flags of the commands about users.
type userFlags struct {
	where    open.Where
	role     string
	password string // file
	format   string
	expires  string
}

func newUserCommand() *cobra.Command {
	f := &userFlags{}
	cmd := &cobra.Command{
		Use:   "user",
		Short: "Say who may use the service: users, passwords, roles and tokens",
		Long: `Makes and changes the users of 'portseal serve', and tokens for its API. Without
any user the service listens on its own machine only, and whoever is on that
machine may look.

Roles: a viewer sees every page and report; an operator may besides start and
stop runs, make waivers and reload the estate; an auditor may besides read the
audit log and verify the history.

Use the --db and --state of the service, and its account, whose files these are.
A change holds from the next request on, without a restart. A new password or
role, and disabling, end the user's sessions. All of it is in the audit log.

Exit codes: 0 done; 1 and 2 as for all commands.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	fl := cmd.PersistentFlags()
	fl.StringVar(&f.where.DB, "db", "", "the history: sqlite:FILE or postgres://... `URL` (default: portseal.db in the state folder)")
	fl.StringVar(&f.where.State, "state", "", "`FOLDER` of what is the service's own")
	cmd.AddCommand(f.addCommand(), f.listCommand(), f.passwdCommand(), f.roleCommand(),
		f.simpleCommand("disable", "Shut a user out, tokens included, and keep them", func(m *access.Manager, cmd *cobra.Command, name string) error {
			return m.SetDisabled(cmd.Context(), here(), name, true)
		}),
		f.simpleCommand("enable", "Let a user in again who was disabled", func(m *access.Manager, cmd *cobra.Command, name string) error {
			return m.SetDisabled(cmd.Context(), here(), name, false)
		}),
		f.simpleCommand("delete", "Remove a user with sessions and tokens", func(m *access.Manager, cmd *cobra.Command, name string) error {
			return m.DeleteUser(cmd.Context(), here(), name)
		}),
		f.tokenCommand())
	return cmd
}

// here is who acts, for the audit log: nobody of the service, but an account of this machine.
func here() access.Actor { return access.Actor{From: access.CommandLine, Detail: operator()} }

// do opens the users of a history. Only the first user may make one: a wrong --db is no empty list.
func (f *userFlags) do(cmd *cobra.Command, mayMake bool, work func(history.Store, *access.Manager) error) error {
	f.where.Existing = !mayMake
	store, err := open.History(cmd.Context(), f.where)
	if errors.Is(err, fs.ErrNotExist) {
		return usagef("%w; want the --db or --state of the service", err)
	}
	if err != nil {
		return historyError(err)
	}
	err = work(store, access.New(store, access.Config{Now: time.Now}))
	return errors.Join(asUsage(err), store.Close())
}

// asUsage marks what the user can put right.
func asUsage(err error) error {
	if errors.Is(err, history.ErrNotFound) {
		return usagef("%w: there is none of that name or number; 'portseal user list' and 'portseal user token list' show them", err)
	}
	if errors.Is(err, history.ErrTaken) || errors.Is(err, access.ErrRole) {
		return usageError(err)
	}
	return err
}

func (f *userFlags) addCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "add NAME",
		Short: "Make a user",
		Long: `Makes a user, and the history where there is none yet. The password is asked
for on the terminal, or read from a file that only you can read, or from stdin.
It has at least 12 characters and is not the name; longer is better, and no
signs or digits are asked for.`,
		Example: `  portseal user add anna
  portseal user add otto --role operator --password-file otto.pw
  pass show portseal | portseal user add otto --password-file -`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			role, err := access.ParseRole(f.role)
			if err != nil {
				err = fmt.Errorf("--role: %w", err)
			}
			if err := errors.Join(access.CheckName(args[0]), err); err != nil {
				return usageError(err)
			}
			password, err := f.newPassword(cmd, args[0])
			if err != nil {
				return err
			}
			return f.do(cmd, true, func(_ history.Store, m *access.Manager) error {
				if err := m.AddUser(cmd.Context(), here(), args[0], role, password); err != nil {
					return err
				}
				return say(cmd, "user %s was made, role %s", args[0], role)
			})
		},
	}
	f.registerRole(cmd, "what the user may do")
	f.registerPassword(cmd)
	return cmd
}

func (f *userFlags) registerRole(cmd *cobra.Command, usage string) {
	var words []string
	for _, r := range access.Roles() {
		words = append(words, string(r))
	}
	cmd.Flags().StringVar(&f.role, "role", string(access.Viewer), "`ROLE`: "+usage+": "+strings.Join(words, ", "))
	cmd.Flags().Lookup("role").Annotations = map[string][]string{valuesOf: words}
}

// say tells people what was done. Nothing goes to stdout: a script sees the exit code.
func say(cmd *cobra.Command, format string, args ...any) error {
	_, err := fmt.Fprintf(cmd.ErrOrStderr(), "portseal: "+format+"\n", args...)
	return err
}

func (f *userFlags) passwdCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "passwd NAME",
		Short: "Give a user another password, and end their sessions",
		Long: `Gives a user another password, and ends what is signed in with the old one.
Tokens stay: 'portseal user token delete' ends them.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return f.do(cmd, false, func(store history.Store, m *access.Manager) error {
				if _, err := store.User(cmd.Context(), args[0]); err != nil { // before a password is typed for nobody
					return err
				}
				password, err := f.newPassword(cmd, args[0])
				if err != nil {
					return err
				}
				return m.SetPassword(cmd.Context(), here(), args[0], password)
			})
		},
	}
	f.registerPassword(cmd)
	return cmd
}

func (f *userFlags) roleCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "role NAME ROLE",
		Short: "Give a user another role, and end their sessions",
		Args:  cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			role, err := access.ParseRole(args[1])
			if err != nil {
				return usageError(err)
			}
			return f.do(cmd, false, func(_ history.Store, m *access.Manager) error { return m.SetRole(cmd.Context(), here(), args[0], role) })
		},
	}
}

// simpleCommand does something to one user.
func (f *userFlags) simpleCommand(verb, short string, act func(*access.Manager, *cobra.Command, string) error) *cobra.Command {
	return &cobra.Command{
		Use: verb + " NAME", Short: short, Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return f.do(cmd, false, func(_ history.Store, m *access.Manager) error { return act(m, cmd, args[0]) })
		},
	}
}

func (f *userFlags) listCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "list", Short: "List the users", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := f.checkFormat(); err != nil {
				return err
			}
			return f.do(cmd, false, func(store history.Store, _ *access.Manager) error {
				users, err := store.Users(cmd.Context())
				if err != nil {
					return err
				}
				return f.writeUsers(cmd.OutOrStdout(), users)
			})
		},
	}
	formatFlag(cmd.Flags(), &f.format, []string{"table", "json"}, "")
	return cmd
}

func (f *userFlags) checkFormat() error {
	if f.format != "table" && f.format != "json" {
		return usagef("--format %q: want table or json", f.format)
	}
	return nil
}

func (f *userFlags) writeUsers(w io.Writer, users []history.User) error {
	if f.format == "json" {
		return writeIndented(w, struct {
			Schema string         `json:"schema"`
			Users  []history.User `json:"users"`
		}{"portseal.users/v1", append([]history.User{}, users...)})
	}
	sheet := cipherSheet{header: []string{"NAME", "ROLE", "MADE", "STATE"}}
	for _, u := range users {
		state := "enabled"
		if u.Disabled {
			state = "disabled"
		}
		sheet.rows = append(sheet.rows, []string{text.Clean(u.Name), text.Clean(u.Role), u.Made.UTC().Format(time.RFC3339), state})
	}
	return sheet.write(w)
}
