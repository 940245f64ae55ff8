package kept_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/attls/kept"
	"github.com/portseal/portseal/internal/attls/syntax"
	"github.com/portseal/portseal/report"
)

const policy = "# secret\nTTLSRule r\n{\n  LocalPortRange 5610\n  Direction Inbound\n  TTLSGroupActionRef gone\n}\n"

func system(name, text string) kept.System {
	return kept.System{PolicySystem: report.PolicySystem{System: name, ZOSRelease: "3.1"}, Contents: []syntax.Source{{Path: name + ".attls", Data: []byte(text)}}}
}

func TestKeptPoliciesAreJudgedAsTheyWere(t *testing.T) {
	made, err := kept.Keep([]kept.System{system("SYSA", policy), system("SYSB", "\x7fELF\x00\x01\x02\x03")})
	require.NoError(t, err)
	read, err := kept.Read(made.Report)
	require.NoError(t, err)
	assert.Empty(t, read.Missing())
	require.NotEmpty(t, made.Findings(nil))
	assert.Equal(t, made.Findings(nil), read.Findings(nil))
	assert.Empty(t, kept.Set{}.Findings(nil))
}

// What is too large to be kept is judged in the run, and a reader is told that it cannot be judged again.
func TestTooLarge(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	var b strings.Builder
	b.WriteString(policy)
	for b.Len() < 4*kept.MaxText {
		b.WriteString("TTLSGroupAction ")
		for range 40 {
			b.WriteByte(byte('a' + r.IntN(26)))
		}
		b.WriteString("\n{\n  TTLSEnabled On\n}\n")
	}
	made, err := kept.Keep([]kept.System{system("SYSA", b.String())})
	require.NoError(t, err)
	assert.NotEmpty(t, made.Findings(nil))
	assert.Contains(t, made.Report.Files[0].LeftOut, "octets")
	read, err := kept.Read(made.Report)
	require.NoError(t, err)
	assert.Equal(t, []string{"SYSA"}, read.Missing())
	assert.Empty(t, read.Findings(nil))
}

func TestReadRefusesWhatIsNotCompressed(t *testing.T) {
	_, err := kept.Read(&report.Policies{Files: []report.PolicyFile{{Path: "p", Deflate: []byte{0xFF}}}})
	require.ErrorContains(t, err, "policy p")
}

// What compresses well is bounded too: a run keeps no more than a check will read, and a forger cannot make a check read more.
func TestWhatIsReadIsBounded(t *testing.T) {
	filler := policy + strings.Repeat(" ", kept.MaxSystem/2)
	two := system("SYSA", filler)
	two.Contents = append(two.Contents, syntax.Source{Path: "more.attls", Data: []byte(filler)})
	made, err := kept.Keep([]kept.System{two})
	require.NoError(t, err)
	assert.NotEmpty(t, made.Findings(nil), "the run judges all")
	assert.Empty(t, made.Report.Files[0].LeftOut)
	assert.Contains(t, made.Report.Files[1].LeftOut, "system SYSA has more than 2097152 octets")
	read, err := kept.Read(made.Report)
	require.NoError(t, err)
	assert.Equal(t, []string{"SYSA"}, read.Missing())

	bomb, err := kept.Keep([]kept.System{system("SYSA", policy+strings.Repeat(" ", kept.MaxSystem*3/4))})
	require.NoError(t, err)
	forged := &report.Policies{Systems: []report.PolicySystem{{System: "SYSA"}}}
	for i := range 2 * kept.MaxRun / kept.MaxSystem {
		f := bomb.Report.Files[0]
		f.Path = strings.Repeat("p", i+1)
		forged.Files, forged.Systems[0].Files = append(forged.Files, f), append(forged.Systems[0].Files, f.Path)
	}
	read, err = kept.Read(forged)
	require.ErrorContains(t, err, "of a run")
	require.ErrorContains(t, err, "policy pp: the policy of system SYSA has more than")
	assert.Equal(t, []string{"SYSA"}, read.Missing())
	assert.Empty(t, read.Findings(nil))
}
