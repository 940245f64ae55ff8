package collect_test

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/collect"
)

// listed is what RACDCERT LISTRING says of a ring with labels that are hard to take apart.
const listed = `Digital ring information for user CQMAGENT:

  Ring:
       >In<
  Certificate Label Name             Cert Owner     USAGE      DEFAULT
  --------------------------------   ------------   --------   -------
  It's two  blanks                   ID(CQMAGENT)   PERSONAL     YES

  A SITE YES                         CERTAUTH       CERTAUTH     NO
`

// tsocmd answers as RACF and TSO do, as far as the script asks. Data sets are files in $SETS.
const tsocmd = `case $1 in
"RACDCERT ID(CQMAGENT) LISTRING(In)") cat "$SETS/listed" ;;
"RACDCERT CERTAUTH LIST") printf 'Digital certificate information for CERTAUTH:\n\n  Label: Root One  \n  Status: TRUST\n' ;;
*" LIST(LABEL("*) what=${1#RACDCERT }; echo "details of ${what%% LIST*} $(echo "$what" | sed "s/.*LABEL('//; s/')).*//; s/''/'/g")" ;;
*" EXPORT("*" FORMAT(CERTB64)")
  what=${1#RACDCERT }
  set=$(echo "$1" | sed "s/.*DSN('//; s/').*//")
  echo "pem of ${what%% EXPORT*} $(echo "$what" | sed "s/.*LABEL('//; s/')) DSN.*//; s/') DSN.*//")" >"$SETS/$set"
  echo "$1" >&2
  ;;
"LISTDS "*) test -f "$SETS/$(echo "$1" | sed "s/LISTDS '//; s/'//")" || { echo "DATA SET NOT IN CATALOG"; exit 12; } ;;
"DELETE "*) rm "$SETS/$(echo "$1" | sed "s/DELETE '//; s/'//")" ;;
*) echo "IKJ56500I COMMAND NOT FOUND: $1"; exit 12 ;;
esac
`

// zos is a folder of commands that answer as z/OS's do.
type zos struct {
	t                      *testing.T
	bin, sets, out, script string
}

func newZOS(t *testing.T) *zos {
	t.Helper()
	dir := t.TempDir()
	z := &zos{t: t, bin: filepath.Join(dir, "bin"), sets: filepath.Join(dir, "sets"), out: filepath.Join(dir, "out"), script: filepath.Join(dir, "collect.sh")}
	require.NoError(t, os.Mkdir(z.bin, 0o700))
	require.NoError(t, os.Mkdir(z.sets, 0o700))
	z.command("tsocmd", tsocmd)
	for _, name := range []string{"pasearch", "netstat"} {
		z.command(name, `echo "`+name+` $*"`+"\n")
	}
	z.command("uname", "case $1 in -n) echo TESTNODE ;; *) echo 05.00 ;; esac\n")
	z.command("cp", `case $1 in
"//'"*) set=${1#"//'"}; exec /bin/cp "$SETS/${set%"'"}" "$2" ;;
esac
exec /bin/cp "$@"
`)
	z.set("listed", listed)
	z.set("SYS1.PROCLIB(CQMCAESV)", "//STDENV DD *\n")
	z.set("CQM.PARMS(CQMCPRMS)", "ATTLS_ENABLED(Y)\n")
	z.set("SYS1.TCPPARMS(PROFILE)", "; comment\nTCPCONFIG RESTRICTLOWPORTS\n TTLS\nPORT 23 TCP TN3270\n")
	z.set("SYS1.PARMS(TTLS)", "TTLSRule B\n")
	z.set("SYS2.PARMS(TTLS)", "TTLSRule C\n")
	policy := filepath.Join(dir, "sysa.policy")
	require.NoError(t, os.WriteFile(policy, []byte("TTLSRule A\n"), 0o600))
	o := filled(z.out)
	o.Policies[0] = policy
	script, err := collect.Script(o)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(z.script, script, 0o600))
	return z
}

// command makes a command of a shell script.
func (z *zos) command(name, text string) {
	require.NoError(z.t, os.WriteFile(filepath.Join(z.bin, name), []byte("#!/bin/sh\n"+text), 0o700))
}

// set makes a data set.
func (z *zos) set(name, text string) {
	require.NoError(z.t, os.WriteFile(filepath.Join(z.sets, name), []byte(text), 0o600))
}

// run runs the script, and returns its exit code and what it said.
func (z *zos) run(shell []string, args ...string) (code int, messages string) {
	cmd := exec.Command(shell[0], append(append(shell[1:len(shell):len(shell)], z.script), args...)...)
	cmd.Env = append(os.Environ(), "PATH="+z.bin+":"+os.Getenv("PATH"), "SETS="+z.sets)
	out, err := cmd.CombinedOutput()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		return exit.ExitCode(), string(out)
	}
	require.NoError(z.t, err)
	return 0, string(out)
}

// read returns a file of the system's folder.
func (z *zos) read(name string) string {
	data, err := os.ReadFile(filepath.Join(z.out, "SYSA", name))
	require.NoError(z.t, err)
	return string(data)
}

// left lists the data sets that exports may have left.
func (z *zos) left() []string {
	entries, err := os.ReadDir(z.sets)
	require.NoError(z.t, err)
	var out []string
	for _, e := range entries {
		if strings.Contains(e.Name(), "PORTSEAL") {
			out = append(out, e.Name())
		}
	}
	return out
}
