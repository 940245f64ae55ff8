package starttls

import (
	"context"
	"io"
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// clearOf speaks a kind's way on without TLS to a scripted peer: it says its words in turn, and after each hears what is wanted.
func clearOf(t *testing.T, kind string, script ...[2]string) error {
	t.Helper()
	var clearWay Func
	for _, k := range Kinds() {
		if k.Name == kind {
			clearWay = k.Clear
		}
	}
	require.NotNil(t, clearWay)
	ours, theirs := net.Pipe()
	failed := make(chan error, 1)
	go func() {
		defer theirs.Close()
		for _, step := range script {
			if _, err := io.WriteString(theirs, step[0]); err != nil {
				failed <- err
				return
			}
			got := make([]byte, len(step[1]))
			if _, err := io.ReadFull(theirs, got); err != nil {
				failed <- err
				return
			}
			if string(got) != step[1] {
				failed <- assert.AnError
				return
			}
		}
		failed <- nil
	}()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	_, err := clearWay(ctx, ours, "localhost")
	_ = ours.Close()
	require.NoError(t, <-failed)
	return err
}

func TestTN3270InClear(t *testing.T) {
	const wont, doTerminal = "\xff\xfc\x2e", "\xff\xfd\x18"
	assert.NoError(t, clearOf(t, "tn3270", [2]string{doTLS, wont}, [2]string{doTerminal, ""}), "CONNTYPE ANY")
	assert.NoError(t, clearOf(t, "tn3270", [2]string{doTLS, wont}, [2]string{"\xff\xfe\x2e" + doTerminal, ""}), "DONT first")
	assert.NoError(t, clearOf(t, "tn3270", [2]string{doTLS, wont}, [2]string{"login:", ""}), "text")
	assert.NoError(t, clearOf(t, "tn3270", [2]string{doTerminal, ""}), "CONNTYPE BASIC")
	assert.ErrorIs(t, clearOf(t, "tn3270", [2]string{doTLS, wont}), io.ErrUnexpectedEOF, "CONNTYPE NEGTSECURE")
	assert.ErrorIs(t, clearOf(t, "tn3270", [2]string{doTerminal + doTLS, wont}), io.ErrUnexpectedEOF, "another option, and then it asks")
	var other *Unexpected
	assert.ErrorAs(t, clearOf(t, "tn3270", [2]string{"220 hello\r\n", ""}), &other)
}

func TestFTPInClear(t *testing.T) {
	const user = "USER portseal\r\n"
	var refused *Refused
	var other *Unexpected
	assert.NoError(t, clearOf(t, "ftp", [2]string{"220-hello\r\n220 ready\r\n", user}, [2]string{"331 Send password please.\r\n", ""}))
	assert.NoError(t, clearOf(t, "ftp", [2]string{"220 ready\r\n", user}, [2]string{"230 in\r\n", ""}))
	assert.ErrorAs(t, clearOf(t, "ftp", [2]string{"220 ready\r\n", user}, [2]string{"534 TLS first\r\n", ""}), &refused)
	assert.ErrorAs(t, clearOf(t, "ftp", [2]string{"220 ready\r\n", user}, [2]string{"421 busy\r\n", ""}), &other)
	assert.ErrorAs(t, clearOf(t, "ftp", [2]string{"421 busy\r\n", ""}), &other)
}
