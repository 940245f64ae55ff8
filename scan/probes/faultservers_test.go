package probes_test

import (
	"crypto/rsa"
	"crypto/tls"
	"net/netip"
	"testing"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/internal/tlstest"
	"github.com/portseal/portseal/internal/tlstest/badserver"
	"github.com/portseal/portseal/internal/tlstest/flawed"
	"github.com/portseal/portseal/internal/tlstest/pki"
	"github.com/portseal/portseal/scan"
)

// faulty is a listener that TestFaultyNetwork looks at through bad networks.
type faulty struct {
	addr    netip.AddrPort
	network func(netip.AddrPort, badserver.Faults, uint64) badserver.Handler
	plans   []scan.Plan
	change  func(*scan.Runner, *scan.Target)
}

// faultyServers are listeners of each kind: that refuse by alert, by reset and by close, behind a start-up, with a client certificate, with flaws.
func faultyServers(t *testing.T) map[string]faulty {
	rsa2048, ecdsa := tlstest.Localhost(t, pki.RSA2048), tlstest.Localhost(t, pki.P256)
	standard, whole := scan.Plan{Depth: scan.Standard}, scan.Plan{Depth: scan.Deep, Vulnerabilities: true, Intrusive: true}
	both := []scan.Plan{standard, whole}
	atOnce := func(addr netip.AddrPort, plans ...scan.Plan) faulty {
		return faulty{addr, badserver.FaultsAtRandom, plans, func(*scan.Runner, *scan.Target) {}}
	}
	greets := func(addr netip.AddrPort, kind string) faulty {
		return faulty{addr, badserver.FaultsBehindGreeting, []scan.Plan{whole}, behind(kind)}
	}
	clients := newClients(t)
	demanding := atOnce(tlstest.OpenSSL(t, rsa2048, "-no_tls1", "-no_tls1_1", "-cipher", "ECDHE+AESGCM", "-Verify", "2", "-verify_return_error",
		"-CAfile", tlstest.File(t, "clients.pem", clients.ca.PEM)).Addr, whole)
	demanding.change = clients.present(everyClient...)
	prove := scan.Plan{Depth: scan.Prove, Versions: []cipher.Version{cipher.TLSv12, cipher.TLSv13}, Groups: true,
		Suites: []cipher.ID{cipher.TLS(0xC02F), cipher.TLS(0xC030), cipher.TLS(0x1301), cipher.TLS(0x1302), cipher.TLS(0x1303)}, Required: []cipher.ID{cipher.TLS(0xC030)}}
	attls := tlstest.Bad(t, badserver.ResetOnly(tlstest.OpenSSL(t, rsa2048, "-no_tls1", "-no_tls1_1", "-cipher", "ECDHE+AES:@SECLEVEL=0").Addr))
	stapled := rsa2048.Certificate()
	stapled.OCSPStaple, stapled.SignedCertificateTimestamps = []byte("no OCSP response"), [][]byte{[]byte("no timestamp")}
	flaws := flawed.Server{Certificate: rsa2048.DER, Key: rsa2048.Key.(*rsa.PrivateKey), Suites: []uint16{0x002F, 0x009C}, SSL2: []byte{1, 0, 0x80},
		Heartbeat: true, Heartbleed: true, EarlyCCS: true, Tickets: true, Ticketbleed: true}
	return map[string]faulty{
		"OpenSSL":           atOnce(tlstest.OpenSSL(t, rsa2048, "-no_tls1_1").Addr, both...),
		"OpenSSL, optional": atOnce(tlstest.OpenSSL(t, ecdsa, "-verify", "2", "-cipher", "ECDHE+AESGCM:@SECLEVEL=0").Addr, both...),
		"OpenSSL, 1.2":      atOnce(tlstest.OpenSSL(t, ecdsa, "-tls1_2", "-cipher", "ECDHE+AES:@SECLEVEL=0").Addr, both...),
		"OpenSSL, demands":  demanding,
		"GnuTLS":            atOnce(tlstest.GnuTLS(t, rsa2048, tlstest.GnuTLSLegacy).Addr, both...),
		"nginx": atOnce(tlstest.Nginx(t, []*pki.Identity{rsa2048, ecdsa}, "ssl_protocols TLSv1.2 TLSv1.3;",
			"ssl_ciphers ECDHE+AESGCM:@SECLEVEL=0;").Addr, both...),
		"Go, stapled": atOnce(tlstest.Go(t, &tls.Config{Certificates: []tls.Certificate{stapled}, MaxVersion: tls.VersionTLS12,
			NextProtos: []string{"h2", "http/1.1"}}).Addr, whole),
		"by reset":              atOnce(attls.Addr(), standard, whole, prove),
		"flawed":                atOnce(tlstest.Bad(t, flaws.Serve).Addr(), whole),
		"postfix":               greets(tlstest.Postfix(t, rsa2048, "encrypt").Addr, "smtp"),
		"postfix, in clear too": greets(tlstest.Postfix(t, rsa2048, "may").Addr, "smtp"),
		"dovecot":               greets(tlstest.Dovecot(t, rsa2048, "imap", "required").Addr, "imap"),
		"tn3270":                greets(tlstest.TN3270(t, &tls.Config{Certificates: []tls.Certificate{stapled}}, tlstest.ConnAny, brief/3).Addr(), "tn3270"),
		"drda":                  {tlstest.Derby(t, rsa2048, "off").Addr, badserver.FaultsAtRandom, []scan.Plan{whole}, behind("drda")},
	}
}
