package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/tlstest"
	"github.com/portseal/portseal/internal/tlstest/badserver"
	"github.com/portseal/portseal/internal/tlstest/pki"
	"github.com/portseal/portseal/scan"
)

// Ctrl-C in the middle of a scan of ports that never answer: it ends soon, and the report keeps what was found until then.
func TestCtrlC(t *testing.T) {
	id := tlstest.Localhost(t, pki.P256)
	good := tlstest.Bad(t, badserver.TLS(&tls.Config{Certificates: []tls.Certificate{id.Certificate()}}))
	silent := tlstest.Bad(t, badserver.Silent())
	hangs := tlstest.NeverAccepts(t)

	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var stdout bytes.Buffer
	found := &signalled{word: fmt.Sprintf("endpoint=127.0.0.1:%d state=tls", good.Addr().Port()), seen: make(chan struct{})}
	code := make(chan int, 1)
	go func() {
		code <- portseal(ctx, []string{"scan", fmt.Sprintf("127.0.0.1:%d,%d,%d", good.Addr().Port(), silent.Addr().Port(), hangs.Addr().Port()),
			"--probes", "quick", "--timeout", "10m", "--format", "json", "--verbose"}, strings.NewReader(""), &stdout, found)
	}()
	<-found.seen
	cancel()
	stopped := time.Now()

	assert.Equal(t, exitIncomplete, <-code)
	assert.Less(t, time.Since(stopped), 30*time.Second, "the time limit is 10 minutes; on an idle machine it is well under 2 s")
	t.Logf("ended %s after Ctrl-C", time.Since(stopped).Round(time.Millisecond))
	assert.Contains(t, found.String(), "portseal: the run was interrupted: the report holds what was found until then")

	var rep struct {
		Run       struct{ Complete bool }
		Summary   struct{ Verdict string }
		Endpoints []struct {
			ID, State string
			Target    struct{ Port uint16 }
		}
	}
	require.NoError(t, json.Unmarshal(stdout.Bytes(), &rep))
	assert.False(t, rep.Run.Complete)
	assert.Equal(t, "incomplete", rep.Summary.Verdict)
	states := map[uint16]string{}
	for _, e := range rep.Endpoints {
		states[e.Target.Port] = e.State
	}
	assert.Len(t, states, 3)
	assert.Equal(t, string(scan.StateTLS), states[good.Addr().Port()], "what was found is kept")
	assert.NotEqual(t, string(scan.StateTLS), states[silent.Addr().Port()])
}

// signalled keeps what is written, and closes seen when a word is among it.
type signalled struct {
	word string
	seen chan struct{}

	mu   sync.Mutex
	text bytes.Buffer
}

func (s *signalled) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	before := strings.Contains(s.text.String(), s.word)
	n, err := s.text.Write(p)
	if !before && strings.Contains(s.text.String(), s.word) {
		close(s.seen)
	}
	return n, err
}

func (s *signalled) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

// Ctrl-C while hosts are resolved lists nothing: they would all be shown as unknown.
func TestCtrlCOfSchedule(t *testing.T) {
	file := filepath.Join(t.TempDir(), "estate.yaml")
	text := "name: x\nsystems: [{name: SYSA, host: localhost, listeners: [{name: web, port: 443, expect: tls}]}]\nschedules: [{name: a, every: 6h}]\n"
	require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var stdout, stderr bytes.Buffer
	assert.Equal(t, exitInternal, portseal(ctx, []string{"schedule", file}, strings.NewReader(""), &stdout, &stderr))
	assert.Empty(t, stdout.String())
	assert.Equal(t, "portseal: "+file+": interrupted\n", stderr.String())
}

// A service that is told to stop before it has begun has not failed.
func TestServeStoppedBeforeItBegan(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "estate.yaml")
	require.NoError(t, os.WriteFile(file, []byte("name: x\nsystems: [{name: SYSA, host: localhost, listeners: [{name: web, port: 443, expect: tls}]}]\n"), 0o600))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, db := range []string{"sqlite:" + filepath.Join(dir, "portseal.db"), "postgres://u@127.0.0.1:1/x"} {
		var stdout, stderr bytes.Buffer
		args := []string{"serve", "--estate", file, "--state", dir, "--db", db, "--listen", "127.0.0.1:0"}
		assert.Equal(t, exitOK, portseal(ctx, args, strings.NewReader(""), &stdout, &stderr), stderr.String())
		assert.Empty(t, stdout.String())
	}
}
