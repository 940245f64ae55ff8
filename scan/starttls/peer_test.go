package starttls

import (
	"context"
	"io"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// script is what a peer does: "S:..." it says that, "C:..." it waits for exactly that, "D:1s" it waits that long, "X:" it
// closes. At the end it keeps silent. Inside synctest all waiting is free, and certain.
type script []string

// said is all that the script says.
func (s script) said() string {
	var b strings.Builder
	for _, step := range s {
		if text, ok := strings.CutPrefix(step, "S:"); ok {
			b.WriteString(text)
		}
	}
	return b.String()
}

// replaceLast returns the script with its last saying replaced.
func (s script) replaceLast(by func(string) string) script {
	out := append(script{}, s...)
	for i := len(out) - 1; i >= 0; i-- {
		if text, ok := strings.CutPrefix(out[i], "S:"); ok {
			out[i] = "S:" + by(text)
			break
		}
	}
	return out
}

// drip returns the script with every saying cut into single octets, with a pause after each.
func (s script) drip() script {
	var out script
	for _, step := range s {
		text, ok := strings.CutPrefix(step, "S:")
		if !ok {
			out = append(out, step)
			continue
		}
		for i := range len(text) {
			out = append(out, "S:"+text[i:i+1], "D:1ms")
		}
	}
	return out
}

// play is the peer. It returns what it heard that it did not wait for, if anything.
func (s script) play(conn net.Conn) (surprise string) {
	for _, step := range s {
		kind, text, _ := strings.Cut(step, ":")
		switch kind {
		case "S":
			if _, err := conn.Write([]byte(text)); err != nil {
				return ""
			}
		case "C":
			heard := make([]byte, len(text))
			n, err := io.ReadFull(conn, heard)
			if string(heard[:n]) != text[:n] {
				return string(heard[:n])
			}
			if err != nil {
				return ""
			}
		case "D":
			d, _ := time.ParseDuration(text)
			time.Sleep(d)
		case "X":
			_ = conn.Close()
		}
	}
	return ""
}

const patience = 5 * time.Second

// talk lets a kind speak to a scripted peer, with a limit of patience. After a success it proves that the next octet on the
// connection is the first that the peer says after the script.
func talk(t *testing.T, kind string, s script) (preamble []byte, err error) {
	t.Helper()
	fn, ok := Lookup(kind)
	require.True(t, ok, kind)
	synctest.Test(t, func(t *testing.T) {
		ours, theirs := net.Pipe()
		surprise := make(chan string)
		go func() {
			defer theirs.Close()
			surprise <- s.play(theirs)
			_, _ = theirs.Write([]byte("first octets of TLS"))
			_, _ = io.Copy(io.Discard, theirs)
		}()
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		defer cancel()
		preamble, err = fn(ctx, ours, "host.example.com")
		if err != nil {
			_ = ours.Close()
			assert.Empty(t, <-surprise, "the peer heard something else than it should")
			return
		}
		assert.Empty(t, <-surprise, "the peer heard something else than it should")
		next := make([]byte, 19)
		_, readErr := io.ReadFull(ours, next)
		assert.NoError(t, readErr)
		assert.Equal(t, "first octets of TLS", string(next))
		_ = ours.Close()
	})
	return preamble, err
}
