package tlstest

import (
	"os/exec"
	"testing"

	"github.com/portseal/portseal/internal/tlstest/pki"
)

// Derby starts Apache Derby's network server, which speaks DRDA as Db2 does: with ssl "basic" behind TLS from the first octet, with "off" in clear.
func Derby(t testing.TB, id *pki.Identity, ssl string) *Server {
	t.Helper()
	Require(t, "derbyctl", "derby-tools") // which depends on the libraries
	store := keystores(t, t.TempDir(), []*pki.Identity{id})[0]
	jars := "/usr/share/java/derbynet.jar:/usr/share/java/derby.jar:/usr/share/java/derbytools.jar"
	return daemon{binary: "java", pkg: "default-jdk-headless", ready: "started and ready to accept",
		before: func(dir string) *exec.Cmd { return exec.Command("cp", store, dir+"/store.p12") },
		args: []string{"-Xmx64m", "-XX:TieredStopAtLevel=1", "-Dderby.system.home=DIR", "-Djavax.net.ssl.keyStore=DIR/store.p12",
			"-Djavax.net.ssl.keyStorePassword=portseal", "-cp", jars, "org.apache.derby.drda.NetworkServerControl",
			"start", "-h", "127.0.0.1", "-p", "PORT", "-noSecurityManager", "-ssl", ssl},
	}.start(t, id)
}
