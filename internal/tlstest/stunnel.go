package tlstest

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/portseal/portseal/internal/tlstest/badserver"
	"github.com/portseal/portseal/internal/tlstest/pki"
)

// Stunnel starts stunnel in front of a clear-text echo service: TLS that the application knows nothing about, which is
// what AT-TLS is. Its service section gets options, such as "sslVersionMin = TLSv1", "ciphers = ..." or "verify = 2".
func Stunnel(t testing.TB, id *pki.Identity, options ...string) *Server {
	t.Helper()
	path := Require(t, "stunnel4", "stunnel4")
	service := Bad(t, badserver.Echo())
	f := write(t, id)
	return start(t, program{
		path: path,
		args: func(port uint16) []string {
			conf := fmt.Sprintf("foreground = yes\npid =\ndebug = info\nlog = overwrite\n[service]\nlibwrap = no\n"+
				"accept = 127.0.0.1:%d\nconnect = %s\ncert = %s\n%s\n", port, service.Addr(), f.all, strings.Join(options, "\n"))
			return []string{writeFile(t, "stunnel.conf", []byte(conf))}
		},
		ready: regexp.MustCompile(`Service \[service\] .*bound to`),
	})
}
