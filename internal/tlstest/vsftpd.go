package tlstest

import (
	"context"
	"fmt"
	"net"
	"os/exec"
	"strings"
	"testing"

	"github.com/portseal/portseal/internal/tlstest/badserver"
	"github.com/portseal/portseal/internal/tlstest/pki"
)

// Vsftpd serves FTP with vsftpd and id's certificate: AUTH TLS, and with the option "implicit_ssl=YES" TLS from the first octet. Each
// connection gets a vsftpd of its own, as inetd would start it, running as the test's user. Without "force_local_logins_ssl=NO"
// it refuses users in clear. Limit: nobody can log in.
func Vsftpd(t testing.TB, id *pki.Identity, options ...string) *badserver.Server {
	t.Helper()
	path := Require(t, "vsftpd", "vsftpd")
	f := write(t, id)
	conf := writeFile(t, "vsftpd.conf", fmt.Appendf(nil, "listen=NO\nlisten_ipv6=NO\nrun_as_launching_user=YES\nanonymous_enable=NO\nlocal_enable=YES\n"+
		"ssl_enable=YES\nrequire_ssl_reuse=NO\nseccomp_sandbox=NO\nxferlog_enable=NO\nrsa_cert_file=%s\nrsa_private_key_file=%s\n%s\n",
		f.chain, f.key, strings.Join(options, "\n")))
	return Bad(t, func(ctx context.Context, conn *net.TCPConn) {
		file, err := conn.File()
		if err != nil {
			return
		}
		defer file.Close()
		cmd := exec.CommandContext(ctx, path, conf) // the test's own configuration
		cmd.Stdin, cmd.Stdout = file, file
		_ = cmd.Run()
	})
}
