package replay_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/netip"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/assess"
	"github.com/portseal/portseal/internal/demo"
	"github.com/portseal/portseal/internal/estate"
	"github.com/portseal/portseal/internal/evidence"
	"github.com/portseal/portseal/internal/evidence/replay"
	"github.com/portseal/portseal/internal/expect"
	"github.com/portseal/portseal/internal/history"
	"github.com/portseal/portseal/internal/history/confirm"
	"github.com/portseal/portseal/internal/run"
	"github.com/portseal/portseal/report"
	reportjson "github.com/portseal/portseal/report/json"
	"github.com/portseal/portseal/scan"
	"github.com/portseal/portseal/scan/handshake"
	"github.com/portseal/portseal/scan/probes"
)

// demoReport is a report of a real scan of the demo's listeners, made once.
var demoReport = sync.OnceValues(func() ([]byte, error) {
	dir, err := tempDir()
	if err != nil {
		return nil, err
	}
	e, err := demo.Start(dir, time.Now())
	if err != nil {
		return nil, err
	}
	defer e.Close()
	defer os.RemoveAll(dir)
	return scanned(e.File, []string{"verify", "estate.yaml"})
})

// confirmedReport is the report of a second scan of the demo's listeners, in which nothing has changed, made once.
var confirmedReport = sync.OnceValues(func() ([]byte, error) {
	dir, err := tempDir()
	if err != nil {
		return nil, err
	}
	e, err := demo.Start(dir, time.Now())
	if err != nil {
		return nil, err
	}
	defer e.Close()
	defer os.RemoveAll(dir)
	doc, err := scanned(e.File, []string{"verify", "estate.yaml"})
	if err != nil {
		return nil, err
	}
	first, err := reportjson.Decode(doc)
	if err != nil {
		return nil, err
	}
	shown := map[string]history.Shown{}
	for _, e := range first.Endpoints {
		shown[e.ID] = history.Shown{Run: first.Run.ID, Endpoint: e, Certificates: first.Certificates}
	}
	return scanned(e.File, []string{"verify", "estate.yaml"}, func(s *run.Settings) { s.Confirm = confirm.By(shown) })
})

func confirmedDocument(t *testing.T) map[string]any {
	t.Helper()
	doc, err := confirmedReport()
	require.NoError(t, err)
	return decode(t, doc)
}

func demoDocument(t *testing.T) map[string]any {
	t.Helper()
	doc, err := demoReport()
	require.NoError(t, err)
	return decode(t, doc)
}

func decode(t *testing.T, doc []byte) map[string]any {
	t.Helper()
	var out map[string]any
	require.NoError(t, json.Unmarshal(doc, &out))
	return out
}

// scanned verifies an estate, and returns the report.
func scanned(file string, arguments []string, more ...func(*run.Settings)) ([]byte, error) {
	loaded, err := estate.Load(file, estate.Options{Findings: assess.IDs(), StartTLS: run.StartTLSKinds()})
	if err != nil {
		return nil, err
	}
	compiled, err := expect.Compile(loaded, expect.Options{IsLocal: func(a netip.Addr) bool { return a.IsLoopback() }})
	if err != nil {
		return nil, err
	}
	stages, err := probes.Stages(nil)
	if err != nil {
		return nil, err
	}
	runner := scan.Runner{Stages: stages, Handshaker: handshake.Handshaker{}, StartTLS: run.StartTLS(), Timeout: time.Minute, Vantage: "local",
		Pace: scan.Pace{Name: "normal", MaxConnections: 500}}
	settings := run.Settings{Runner: runner, FailOn: report.Medium, Probes: "standard", Arguments: arguments, Operator: "tester@here",
		Tool: func() report.Tool { return report.Tool{Name: "portseal", Version: "test"} }}
	for _, change := range more {
		change(&settings)
	}
	rep, err := run.Do(context.Background(), run.FromEstate(compiled), settings)
	if err != nil {
		return nil, err
	}
	var doc bytes.Buffer
	err = reportjson.Write(&doc, rep)
	return doc.Bytes(), err
}

// sealed is a document with the digest that fits it, as a forger would compute it.
func sealed(t *testing.T, doc map[string]any) []byte {
	t.Helper()
	delete(doc, "digest")
	text, err := json.Marshal(doc)
	require.NoError(t, err)
	canonical, err := evidence.Canonical(json.RawMessage(text))
	require.NoError(t, err)
	sum := sha256.Sum256(canonical)
	doc["digest"] = "sha256:" + hex.EncodeToString(sum[:])
	out, err := json.Marshal(doc)
	require.NoError(t, err)
	require.NoError(t, evidence.VerifyJSON(out), "the forger's digest is right")
	return out
}

// pointers are where a forged document differs; one that is no report at all is told by "error".
func pointers(t *testing.T, doc map[string]any) []string {
	t.Helper()
	result, err := replay.Check(sealed(t, doc), replay.Beside{})
	if err != nil {
		return []string{"error: " + err.Error()}
	}
	var out []string
	for _, d := range result.Differences {
		out = append(out, d.Pointer)
	}
	return out
}
