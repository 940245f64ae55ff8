package estate_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/internal/estate"
)

const listingOfIn = `Digital ring information for user CQMAGENT:
  Ring:
       >In<
  Certificate Label Name             Cert Owner     USAGE      DEFAULT
  --------------------------------   ------------   --------   -------
  ROOT                               CERTAUTH       CERTAUTH     NO
`

// brought loads an estate with folders of inputs beside it.
func brought(t *testing.T, text string, files map[string]string) (*estate.Estate, error) {
	t.Helper()
	dir := t.TempDir()
	root, err := os.ReadFile(filepath.Join("testdata", "good", "rings", "cae.pem"))
	require.NoError(t, err)
	files["estate.yaml"] = text
	for name, body := range files {
		if body == "PEM" {
			body = string(root)
		}
		path := filepath.Join(dir, filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
		require.NoError(t, os.WriteFile(path, []byte(body), 0o600))
	}
	return estate.Load(filepath.Join(dir, "estate.yaml"), estate.Options{Inputs: filepath.Join(dir, "in")})
}

const twoSystems = `name: prodplex
keyrings:
  shared: {consumer: jsse}
  own: {files: [own.pem]}
systems:
  - {name: SYSA, host: a.example.com, listeners: [{name: x, port: 1, expect: tls, served_by: new, trusted_by: ["shared@*", own]}]}
  - {name: SYSB, host: b.example.com, listeners: [{name: x, port: 1, expect: tls, trusted_by: [shared]}]}
`

func notesOf(e *estate.Estate) (out []string) {
	for _, n := range e.Notes {
		out = append(out, n.At.File+": "+n.Message)
	}
	return out
}

func TestInputsFillWhatTheEstateLeavesOpen(t *testing.T) {
	e, err := brought(t, twoSystems, map[string]string{"own.pem": "PEM",
		"in/SYSA/manifest.txt": "portseal-inputs 1\nsystem SYSA\nfile 2026-11-20T10:00:00Z policy/z\nfile 2026-11-20T10:00:01Z policy/a\n" +
			"file 2026-11-20T10:00:02Z rings/new/1.pem\nfinished 2026-11-20T10:00:03Z\n",
		"in/SYSA/policy/a": "a\n", "in/SYSA/policy/late": "late\n", "in/SYSA/policy/z": "z\n",
		"in/SYSA/netstat-all.txt": "x\n", "in/SYSA/netstat-conn.txt": "y\n", "in/SYSA/qm-server.txt": "A=1\n",
		"in/SYSA/rings/new/1.pem": "PEM", "in/SYSA/rings/shared/1.pem": "PEM", "in/SYSA/rings/own/1.pem": "PEM",
		"in/SYSB/rings/shared.txt": listingOfIn})
	require.NoError(t, err)
	a, b := e.Systems[0], e.Systems[1]
	var policies []string
	for _, f := range a.ATTLS {
		policies = append(policies, f.Name)
	}
	assert.Equal(t, []string{"in/SYSA/policy/z", "in/SYSA/policy/a", "in/SYSA/policy/late"}, policies, "in the order of the manifest")
	assert.Equal(t, time.Date(2026, 11, 20, 10, 0, 1, 0, time.UTC), a.ATTLS[1].Collected)
	assert.WithinDuration(t, time.Now(), a.ATTLS[2].Collected, time.Hour, "the file's own time where the manifest has none")
	assert.Equal(t, "in/SYSA/netstat-conn.txt", a.Netstat[0].Name)
	require.NotNil(t, a.QueryMonitor)
	assert.Nil(t, a.QueryMonitor.AgentParams)
	assert.Nil(t, a.PASearch)
	assert.Nil(t, b.QueryMonitor)

	x := a.Listeners[0]
	assert.Equal(t, "new@SYSA", x.ServedBy)
	assert.Equal(t, []string{"shared@SYSA", "shared@SYSB", "own"}, x.TrustedBy)
	assert.Equal(t, []string{"shared@SYSB"}, b.Listeners[0].TrustedBy)
	assert.Nil(t, e.Keyring("shared"), "each system has its own")
	assert.Equal(t, certchain.JSSE, e.Keyring("shared@SYSA").Ring.Consumer, "as the estate says of it")
	assert.Len(t, e.Keyring("new@SYSA").Ring.Entries, 1)

	listed := e.Keyring("shared@SYSB").Ring
	assert.Empty(t, listed.Entries)
	require.Len(t, listed.Unproven(), 1, "listed, and no certificate is at hand")
	assert.Equal(t, "ROOT", listed.Unproven()[0].Label)

	for _, in := range e.Inputs {
		if in.Path == "in/SYSA/rings/new/1.pem" {
			assert.Equal(t, "2026-11-20T10:00:02Z", in.Collected.Format(time.RFC3339))
		}
	}
	assert.Equal(t, []string{
		"in/SYSB/manifest.txt: inputs: manifest.txt does not exist: the files' own times are taken for when they were gathered",
		"estate.yaml: keyrings: own of the estate holds, and that of system SYSA in the folder of inputs is not read",
	}, notesOf(e))
}

func TestInputsThatCannotBeUsed(t *testing.T) {
	_, err := brought(t, twoSystems, map[string]string{"own.pem": "PEM", "in/SYSD/x": "", "in/SYSA/rings/new.txt": "",
		"in/SYSB/manifest.txt": "portseal-inputs 1\nsystem SYSA\nfailed 2026-11-20T10:00:00Z rings/shared.txt not authorized\nfinished 2026-11-20T10:00:03Z\n"})
	require.Error(t, err)
	for _, want := range []string{
		`inputs: folder "SYSD" is for a system that the estate does not have; did you mean "SYSA"? want one of SYSA or SYSB`,
		"inputs: the folder is for system SYSB, and its files were gathered for SYSA; want the folder named as the system",
		"keyrings: shared names no files, and the folder of inputs of a system that needs it has no such ring (of SYSB it could not be gathered: not authorized); want files, or rings/shared.txt there",
	} {
		assert.ErrorContains(t, err, want)
	}
}

// Without --inputs a ring that names nothing is what it always was: a mistake.
func TestOpenRingsNeedInputs(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "estate.yaml")
	require.NoError(t, os.WriteFile(path, []byte("name: x\nkeyrings: {a: {consumer: jsse}}\nsystems: [{name: S, host: h, listeners: [{name: x, port: 1, expect: any}]}]\n"), 0o600))
	_, err := estate.Load(path, estate.Options{})
	assert.ErrorContains(t, err, "files: key ring a has none")
	e, err := estate.Load(path, estate.Options{Unread: true})
	require.NoError(t, err)
	assert.Equal(t, 7*24*time.Hour, e.MaxInputAge)
}

func TestMaxInputAge(t *testing.T) {
	load := func(age string) (*estate.Estate, error) {
		path := filepath.Join(t.TempDir(), "estate.yaml")
		require.NoError(t, os.WriteFile(path, []byte("name: x\nmax_input_age: "+age+"\nsystems: [{name: S, host: h, listeners: [{name: x, port: 1, expect: any}]}]\n"), 0o600))
		return estate.Load(path, estate.Options{})
	}
	for text, want := range map[string]time.Duration{"7d": 168 * time.Hour, "36h": 36 * time.Hour, "1h30m": 90 * time.Minute} {
		e, err := load(text)
		require.NoError(t, err, text)
		assert.Equal(t, want, e.MaxInputAge)
	}
	for text, want := range map[string]string{
		"7":            `"7" is no time; want days as in 7d, or hours as in 36h`,
		"0d":           "0d is out of range; want 1m to 3650d",
		"-1h":          "-1h is out of range",
		"9999999d":     "9999999d is out of range",
		"d":            `"d" is no time`,
		"99999999999d": "99999999999d is out of range",
	} {
		_, err := load(text)
		assert.ErrorContains(t, err, want, text)
	}
}
