package main

import (
	"context"
	"io"
	"os"
	"runtime"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// terminal opens a pseudo-terminal: where a person sits, and what the program reads.
func terminal(t *testing.T) (person, program *os.File) {
	t.Helper()
	person, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	require.NoError(t, err)
	t.Cleanup(func() { _ = person.Close() })
	require.NoError(t, unix.IoctlSetPointerInt(int(person.Fd()), unix.TIOCSPTLCK, 0))
	n, err := unix.IoctlGetInt(int(person.Fd()), unix.TIOCGPTN)
	require.NoError(t, err)
	program, err = os.OpenFile("/dev/pts/"+strconv.Itoa(n), os.O_RDWR|unix.O_NOCTTY, 0)
	require.NoError(t, err)
	t.Cleanup(func() { _ = program.Close() })
	return person, program
}

func echoes(t *testing.T, f *os.File) bool {
	t.Helper()
	state, err := unix.IoctlGetTermios(int(f.Fd()), unix.TCGETS)
	require.NoError(t, err)
	return state.Lflag&unix.ECHO != 0
}

// TestPasswordIsNotShown: what is typed after the prompt comes back to nobody's screen, and the terminal is as it was afterwards.
func TestPasswordIsNotShown(t *testing.T) {
	person, program := terminal(t)
	require.True(t, echoes(t, program))
	typed := make(chan string, 1)
	go func() {
		line, err := ask(t.Context(), program, io.Discard, "Password: ")
		assert.NoError(t, err)
		typed <- line
	}()
	for echoes(t, program) {
		runtime.Gosched()
	}
	_, err := person.WriteString("a secret of a person\n")
	require.NoError(t, err)
	assert.Equal(t, "a secret of a person", <-typed)
	assert.True(t, echoes(t, program))
	_, err = program.WriteString("#")
	require.NoError(t, err)
	seen := make([]byte, 100)
	n, err := person.Read(seen)
	require.NoError(t, err)
	assert.Equal(t, "#", string(seen[:n]), "nothing of it is shown")
}

// TestPasswordInterrupted: Ctrl-C leaves a terminal that shows what is typed.
func TestPasswordInterrupted(t *testing.T) {
	_, program := terminal(t)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		_, err := ask(ctx, program, io.Discard, "Password: ")
		ended <- err
	}()
	for echoes(t, program) {
		runtime.Gosched()
	}
	cancel()
	require.EqualError(t, <-ended, "interrupted; nothing was changed")
	assert.True(t, echoes(t, program))
}
