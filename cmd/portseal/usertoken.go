package main

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/portseal/portseal/internal/daemon/access"
	"github.com/portseal/portseal/internal/history"
	"github.com/portseal/portseal/report/text"
)

func (f *userFlags) tokenCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "token", Short: "Make, list and delete tokens for the API",
		Long: `Tokens let scripts use the API, with the header

  Authorization: Bearer ps_...

A token can do what its role allows, and never more than its user may at the
time. It is shown once, when it is made; only its SHA-256 is stored.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(f.tokenAddCommand(), f.tokenListCommand(), &cobra.Command{
		Use: "delete NUMBER", Short: "Delete a token, by the number that 'token list' shows", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			id, err := strconv.ParseInt(args[0], 10, 64)
			if err != nil {
				return usagef("%q is no number; 'portseal user token list' shows them", args[0])
			}
			return f.do(cmd, false, func(_ history.Store, m *access.Manager) error { return m.DeleteToken(cmd.Context(), here(), id) })
		},
	})
	return cmd
}

func (f *userFlags) tokenAddCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "add USER TOKEN",
		Short: "Make a token for a user, and print it",
		Long: `Makes a token for a user and prints it on stdout, for the only time. TOKEN is
its name, by which it is found again.`,
		Example: `  portseal user token add otto nightly-export
  portseal user token add otto pipeline --role operator --expires 30d > token`,
		Args: cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			role, err := access.ParseRole(f.role)
			if err != nil {
				err = fmt.Errorf("--role: %w", err)
			}
			expires, daysErr := f.expiry(time.Now().UTC())
			if err := errors.Join(access.CheckTokenName(args[1]), err, daysErr); err != nil {
				return usageError(err)
			}
			return f.do(cmd, false, func(_ history.Store, m *access.Manager) error {
				token, err := m.AddToken(cmd.Context(), here(), args[0], args[1], role, expires)
				if err != nil {
					return err
				}
				if _, err := fmt.Fprintln(cmd.OutOrStdout(), token); err != nil {
					return err
				}
				return say(cmd, "keep the token: it is shown this once; send it as 'Authorization: Bearer ps_...'")
			})
		},
	}
	f.registerRole(cmd, "what the token can do, at most what its user may")
	cmd.Flags().StringVar(&f.expires, "expires", "90d", "how long it holds, in `DAYS` as in 90d; 0 is for ever")
	return cmd
}

// expiry is when a token ends; nil is never.
func (f *userFlags) expiry(now time.Time) (*time.Time, error) {
	const most = 3650
	if f.expires == "0" {
		return nil, nil
	}
	digits, inDays := strings.CutSuffix(f.expires, "d")
	days, err := strconv.Atoi(digits)
	if err != nil || !inDays || days < 1 || days > most {
		return nil, fmt.Errorf("--expires %q: want days from 1d to %dd, or 0 for ever", f.expires, most)
	}
	end := now.AddDate(0, 0, days)
	return &end, nil
}

func (f *userFlags) tokenListCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "list [USER]", Short: "List the tokens of all users, or of one", Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := f.checkFormat(); err != nil {
				return err
			}
			return f.do(cmd, false, func(store history.Store, _ *access.Manager) error {
				user := strings.Join(args, "")
				if len(args) > 0 {
					if _, err := store.User(cmd.Context(), user); err != nil {
						return err
					}
				}
				tokens, err := store.Tokens(cmd.Context(), user)
				if err != nil {
					return err
				}
				return f.writeTokens(cmd.OutOrStdout(), tokens)
			})
		},
	}
	formatFlag(cmd.Flags(), &f.format, []string{"table", "json"}, "")
	return cmd
}

func (f *userFlags) writeTokens(w io.Writer, tokens []history.Token) error {
	if f.format == "json" {
		return writeIndented(w, struct {
			Schema string          `json:"schema"`
			Tokens []history.Token `json:"tokens"`
		}{"portseal.tokens/v1", append([]history.Token{}, tokens...)})
	}
	when := func(t *time.Time) string {
		if t == nil {
			return "never"
		}
		return t.UTC().Format(time.RFC3339)
	}
	sheet := cipherSheet{header: []string{"NUMBER", "USER", "TOKEN", "ROLE", "MADE", "EXPIRES", "USED"}}
	for _, t := range tokens {
		sheet.rows = append(sheet.rows, []string{strconv.FormatInt(t.ID, 10), text.Clean(t.User), text.Clean(t.Name), text.Clean(t.Role), when(&t.Made), when(t.Expires), when(t.Used)})
	}
	return sheet.write(w)
}
