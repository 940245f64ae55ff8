package inputs_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/text/encoding/charmap"

	"github.com/portseal/portseal/internal/inputs"
)

const manifest = `portseal-inputs 1
system SYSA
node SYSA
release 05.00 02
started 2026-11-20T10:00:00Z
file 2026-11-20T10:00:01Z pasearch.txt
file 2026-11-20T10:00:02Z policy/sysa.policy
failed 2026-11-20T10:00:03Z rings/agent-in.txt RACDCERT ended with 8: IRRD101I not authorized
skipped tcpip-profile.txt TCPIP_PROFILE is not filled in
finished 2026-11-20T10:00:09Z
`

func TestParse(t *testing.T) {
	want := inputs.Parse([]byte(manifest))
	assert.Empty(t, want.Problems)
	assert.Equal(t, "SYSA", want.System)
	assert.Equal(t, "05.00 02", want.Release)
	assert.Equal(t, time.Date(2026, 11, 20, 10, 0, 2, 0, time.UTC), want.Collected("policy/sysa.policy"))
	assert.Zero(t, want.Collected("qm-agent.txt"))
	require.Len(t, want.Failed, 1)
	assert.Equal(t, inputs.Entry{Name: "rings/agent-in.txt", At: time.Date(2026, 11, 20, 10, 0, 3, 0, time.UTC),
		Why: "RACDCERT ended with 8: IRRD101I not authorized"}, want.Failed[0])
	assert.Equal(t, []inputs.Entry{{Name: "tcpip-profile.txt", Why: "TCPIP_PROFILE is not filled in"}}, want.Skipped)

	ebcdic, err := charmap.CodePage1047.NewEncoder().String(manifest)
	require.NoError(t, err)
	assert.Equal(t, want, inputs.Parse([]byte(ebcdic)), "as it is on z/OS")
}

func TestParseSaysWhatIsWrong(t *testing.T) {
	messages := func(text string) (out []string) {
		for _, p := range inputs.Parse([]byte(text)).Problems {
			out = append(out, p.Message)
		}
		return out
	}
	assert.Equal(t, []string{`"hello" is no manifest of this version of portseal; want "portseal-inputs 1" as its first line`}, messages("hello\n"))
	assert.Equal(t, []string{`"yesterday" is no time; want one such as 2026-12-31T23:59:59Z`, `"more" is no line of a manifest`,
		`the collection did not come to its end; want a line that begins with "finished": gather again`},
		messages("portseal-inputs 1\nfile yesterday pasearch.txt\nmore\n"))
	assert.Contains(t, messages("\x00\x01\x02\x00")[0], "binary data")
	assert.Len(t, messages(""), 1)
}

func TestKind(t *testing.T) {
	for name, want := range map[string]inputs.FileKind{
		"manifest.txt": inputs.KindManifest, "pasearch.txt": inputs.KindFixed, "netstat-ttls.txt": inputs.KindFixed, "policy/a": inputs.KindPolicy,
		"policy/a/b": inputs.KindUnknown, "policy": inputs.KindUnknown, "rings/in.txt": inputs.KindListing, "rings/in/1.pem": inputs.KindCertificate,
		"rings/in/1.p12": inputs.KindCertificate, "rings/in/x/1.pem": inputs.KindUnknown, "rings/.txt": inputs.KindUnknown, "notes.txt": inputs.KindUnknown,
	} {
		kind, _ := inputs.Kind(name)
		assert.Equal(t, want, kind, name)
	}
	_, ring := inputs.Kind(inputs.Listing("agent-in"))
	assert.Equal(t, "agent-in", ring)
	_, ring = inputs.Kind(inputs.Certificates("agent-in") + "/1.pem")
	assert.Equal(t, "agent-in", ring)
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(manifest))
	f.Add([]byte("portseal-inputs 1\nfile\nfailed x\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		c := inputs.Parse(data)
		if c.Finished.IsZero() && len(c.Problems) == 0 {
			t.Error("a manifest without its end must say so")
		}
	})
}
