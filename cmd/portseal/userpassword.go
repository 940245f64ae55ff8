package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/portseal/portseal/internal/daemon/access"
	"github.com/portseal/portseal/internal/secret"
)

func (f *userFlags) registerPassword(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.password, "password-file", "", "`FILE` whose first line is the password, which only you can read; - is stdin (default: ask)")
}

// newPassword reads a password that a user is to have. It is on no command line, where others could see it.
func (f *userFlags) newPassword(cmd *cobra.Command, name string) (string, error) {
	password, err := f.readPassword(cmd, name)
	if err != nil {
		return "", err
	}
	if err := access.CheckPassword(name, password); err != nil {
		return "", usageError(err)
	}
	return password, nil
}

func (f *userFlags) readPassword(cmd *cobra.Command, name string) (string, error) {
	in, isFile := cmd.InOrStdin().(*os.File)
	asks := isFile && term.IsTerminal(int(in.Fd()))
	switch {
	case f.password != "" && f.password != "-":
		line, err := secret.Line(f.password)
		if err != nil {
			return "", usagef("--password-file %w", err)
		}
		return string(line), nil
	case asks:
		return askTwice(cmd.Context(), in, cmd.ErrOrStderr(), name)
	case f.password == "-":
		return firstLine(cmd.InOrStdin())
	}
	return "", usagef("the password cannot be asked for: stdin is no terminal; want --password-file FILE, or - for stdin")
}

// firstLine reads what a program or another file says.
func firstLine(r io.Reader) (string, error) {
	const most = 1 << 12
	line, err := bufio.NewReader(io.LimitReader(r, most)).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", fmt.Errorf("read the password from stdin: %w", err)
	}
	return strings.TrimSuffix(strings.TrimSuffix(line, "\n"), "\r"), nil
}

// askTwice asks a person, who does not see what they type.
func askTwice(ctx context.Context, in *os.File, out io.Writer, name string) (string, error) {
	first, err := ask(ctx, in, out, fmt.Sprintf("Password of %s (at least 12 characters): ", name))
	if err != nil {
		return "", err
	}
	if err := access.CheckPassword(name, first); err != nil { // before it is typed again
		return "", usageError(err)
	}
	second, err := ask(ctx, in, out, "Once more: ")
	if err != nil {
		return "", err
	}
	if first != second {
		return "", usagef("the two passwords differ; nothing was changed")
	}
	return first, nil
}

// ask reads a line without echo. Whatever ends it, the terminal is as it was.
func ask(ctx context.Context, in *os.File, out io.Writer, prompt string) (string, error) {
	terminal := int(in.Fd())
	state, err := term.GetState(terminal)
	if err != nil {
		return "", fmt.Errorf("ask for the password: %w", err)
	}
	type answer struct {
		line []byte
		err  error
	}
	typed := make(chan answer, 1)
	fmt.Fprint(out, prompt)
	go func() { // it cannot be stopped; the program ends soon
		line, err := term.ReadPassword(terminal)
		typed <- answer{line, err}
	}()
	select {
	case <-ctx.Done():
		fmt.Fprintln(out)
		return "", errors.Join(errors.New("interrupted; nothing was changed"), term.Restore(terminal, state))
	case a := <-typed:
		fmt.Fprintln(out)
		if errors.Is(a.err, io.EOF) {
			return "", usagef("no password was typed; nothing was changed")
		}
		return string(a.line), a.err
	}
}
