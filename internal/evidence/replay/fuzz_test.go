package replay_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/evidence/replay"
)

// FuzzCheck wants an error or a result of any document, never a panic.
func FuzzCheck(f *testing.F) {
	f.Add([]byte(`{"schema": "portseal.report/v1", "digest": "sha256:00"}`))
	f.Add([]byte(`{"schema": "portseal.report/v1", "run": {"fail_on": "medium", "complete": true}, "plans": [{"id": "p1", "depth": "prove"}],
		"endpoints": [{"id": "a:1", "plan": "p1", "target": {"host": "a", "port": 1}, "evidence": [{"id": "e1", "question": "versions/TLSv1.2", "end": "cut",
		"cut": [{"at": 1, "sha256": "00"}], "handshake": {"completed": "yes"}}]}], "keyrings": [{"name": "r", "entries": [{"certificate": "00"}]}],
		"policies": {"files": [{"path": "p", "deflate": "AwA="}], "systems": [{"system": "S", "files": ["p", "q"]}]}, "phase": {"name": "backout"}}`))
	if doc, err := demoReport(); err == nil {
		f.Add(doc)
	}
	if doc, err := confirmedReport(); err == nil {
		f.Add(doc)
	}
	f.Fuzz(func(t *testing.T, doc []byte) {
		result, err := replay.Check(doc, replay.Beside{})
		if err == nil {
			require.Equal(t, result.Agrees, len(result.Differences) == 0)
		}
	})
}
