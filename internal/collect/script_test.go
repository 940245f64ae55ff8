package collect_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/collect"
	"github.com/portseal/portseal/internal/inputs"
	"github.com/portseal/portseal/internal/tlstest"
)

// filled names everything, in forms that are awkward to quote.
func filled(out string) collect.Options {
	return collect.Options{
		System: "SYSA", Out: out, Stack: "TCPIP", HLQ: "MY.HLQ", Jobs: []string{"CQMCAE", "CQMCAESV"},
		Policies: []string{"/etc/pagent/sysa.policy", "SYS1.PARMS(TTLS)", "SYS2.PARMS(TTLS)"}, ServerParams: "SYS1.PROCLIB(CQMCAESV)", AgentParams: "CQM.PARMS(CQMCPRMS)",
		TCPIPProfile: "SYS1.TCPPARMS(PROFILE)",
		Rings:        []collect.Ring{{Name: "agent-in", Where: "CQMAGENT/In"}, {Name: "ispf", Where: "*AUTH*/*"}, {Name: "later"}},
	}
}

// shells are those that read the script as z/OS's /bin/sh does, or stricter, with what package has them.
func shells(t *testing.T) map[string][]string {
	t.Helper()
	out := map[string][]string{"dash": {tlstest.Require(t, "dash", "dash")}, "bash": {tlstest.Require(t, "bash", "bash"), "--posix"}}
	if path, err := exec.LookPath("busybox"); err == nil {
		out["busybox"] = []string{path, "sh"}
	}
	return out
}

func TestScriptIsPortable(t *testing.T) {
	for name, o := range map[string]collect.Options{"filled": filled("/tmp/portseal"), "empty": {Out: collect.DefaultOut}} {
		script, err := collect.Script(o)
		require.NoError(t, err)
		jcl, err := collect.JCL(o)
		require.NoError(t, err)
		path := filepath.Join(t.TempDir(), "collect.sh")
		require.NoError(t, os.WriteFile(path, script, 0o600))
		for shell, command := range shells(t) {
			out, err := exec.Command(command[0], append(command[1:], "-n", path)...).CombinedOutput()
			assert.NoError(t, err, "%s, %s: %s", name, shell, out)
		}
		for _, text := range []string{string(script), string(jcl)} {
			assert.NotContains(t, strings.ToUpper(text), "PKCS12", "a certificate without its key")
			assert.NotContains(t, strings.ToUpper(text), "PASSWORD(")
			for i, line := range strings.Split(text, "\n") {
				assert.False(t, strings.ContainsFunc(line, func(r rune) bool { return r < ' ' || r > '~' || strings.ContainsRune("[]^`~\\", r) }),
					"line %d has a character that code pages differ in: %s", i+1, line)
				assert.LessOrEqual(t, len(line), 80, "line %d: %s", i+1, line)
			}
		}
	}
}

func TestJCL(t *testing.T) {
	jcl, err := collect.JCL(filled("/u/cqm/portseal"))
	require.NoError(t, err)
	text := string(jcl)
	for _, want := range []string{
		"// SET DIR='/u/cqm/portseal/SYSA'\n", "PARM='SH mkdir -p &DIR && mkdir &DIR/rings'\n", "// IF (FOLDER.RC = 0) THEN\n", "// ENDIF\n",
		"NETSTAT CONN TCP TCPIP (CLIENT CQMCAE CQMCAESV\n", "NETSTAT TTLS TCP TCPIP\n",
		"RACDCERT ID(CQMAGENT) -\n  LISTRING(In)\nRACDCERT ID(CQMAGENT) LIST\nRACDCERT CERTAUTH LIST\n",
		"//PASEARCH EXEC PGM=BPXBATCH,PARM='SH pasearch -t -p TCPIP'\n", "//SYSTSPRT DD PATH='&DIR/rings/agent-in.txt',\n",
		"//* KEY RING LATER: FILL IN OWNER/RING WITH --ring, AND PRINT ANEW\n", "//COLLECT  EXEC PGM=BPXBATCH,PARM='SH sh &DIR/collect.sh have'\n",
	} {
		assert.Contains(t, text, want)
	}
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "//") {
			assert.LessOrEqual(t, len(strings.TrimRight(line, "\n")), 71, line)
		}
	}
	before, in, _ := strings.Cut(text, "DLM=ZZ\n")
	body, _, closed := strings.Cut(in, "\nZZ\n")
	script, err := collect.Script(filled("/u/cqm/portseal"))
	require.NoError(t, err)
	assert.True(t, closed)
	assert.Equal(t, string(script), body+"\n", "the same script, whole")
	assert.NotContains(t, before, "EXPORT(")

	o := filled("/u/cqm/portseal")
	o.Rings = []collect.Ring{{Name: "long", Where: "CQMAGENT/" + strings.Repeat("R", 80)}}
	_, err = collect.JCL(o)
	assert.ErrorContains(t, err, "is longer than the 71 columns of JCL: use the script, or shorter names")
}

func TestOptionsAreChecked(t *testing.T) {
	_, err := collect.Script(collect.Options{Out: "portseal", System: "SYS A", Stack: "TCP;IP", Jobs: strings.Fields("A B C D E F G"),
		Policies: []string{"a'b"}, AgentParams: "x\ny"})
	require.Error(t, err)
	assert.Equal(t, []string{
		"--job: 7 names; want at most 6, which is what NETSTAT takes",
		`--out "portseal": want a full path of z/OS UNIX, as in /tmp/portseal`,
		`--system "SYS A": want the name of one system`,
		`"TCP;IP": want letters, digits, # $ and . only, since @ and others differ between code pages`,
		`"x\ny": want printable ASCII without quotes and &; a data set without quotes`,
		`"a'b": want printable ASCII without quotes and &; a data set without quotes`,
	}, strings.Split(err.Error(), "\n"))

	for _, text := range []string{"", "in", "in=", "in=A", "in=A/", "=A/B", "a b=A/B", "in=A/B/C"} {
		_, err := collect.ParseRing(text)
		assert.ErrorContains(t, err, "want NAME=OWNER/RING", text)
	}
	r, err := collect.ParseRing("ispf-out=*AUTH*/*")
	require.NoError(t, err)
	assert.Equal(t, collect.Ring{Name: "ispf-out", Where: "*AUTH*/*"}, r)
}

// The real script, with commands that answer as z/OS does.
func TestScriptGathers(t *testing.T) {
	for shell, command := range shells(t) {
		t.Run(shell, func(t *testing.T) {
			z := newZOS(t)
			code, messages := z.run(command)
			assert.Equal(t, 0, code, messages)
			m := inputs.Parse([]byte(z.read(inputs.Manifest)))
			assert.Empty(t, m.Problems)
			assert.Equal(t, "SYSA", m.System)
			assert.Equal(t, "TESTNODE", m.Node)
			var names []string
			for _, e := range m.Files {
				names = append(names, e.Name)
				assert.NotEmpty(t, z.read(e.Name))
				assert.False(t, e.At.IsZero())
			}
			assert.Equal(t, []string{"pasearch.txt", "policy/sysa.policy", "policy/TTLS", "policy/TTLS.2", "netstat-conn.txt", "netstat-all.txt", "netstat-ttls.txt",
				"qm-server.txt", "qm-agent.txt", "tcpip-profile.txt", "rings/agent-in.txt", "rings/agent-in/1.pem", "rings/agent-in/2.pem",
				"rings/ispf.txt", "rings/ispf/1.pem"}, names)
			assert.Equal(t, []inputs.Entry{{Name: "rings/later.txt", Why: "OWNER/RING of later in RINGS is not filled in"}}, m.Skipped)

			assert.Equal(t, "TTLSRule C\n", z.read("policy/TTLS.2"), "another of the same name")
			assert.Equal(t, "pasearch -t -p TCPIP\n", z.read("pasearch.txt"))
			assert.Equal(t, "netstat -c -p TCPIP -E CQMCAE CQMCAESV\n", z.read("netstat-conn.txt"))
			assert.Equal(t, "netstat -x -p TCPIP\n", z.read("netstat-ttls.txt"), "which has no filter by job")
			assert.Equal(t, "; the lines with these words, of SYS1.TCPPARMS(PROFILE)\nTCPCONFIG RESTRICTLOWPORTS\n TTLS\n", z.read("tcpip-profile.txt"))
			assert.Equal(t, "pem of ID(CQMAGENT) It''s two  blanks\n", z.read("rings/agent-in/1.pem"))
			assert.Equal(t, "pem of CERTAUTH A SITE YES\n", z.read("rings/agent-in/2.pem"))
			assert.Contains(t, z.read("rings/agent-in.txt"), "details of CERTAUTH A SITE YES\n")
			assert.Equal(t, "pem of CERTAUTH Root One\n", z.read("rings/ispf/1.pem"))
			assert.Empty(t, z.left(), "what was exported is gone again")

			code, messages = z.run(command)
			assert.Equal(t, 2, code)
			assert.Contains(t, messages, "holds a collection: move it away, or set OUT")
		})
	}
}

// What cannot be gathered is said and noted, and the rest is gathered all the same.
func TestScriptGoesOn(t *testing.T) {
	z := newZOS(t)
	z.command("pasearch", "echo EZZ8437I no authority\nexit 1\n")
	z.command("netstat", "exit 0\n")
	z.set("MY.HLQ.PORTSEAL.CERT", "somebody's\n")
	require.NoError(t, os.Remove(filepath.Join(z.sets, "CQM.PARMS(CQMCPRMS)")))
	code, messages := z.run([]string{tlstest.Require(t, "dash", "dash")})
	assert.Equal(t, 4, code)
	m := inputs.Parse([]byte(z.read(inputs.Manifest)))
	assert.Empty(t, m.Problems)
	why := map[string]string{}
	for _, e := range m.Failed {
		why[e.Name] = e.Why
		assert.NoFileExists(t, filepath.Join(z.out, "SYSA", e.Name))
		assert.Contains(t, messages, "portseal collect: "+e.Name+" "+e.Why)
	}
	assert.Equal(t, "pasearch ended with 1: EZZ8437I no authority", why["pasearch.txt"])
	assert.Equal(t, "netstat ended with 0: it printed nothing", why["netstat-all.txt"])
	assert.Contains(t, why["qm-agent.txt"], "fetch ended with 1: ")
	assert.Equal(t, "certificate ended with 1: data set MY.HLQ.PORTSEAL.CERT exists: delete it, or set HLQ", why["rings/agent-in/1.pem"])
	assert.Equal(t, []string{"MY.HLQ.PORTSEAL.CERT"}, z.left(), "it is somebody's")
	assert.NotEmpty(t, z.read("rings/agent-in.txt"))
	assert.NotEmpty(t, z.read("qm-server.txt"))
	assert.FileExists(t, filepath.Join(z.out, "SYSA", "tcpip-profile.txt"))
}

// In the job other steps have listed and searched before the script runs.
func TestScriptInTheJob(t *testing.T) {
	z := newZOS(t)
	dir := filepath.Join(z.out, "SYSA")
	require.NoError(t, os.MkdirAll(filepath.Join(dir, "rings"), 0o700))
	for name, text := range map[string]string{"netstat-conn.txt": "of the job\n", "netstat-all.txt": "", "collect.sh": "this\n",
		"rings/agent-in.txt": listed + "details\n"} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
	code, messages := z.run([]string{tlstest.Require(t, "dash", "dash")}, "have")
	assert.Equal(t, 0, code, messages)
	assert.Equal(t, "of the job\n", z.read("netstat-conn.txt"))
	assert.Equal(t, "netstat -A -p TCPIP -E CQMCAE CQMCAESV\n", z.read("netstat-all.txt"), "of which the job got nothing")
	assert.Equal(t, listed+"details\n", z.read("rings/agent-in.txt"), "the job has listed the certificates")
	assert.Equal(t, "pem of CERTAUTH A SITE YES\n", z.read("rings/agent-in/2.pem"))
	assert.NoFileExists(t, filepath.Join(dir, "collect.sh"))
}
