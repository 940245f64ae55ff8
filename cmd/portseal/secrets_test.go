package main

import (
	"bytes"
	"compress/flate"
	"crypto/tls"
	"encoding/base64"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/tlstest"
	reportjson "github.com/portseal/portseal/report/json"
)

// Passwords and private keys go through every input, every command and every format, with errors on purpose, and come out nowhere.
func TestNoOutputHoldsASecret(t *testing.T) {
	in := allInputs(t)
	before := in.files(t)
	url := "https://operator:" + in.secret("password in a URL", "urlpass-uranus") + "@127.0.0.1:1/"
	_, scanned := portsealIn(t, in.dir, "scan", "--targets", "targets.txt", "--format", "json")
	require.Contains(t, scanned, `"state": "tls"`, "the listener is there")

	demanding := tlstest.Go(t, &tls.Config{Certificates: []tls.Certificate{in.id.Certificate()}, ClientAuth: tls.RequireAnyClientCert}).Addr.String()

	for _, common := range [][]string{nil, {"-v", "--log-format", "json"}} {
		run := func(args ...string) { in.requireNone(t, slices.Concat(args, []string{"--pace", "fast"}, common)) }
		var everywhere, hidden []string
		for _, name := range formatNames() {
			everywhere = append(everywhere, "-o", name+"=out."+name)
			hidden = append(hidden, "-o", name+"=redacted."+name)
		}
		run(append([]string{"verify", "estate.yaml", "--view", "detail", "--client-cert", "client.pem", "--client-key", "client.key", "--probes", "deep"}, everywhere...)...)
		run(append([]string{"verify", "estate.yaml", "--redact-key", "redact.key"}, hidden...)...)
		run("verify", "estate.yaml", "--print-expectations")
		run("verify", "estate.yaml", "--dry-run")
		run("verify", "estate.yaml", "--phase", "before")
		run("verify", "estate.yaml", "--resume", "state.jsonl")
		for _, estate := range []string{"wrong.yaml", "shared.yaml", "fault.yaml", "client.key", "ring.password"} {
			run("verify", estate)
		}
		run("verify", "estate.yaml", "--redact-key", "open.key")
		run("verify", "estate.yaml", "--keyring", "pluto-ring=client.key")
		run("verify", "estate.yaml", "--keyring", "pluto-ring=env.p12")
		run("verify", "estate.yaml", "--probes", "deep", "--client-cert", "client.pem", "--client-key", "encrypted.key")
		run("verify", "estate.yaml", "--probes", "deep", "--client-cert", "client.pem", "--client-key", "encrypted.key", "--client-key-password-file", "client.key")
		run("verify", "estate.yaml", "--probes", "deep", "--client-cert", "client.pem", "--client-key", "other.key")
		run("verify", "estate.yaml", "--probes", "deep", "--client-cert", "client.key", "--client-key", "client.pem")
		run("scan", demanding, "--probes", "deep", "--client-cert", "client.p12", "--client-key-password-file", "p12.password", "--format", "json", "-o", "shown.json")
		run("scan", demanding, "--probes", "resumption", "--client-cert", "client.p12")
		run("scan", demanding, "--probes", "resumption", "--client-cert", "client.p12", "--client-key-password-file", "key.password")
		run("scan", demanding, "--probes", "resumption", "--client-cert", "client.p12", "--client-key", "client.key")
		run("scan", url)
		run("scan", "127.0.0.1:1", url)
		run("scan", "127.0.0.1:1", "--sni", url)
		run("scan", "--targets", "ring.password")
		run("scan", "--targets", "targets.txt", "--keyring", "wrong_env=env.p12")
		run("scan", "--targets", "targets.txt", "--keyring", "pluto-env=env.p12", "--format", "json", "-o", "scan.json")
		run("init", url)
		run("migration", "estate.yaml")
		run("migration", "fault.yaml")
	}
	for _, args := range [][]string{
		{"policy", "lint", "pluto.attls"}, {"policy", "lint", "pluto.attls", "--format", "json"}, {"policy", "lint", "pluto.attls", "--format", "sarif"},
		{"policy", "lint", "stdenv"}, {"policy", "lint", "client.key"}, {"policy", "show", "pluto.attls"},
		{"policy", "show", "pluto.attls", "--format", "json"}, {"policy", "match", "pluto.attls", "--local-port", "1"}, {"policy", "match", "pluto.attls", "--never"},
		{"policy", "expect", "pluto.attls"}, {"policy", "expect", "pluto.attls", "--format", "json"}, {"policy", "generate", "--estate", "estate.yaml", "--system", "PLUTO1"},
		{"policy", "diff", "pluto.attls", "other.attls"}, {"policy", "diff", "pluto.attls", "--new-release", "3.2"},
		{"keyring", "show", "pluto.p12", "--password-file", "ring.password"}, {"keyring", "check", "pluto.p12", "--password-file", "ring.password"},
		{"keyring", "show", "pluto.p12", "--password-file", "wrong.password"}, {"keyring", "show", "pluto.p12", "--password-file", "shared.password"},
		{"keyring", "show", "pluto.jks", "--password-file", "jks.password", "--format", "json"}, {"keyring", "show", "plutodir/exported.pem"},
		{"keyring", "check", "plutodir/exported.pem", "--format", "json"}, {"keyring", "check", "ring.password"}, {"keyring", "show", "stash.sth"},
		{"collect", "--print", "script", "--estate", "estate.yaml", "--system", "PLUTO1"}, {"collect", "--print", "jcl", "--estate", "estate.yaml", "--system", "PLUTO1"},
		{"report", "sign", "out.json", "--key", "signer.key"}, {"report", "sign", "out.json", "--key", "broken.key"}, {"report", "sign", "out.json", "--key", "encrypted.key"},
		{"report", "sign", "out.json", "--key", "encrypted.key", "--key-password-file", "key.password"}, {"report", "sign", "out.json", "--key", "key.password"},
		{"report", "sign", "signer.key", "--key", "signer.key"},
		{"report", "log", "add", "runs", "scan.json", "--key", "signer.key"}, {"report", "log", "prove", "runs", "scan.json", "-o", "proof"},
		{"report", "log", "check", "runs", "--key", "signer.key"}, {"report", "log", "check", "runs", "--checkpoint", "signer.key"},
		{"report", "log", "check", "scan.json", "--proof", "signer.key", "--key", "client.pem"}, {"report", "log", "check", "runs"},
		{"migration", "out.json", "--format", "html"},
		{"report", "log", "check", "out.json", "--proof", "proof"}, {"report", "check", "out.json", "--key", "client.pem"}, {"report", "check", "out.json", "--estate", "estate.yaml"},
		{"report", "check", "scan.json", "--key", "signer.key"}, {"report", "check", "out.json", "--key", "client.pem", "--signature", "signer.key", "--format", "json"},
		{"report", "check", "signer.key"}, {"report", "check", "out.json", "--baseline", "signer.key"},
		{"report", "convert", "out.json", "--format", "html", "--profile", "nist-800-52r2"}, {"report", "convert", "out.jsonl", "--redact-key", "redact.key", "--format", "json"},
		{"report", "convert", "signer.key"}, {"report", "convert", "out.json", "--redact-key", "open.key"}, {"report", "convert", "out.json", "--profile", "mine.yaml"},
		{"profiles", "show", "mine.yaml"}, {"profiles", "show", "signer.key"}, {"diff", "out.json", "scan.json"}, {"diff", "out.json", "signer.key"},
		{"diff", "out.json", "scan.json", "--expect", "changes.yaml"}, {"diff", "out.json", "scan.json", "--expect", "key.password"},
		{"verify", "estate.yaml", "--baseline", "out.json", "--pace", "fast", "--format", "json"}, {"verify", "estate.yaml", "--baseline", "signer.key"},
		{"waiver", "list", "estate.yaml"}, {"waiver", "list", "fault.yaml"},
		{"waiver", "add", "fault.yaml", "--finding", "RC4-LISTENER-OPEN", "--listener", "PLUTO1/plutorc4", "--until", "2099-01-15", "--reason", "r", "--approved-by", "a"},
	} {
		in.requireNone(t, args)
	}
	written := in.files(t)
	kept := keptPolicies(t, written["out.json"])
	require.Contains(t, kept, "KEYRINGPW", "the report holds the policy")
	in.requireClean(t, "policy in out.json", kept)
	for name, text := range written {
		if text != before[name] {
			in.requireClean(t, "file "+name, text)
		}
	}
	for _, name := range append(formatNames(), "json.dsse.json") {
		assert.Contains(t, written, "out."+name, "what the test looks through was written")
	}
	assert.Contains(t, written["shown.json"], `"certificate": "good"`, "the client certificate was presented")
	assert.Contains(t, written["out.json"], "PLUTO1", "it is the one without pseudonyms")
	assert.Contains(t, written, "runs/records")
	assert.Greater(t, len(in.secrets), 25, "%v", in.secrets)
}

// requireNone runs a command and looks for secrets in what it says, but for those that its own arguments have: an error may name them.
func (in *inputs) requireNone(t *testing.T, args []string) {
	t.Helper()
	code, out := portsealIn(t, in.dir, args...)
	if code == exitUsage && strings.Contains(out, "unknown flag") || strings.Contains(out, "panic") {
		assert.Fail(t, "the test's command is none", "%v: %s", args, out)
	}
	in.requireClean(t, fmt.Sprintf("%v (exit code %d)", args, code), out)
}

// requireClean looks for every secret in a text, as it is and in base64.
func (in *inputs) requireClean(t *testing.T, where, text string) {
	t.Helper()
	for secret, what := range in.secrets {
		for _, form := range []string{secret, base64.StdEncoding.EncodeToString([]byte(secret))} {
			if at := strings.Index(text, strings.TrimRight(form, "=")); at >= 0 {
				assert.Fail(t, "a secret is shown", "%s (%s) in %s: ...%s...", what, secret, where, text[max(0, at-150):min(len(text), at+60)])
			}
		}
	}
}

// keptPolicies are the texts of the policies that a report holds compressed.
func keptPolicies(t *testing.T, doc string) string {
	t.Helper()
	rep, err := reportjson.Read(strings.NewReader(doc))
	require.NoError(t, err)
	require.NotNil(t, rep.Policies)
	var all strings.Builder
	for _, f := range rep.Policies.Files {
		text, err := io.ReadAll(flate.NewReader(bytes.NewReader(f.Deflate)))
		require.NoError(t, err)
		all.Write(text)
	}
	return all.String()
}

// files are all files of the folder.
func (in *inputs) files(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	require.NoError(t, fs.WalkDir(os.DirFS(in.dir), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(filepath.Join(in.dir, path))
		out[filepath.ToSlash(path)] = string(data)
		return err
	}))
	return out
}

// What --redact writes, in every format, has none of the names that are all over the inputs; without it they are there.
func TestRedactedFormatsHoldNoName(t *testing.T) {
	in := allInputs(t)
	var plain, hidden []string
	for _, name := range formatNames() {
		plain, hidden = append(plain, "-o", name+"=plain."+name), append(hidden, "-o", name+"=hidden."+name)
	}
	base := []string{"verify", "estate.yaml", "--vantage", "plutovantage", "--view", "detail", "--pace", "fast"}
	code, out := portsealIn(t, in.dir, slices.Concat(base, plain)...)
	require.Equal(t, exitFindings, code, out)
	code, out = portsealIn(t, in.dir, slices.Concat(base, hidden, []string{"--redact", "-q"})...)
	require.Equal(t, exitFindings, code, out)
	files := in.files(t)
	files["hidden.stdout"] = out
	for _, name := range in.names {
		assert.True(t, contains(files["plain.json"], name), "%s is in the report: the test can fail", name)
		for file, text := range files {
			if strings.HasPrefix(file, "hidden.") {
				at := strings.Index(strings.ToLower(text), strings.ToLower(name))
				assert.Less(t, at, 0, "%s in %s: ...%s...", name, file, text[max(0, at-200):max(0, min(len(text), at+80))])
			}
		}
	}
	require.True(t, contains(files["hidden.json"], `"redacted": true`))
}

func contains(text, word string) bool {
	return strings.Contains(strings.ToLower(text), strings.ToLower(word))
}
