package run_test

import (
	"context"
	"crypto/tls"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/assess"
	"github.com/portseal/portseal/internal/estate"
	"github.com/portseal/portseal/internal/evidence/replay/replaytest"
	"github.com/portseal/portseal/internal/expect"
	"github.com/portseal/portseal/internal/run"
	"github.com/portseal/portseal/internal/tlstest"
	"github.com/portseal/portseal/internal/tlstest/badserver"
	"github.com/portseal/portseal/internal/tlstest/pki"
	"github.com/portseal/portseal/report"
)

// TestAllowedRC4IsStillJudged: an estate that allows RC4 suites does not make them good. They are asked for on their own, since the
// listener would choose something better beside them.
func TestAllowedRC4IsStillJudged(t *testing.T) {
	cfg := &tls.Config{Certificates: []tls.Certificate{tlstest.Localhost(t, pki.RSA2048).Certificate()}, MinVersion: tls.VersionTLS12,
		MaxVersion: tls.VersionTLS12, CipherSuites: []uint16{tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, tls.TLS_RSA_WITH_RC4_128_SHA}}
	s := tlstest.Bad(t, badserver.TLS(cfg))
	path := filepath.Join(t.TempDir(), "estate.yaml")
	require.NoError(t, os.WriteFile(path, fmt.Appendf(nil, `name: t
systems:
  - name: SYSA
    host: 127.0.0.1
    listeners: [{name: old, port: %d, expect: tls, versions: [TLSv1.2], cipher_suites: [C02F, 0005]}]
`, s.Addr().Port()), 0o600))
	e, err := estate.Load(path, estate.Options{Findings: assess.IDs()})
	require.NoError(t, err)
	compiled, err := expect.Compile(e, expect.Options{})
	require.NoError(t, err)
	rep, err := run.Do(context.Background(), run.FromEstate(compiled), settings(t))
	require.NoError(t, err)
	replaytest.Agrees(t, rep, nil)
	assert.Equal(t, report.Fail, rep.Summary.Verdict)
	require.Len(t, rep.Findings, 1, "%+v", rep.Findings)
	assert.Equal(t, "RC4-SUITE-ACCEPTED", rep.Findings[0].ID)
}
