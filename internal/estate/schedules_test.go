package estate_test

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/estate"
	"github.com/portseal/portseal/internal/schedule"
	"github.com/portseal/portseal/report"
)

const scheduled = `name: two
systems:
  - {name: SYSA, host: sysa.example.com, listeners: [{name: web, port: 443, expect: any}, {name: agent, port: 5610, expect: any}]}
  - {name: SYSB, host: sysb.example.com, listeners: [{name: web, port: 443, expect: any}]}
`

func loadText(t *testing.T, files map[string]string) (*estate.Estate, error) {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
	return estate.Load(filepath.Join(dir, "estate.yaml"), options())
}

func TestSchedules(t *testing.T) {
	t.Setenv("SSL_CERT_FILE", filepath.Join("testdata", "good", "rings", "cae.pem"))
	e, err := estate.Load(filepath.Join("testdata", "good", "every-key.yaml"), options())
	require.NoError(t, err)
	require.Len(t, e.Schedules, 3)
	zurich, err := time.LoadLocation("Europe/Zurich")
	require.NoError(t, err)
	nightly, often := e.Schedules[0], e.Schedules[1]
	assert.Equal(t, schedule.Schedule{Name: "nightly", Cron: "30 2 * * *", Location: zurich, Jitter: 10 * time.Minute, Probes: "quick", Canary: "SYSA", At: nightly.At}, *nightly)
	assert.Equal(t, schedule.Schedule{Name: "often", Every: 6 * time.Hour, Probes: "standard", Pace: "gentle", Systems: []string{"SYS*"}, Listeners: []string{"*/web*"}, At: often.At},
		*often)
	assert.Equal(t, "every-key.yaml", often.At.File)
	assert.Positive(t, often.At.Line)

	require.Len(t, e.Blackouts, 4)
	assert.Equal(t, "mon-wed, fri 18:00 to 02:00", e.Blackouts[0].When())
	assert.Equal(t, "sat, sun 00:00 to 24:00", e.Blackouts[1].When())
	assert.Equal(t, "every day 12:00 to 13:00", e.Blackouts[2].When())
	assert.Equal(t, "2026-12-24T01:00:00+01:00 to 2026-12-28T00:00:00+01:00", e.Blackouts[3].When(), "the last day is in it")

	require.Len(t, e.Notices, 5)
	assert.Equal(t, estate.Notice{Name: "ops", On: []string{"new", "failed"}, Least: report.High, Webhook: "https://hooks.example.com/x", At: e.Notices[0].At}, *e.Notices[0])
	assert.Equal(t, estate.NoticeEvents(), e.Notices[1].On)
	assert.Equal(t, report.Medium, e.Notices[1].Least)
	assert.Equal(t, estate.MailStartTLS, e.Notices[2].TLS)
	assert.Equal(t, estate.MailPlain, e.Notices[3].TLS)
	assert.Equal(t, "udp://127.0.0.1:514", e.Notices[4].Syslog)
}

// A schedule that is always at it is no fault, but z/OS writes a line for each connection that is refused.
func TestNoteOfRestlessSchedules(t *testing.T) {
	t.Setenv("SSL_CERT_FILE", filepath.Join("testdata", "good", "rings", "cae.pem"))
	e, err := estate.Load(filepath.Join("testdata", "good", "every-key.yaml"), options())
	require.NoError(t, err)
	var notes []string
	for _, n := range e.Notes {
		notes = append(notes, n.Message)
	}
	require.Len(t, notes, 1)
	assert.Contains(t, notes[0], "schedule restless is due every 1m: on z/OS")

	e, err = loadText(t, map[string]string{"estate.yaml": scheduled + "schedules: [{name: restless, cron: '* * * * *'}]\n"})
	require.NoError(t, err)
	assert.Empty(t, e.Notes, "no z/OS, no note")
}

func TestSchedulesOfIncludedFiles(t *testing.T) {
	more := "schedules: [{name: nightly, cron: '30 2 * * *', canary: SYSB}]\nblackouts: [{name: rest, days: [sun]}]\nnotices: [{name: siem, syslog: 'tls://siem.example.com'}]\n"
	e, err := loadText(t, map[string]string{"estate.yaml": "include: [more.yaml]\n" + scheduled, "more.yaml": more})
	require.NoError(t, err)
	require.Len(t, e.Schedules, 1)
	assert.Equal(t, report.Location{File: "more.yaml", Line: 1, Column: 13}, e.Schedules[0].At)
	assert.Equal(t, "tls://siem.example.com:6514", e.Notices[0].Syslog)

	_, err = loadText(t, map[string]string{"estate.yaml": "include: [more.yaml]\n" + scheduled + more, "more.yaml": more})
	require.Error(t, err)
	for _, want := range []string{`two schedules "nightly"`, `two blackouts "rest"`, `two notices "siem"`} {
		assert.ErrorContains(t, err, want, "a name stands once in the whole estate")
	}
}

// A listener that cannot be read is one fault, and not one more for each schedule that names it.
func TestNoFaultFollowsFromAnother(t *testing.T) {
	_, err := loadText(t, map[string]string{"estate.yaml": `name: bad
systems: [{name: SYSA, host: sysa.example.com, listeners: [{name: web, port: 443}, {name: agent, port: 1, expect: any}]}]
schedules: [{name: nightly, every: 6h, listeners: ["SYSA/web"], canary: SYSA}]
`})
	var all estate.Errors
	require.ErrorAs(t, err, &all)
	require.Len(t, all, 1)
	assert.Contains(t, all[0].Message, "expect")
}

func TestSecretsOfNotices(t *testing.T) {
	text := scheduled + `notices:
  - {name: ops, webhook: "https://hooks.example.com/x", secret_file: hook.key}
  - {name: mail, smtp: "smtp.example.com:465", from: p@example.com, to: [o@example.com], user: p, password_file: smtp.pw}
  - {name: here, smtp: "127.0.0.1:25", from: p@example.com, to: [o@example.com], user: p, password_file: smtp.pw, tls: none}
`
	files := map[string]string{"estate.yaml": text, "hook.key": "secret\n", "smtp.pw": "word\n"}
	e, err := loadText(t, files)
	require.NoError(t, err)
	assert.Equal(t, "hook.key", filepath.Base(e.Notices[0].SecretFile))
	assert.Equal(t, "smtp.pw", filepath.Base(e.Notices[1].PasswordFile))
	assert.Equal(t, "p", e.Notices[1].User)
	assert.Equal(t, estate.MailTLS, e.Notices[1].TLS, "port 465")
	for _, input := range e.Inputs {
		assert.NotContains(t, input.Path, "hook", "a secret's hash is in no report")
	}

	files["estate.yaml"] = scheduled + "notices: [{name: m, smtp: 'smtp.example.com:25', from: p@example.com, to: [o@example.com], user: p, password_file: smtp.pw, tls: none}]\n"
	_, err = loadText(t, files)
	require.ErrorContains(t, err, "none would send the password unprotected to smtp.example.com; want starttls or tls")

	if runtime.GOOS == "windows" {
		return // it keeps access lists, which the mode does not show
	}
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "estate.yaml"), []byte(text), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "hook.key"), []byte("secret"), 0o600))
	require.NoError(t, os.Chmod(filepath.Join(dir, "hook.key"), 0o644))
	require.NoError(t, os.Mkdir(filepath.Join(dir, "smtp.pw"), 0o700))
	_, err = estate.Load(filepath.Join(dir, "estate.yaml"), options())
	require.ErrorContains(t, err, `secret_file: "hook.key" can be read by others (mode 0644); run: chmod 600 hook.key`)
	assert.ErrorContains(t, err, `password_file: "smtp.pw" is a folder`)
	assert.NotContains(t, err.Error(), "secret\n")
}
