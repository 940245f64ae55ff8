package tlstest

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/portseal/portseal/internal/tlstest/pki"
)

// Nginx starts an nginx of one process with the certificates of ids (an RSA and an ECDSA one, say) and with directives
// in its server block, such as "ssl_protocols TLSv1.2 TLSv1.3;", "ssl_ciphers ...;" and "ssl_verify_client on;". It
// answers 200. For TLS 1.0 and 1.1 the ciphers need "@SECLEVEL=0". It has no DHE suites without ssl_dhparam: the truth
// is OpenSSLSuites with NoDHE.
func Nginx(t testing.TB, ids []*pki.Identity, directives ...string) *Server {
	t.Helper()
	path := Require(t, "nginx", "nginx")
	dir := t.TempDir()
	var certificates strings.Builder
	for _, id := range ids {
		f := write(t, id)
		fmt.Fprintf(&certificates, "ssl_certificate %s; ssl_certificate_key %s;\n", f.chain, f.key)
	}
	return start(t, program{
		path: path,
		args: func(port uint16) []string {
			conf := fmt.Sprintf(`daemon off; master_process off; pid %[1]s/nginx.pid; error_log stderr info;
events { worker_connections 512; }
http {
access_log off; client_body_temp_path %[1]s/body; proxy_temp_path %[1]s/proxy; fastcgi_temp_path %[1]s/fastcgi;
uwsgi_temp_path %[1]s/uwsgi; scgi_temp_path %[1]s/scgi;
server {
listen 127.0.0.1:%[2]d ssl; server_name localhost;
%[3]s%[4]s
location / { return 200 "ok\n"; }
}
}
`, dir, port, certificates.String(), strings.Join(directives, "\n"))
			return []string{"-e", "stderr", "-p", dir, "-c", writeFile(t, "nginx.conf", []byte(conf))}
		},
		ready: regexp.MustCompile(`\[notice\].* nginx/`), // written after the listening sockets are open
	})
}
