package probes_test

import (
	"context"
	"crypto/tls"
	"net"
	"os/exec"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/portseal/portseal/internal/run"
	"github.com/portseal/portseal/internal/tlstest"
	"github.com/portseal/portseal/internal/tlstest/badserver"
	"github.com/portseal/portseal/internal/tlstest/pki"
	"github.com/portseal/portseal/scan"
)

// behind scans through a start-up.
func behind(kind string) func(*scan.Runner, *scan.Target) {
	return func(r *scan.Runner, target *scan.Target) { r.StartTLS, target.StartTLS = run.StartTLS(), kind }
}

func ways(o scan.Observation) map[string]scan.Fact {
	out := map[string]scan.Fact{}
	for _, s := range o.StartUps {
		out[s.Way] = s.Accepted
	}
	return out
}

func threeWays(atOnce, negotiated, clear scan.Fact) map[string]scan.Fact {
	return map[string]scan.Fact{scan.WayAtOnce: atOnce, scan.WayNegotiated: negotiated, scan.WayClear: clear}
}

// TestTN3270StartUps: the ways that each connection type has, by a server that s3270 takes for a TN3270 server.
func TestTN3270StartUps(t *testing.T) {
	t.Parallel()
	cfg := &tls.Config{Certificates: []tls.Certificate{tlstest.Localhost(t, pki.RSA2048).Certificate()}}
	for conn, want := range map[tlstest.ConnType]map[string]scan.Fact{
		tlstest.ConnSecure:     threeWays(scan.Yes, scan.Yes, scan.No),
		tlstest.ConnNegtSecure: threeWays(scan.No, scan.Yes, scan.No),
		tlstest.ConnAny:        threeWays(scan.Yes, scan.Yes, scan.Yes),
		tlstest.ConnBasic:      threeWays(scan.No, scan.No, scan.Yes),
	} {
		t.Run(string(conn), func(t *testing.T) {
			t.Parallel()
			s := tlstest.TN3270(t, cfg, conn, 300*time.Millisecond)
			o := lookAs(t, []string{"start-up"}, s.Addr(), scan.Plan{}, behind("tn3270"))
			assert.Equal(t, want, ways(o), "%+v %+v", o.StartUps, o.NotTested)
			for _, way := range o.StartUps {
				assert.NotEmpty(t, way.Basis)
				assert.NotEmpty(t, way.Evidence)
			}
			if conn != tlstest.ConnBasic {
				assert.Equal(t, scan.StateStartTLS, o.State)
				return
			}
			assert.Equal(t, scan.StateNonTLS, o.State, "%+v", o.Failure)
		})
	}
}

// TestFTPStartUps: vsftpd with AUTH TLS, demanding it or not, and from the first octet; and the z/OS server of port 990, which says 220 in
// clear before the handshake.
func TestFTPStartUps(t *testing.T) {
	t.Parallel()
	id := tlstest.Localhost(t, pki.RSA2048)
	cfg := &tls.Config{Certificates: []tls.Certificate{id.Certificate()}}
	greets := badserver.TLS(cfg)
	zos := tlstest.Bad(t, func(ctx context.Context, conn *net.TCPConn) {
		_, _ = conn.Write([]byte("220-FTPD1 IBM FTP CS V3R1 at SYSA\r\n220 Connection will close if idle.\r\n"))
		greets(ctx, conn)
	})
	for name, c := range map[string]struct {
		server *badserver.Server
		kind   string
		want   map[string]scan.Fact
	}{
		"AUTH TLS, demanded":   {tlstest.Vsftpd(t, id), "ftp", threeWays(scan.No, scan.Yes, scan.No)},
		"AUTH TLS, offered":    {tlstest.Vsftpd(t, id, "force_local_logins_ssl=NO"), "ftp", threeWays(scan.No, scan.Yes, scan.Yes)},
		"no TLS":               {tlstest.Vsftpd(t, id, "ssl_enable=NO"), "ftp", threeWays(scan.No, scan.No, scan.Yes)},
		"220 before handshake": {zos, "ftp-implicit", map[string]scan.Fact{scan.WayAtOnce: scan.No, scan.WayNegotiated: scan.Yes}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := lookAs(t, []string{"start-up"}, c.server.Addr(), scan.Plan{}, behind(c.kind))
			assert.Equal(t, c.want, ways(o), "%+v %+v", o.StartUps, o.NotTested)
		})
	}
	implicit := tlstest.Vsftpd(t, id, "implicit_ssl=YES")
	o := look(t, implicit.Addr(), scan.Plan{Depth: scan.Quick})
	assert.Equal(t, scan.StateTLS, o.State)
	assert.Equal(t, []string{sha(id)}, leaves(o))
	wrong := look(t, implicit.Addr(), scan.Plan{Depth: scan.Quick}, func(r *scan.Runner, target *scan.Target) {
		r.StartTLS, target.StartTLS, r.Timeout = run.StartTLS(), "ftp-implicit", 2*time.Second
	})
	assert.Equal(t, scan.StateError, wrong.State, "it waits for a ClientHello and never says 220")
}

// TestVsftpdWithARealClient shows that the FTP servers of these tests are what other clients take them for.
func TestVsftpdWithARealClient(t *testing.T) {
	t.Parallel()
	curl := tlstest.Require(t, "curl", "curl")
	id := tlstest.Localhost(t, pki.RSA2048)
	for name, c := range map[string]struct{ scheme, option string }{"explicit": {"ftp://", "implicit_ssl=NO"}, "implicit": {"ftps://", "implicit_ssl=YES"}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := tlstest.Vsftpd(t, id, c.option)
			out, _ := exec.CommandContext(t.Context(), curl, "-skv", "--ssl-reqd", "--max-time", "60", c.scheme+s.Addr().String()+"/").CombinedOutput()
			assert.Contains(t, string(out), "SSL connection using TLSv1")
			assert.Contains(t, string(out), "USER anonymous")
		})
	}
}
