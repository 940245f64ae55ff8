package main

import (
	"crypto/tls"
	"net"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/scan/hello"
)

type testCase struct {
	name   string
	server string
	start  func() (port int, stop func(), err error)
	hello  hello.ClientHello
}

// makePKI makes a root, an intermediate, RSA and ECDSA leaves, and the files that the servers want.
func makePKI(dir string) error {
	script := `set -e
cd "$1"
key() { openssl genpkey -quiet -algorithm "$1" -pkeyopt "$2" -out "$3.key"; }
key EC ec_paramgen_curve:P-256 root; key EC ec_paramgen_curve:P-256 sub
key RSA rsa_keygen_bits:2048 rsa; key EC ec_paramgen_curve:P-256 ecdsa
openssl req -x509 -new -key root.key -subj "/O=portseal test/CN=Root" -days 7300 -out root.pem -addext basicConstraints=critical,CA:true
sign() { openssl req -new -key "$1.key" -subj "/O=portseal test/CN=$1.example" -out "$1.csr"
  openssl x509 -req -in "$1.csr" -CA "$2.pem" -CAkey "$2.key" -days 7300 -CAcreateserial -out "$1.pem" -extfile "$3" 2>/dev/null; }
echo "basicConstraints=critical,CA:true" > ca.ext
echo "subjectAltName=DNS:a.example" > leaf.ext
sign sub root ca.ext; sign rsa sub leaf.ext; sign ecdsa sub leaf.ext
cat rsa.pem sub.pem > rsa-chain.pem; cat ecdsa.pem sub.pem > ecdsa-chain.pem
openssl dhparam -out dh1024.pem 1024 2>/dev/null`
	cmd := exec.Command("sh", "-c", script, "sh", dir)
	cmd.Stderr = os.Stderr
	return cmd.Run()
}

func openssl(dir string, extra ...string) func() (int, func(), error) {
	args := []string{"s_server", "-quiet", "-accept", "PORT",
		"-cert", filepath.Join(dir, "rsa.pem"), "-key", filepath.Join(dir, "rsa.key"),
		"-cert_chain", filepath.Join(dir, "sub.pem"), "-cipher", "ALL:COMPLEMENTOFALL:@SECLEVEL=0"}
	return external("openssl", append(args, extra...)...)
}

func ask(v cipher.Version, suites ...cipher.ID) hello.ClientHello {
	return hello.New(v, suites, "a.example", "")
}

func ask13(share cipher.Group, suites ...cipher.ID) hello.ClientHello {
	h := ask(cipher.TLSv13, suites...)
	h.KeyShares = []cipher.Group{share}
	h.Groups = append(cipher.PostQuantumGroups(), h.Groups...)
	return h
}

const tls13Suites = "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:" +
	"TLS_AES_128_CCM_SHA256:TLS_AES_128_CCM_8_SHA256"

func cases(dir string) []testCase {
	const (
		v10 = cipher.TLSv10
		v12 = cipher.TLSv12
		v13 = cipher.TLSv13
	)
	root := filepath.Join(dir, "root.pem")
	ossl := func(name string, h hello.ClientHello, extra ...string) testCase {
		return testCase{name, "OpenSSL 3.0 s_server", openssl(dir, extra...), h}
	}
	quick := append(ask(v12, 0xC02F).Suites, 0xC030)
	list := []testCase{
		ossl("tls12-ecdhe-rsa", ask(v12, quick...)),
		ossl("tls12-ecdhe-p521", ask(v12, quick...), "-curves", "P-521"),
		ossl("tls12-rsa", ask(v12, 0x009C)),
		ossl("tls12-dhe-1024", ask(v12, 0x009E), "-dhparam", filepath.Join(dir, "dh1024.pem")),
		ossl("tls12-dh-anon", ask(v12, 0x00A6)),
		ossl("tls12-ecdh-anon", ask(v12, 0xC018)),
		ossl("tls12-null", ask(v12, 0x003B)),
		ossl("tls12-dhe-psk", ask(v12, 0x00AA), "-psk", "00112233", "-psk_hint", "who"),
		ossl("tls12-ecdhe-psk", ask(v12, 0xC037), "-psk", "00112233", "-psk_hint", "who"),
		ossl("tls12-psk", ask(v12, 0x00A8), "-psk", "00112233", "-psk_hint", "who"),
		ossl("tls12-request", ask(v12, quick...), "-Verify", "2", "-CAfile", root),
		ossl("tls10-ecdhe-rsa", ask(v10, 0xC013)),
		ossl("tls10-request", ask(v10, 0x002F), "-verify", "2", "-CAfile", root),
		ossl("tls12-warning-112", ask(v12, quick...), "-servername", "other.example", "-cert2", filepath.Join(dir, "rsa.pem"),
			"-key2", filepath.Join(dir, "rsa.key")),
		ossl("tls12-no-suite", ask(v12, 0xC02B)),
		ossl("tls10-refused", ask(v10, 0xC013), "-no_tls1"),
		ossl("tls13-retry", ask(v13, 0x1301)),
		ossl("tls13-request", ask13(29, 0x1302), "-Verify", "2", "-CAfile", root),
		ossl("tls13-retry-p384", ask13(29, 0x1301), "-curves", "P-384"),
		{"tls12-ecdhe-ecdsa", "GnuTLS gnutls-serv", external("gnutls-serv", "-q", "--port", "PORT", "--x509certfile",
			filepath.Join(dir, "ecdsa-chain.pem"), "--x509keyfile", filepath.Join(dir, "ecdsa.key"), "--disable-client-cert"), ask(v12, 0xC02B)},
		{"tls12-gnutls-dhe", "GnuTLS gnutls-serv", external("gnutls-serv", "-q", "--port", "PORT", "--x509certfile",
			filepath.Join(dir, "rsa-chain.pem"), "--x509keyfile", filepath.Join(dir, "rsa.key"), "--x509cafile", root), ask(v12, 0x009E)},
		{"tls12-stapled", "Go crypto/tls", goServer(dir, tls.X25519), staple(ask(v12, quick...))},
		{"tls13-stapled", "Go crypto/tls", goServer(dir, tls.X25519), staple(ask13(29, 0x1301))},
		{"tls13-x25519mlkem768", "Go crypto/tls", goServer(dir, tls.X25519MLKEM768), ask13(4588, 0x1301)},
		{"tls13-p256mlkem768", "Go crypto/tls", goServer(dir, tls.SecP256r1MLKEM768), ask13(4587, 0x1301)},
		{"tls13-p384mlkem1024", "Go crypto/tls", goServer(dir, tls.SecP384r1MLKEM1024), ask13(4589, 0x1302)},
	}
	for i, name := range []string{"aes128gcm", "aes256gcm", "chacha20", "aes128ccm", "aes128ccm8"} {
		share := []cipher.Group{29, 23, 24, 25, 29}[i]
		list = append(list, ossl("tls13-"+name, ask13(share, cipher.ID(0x1301+i)), "-ciphersuites", tls13Suites))
	}
	return list
}

func staple(h hello.ClientHello) hello.ClientHello {
	h.StatusRequest, h.SCT, h.ALPN = true, true, []string{"h2", "http/1.1"}
	return h
}

// goServer serves one connection with crypto/tls, a stapled status and certificate timestamps.
func goServer(dir string, group tls.CurveID) func() (int, func(), error) {
	return func() (int, func(), error) {
		cert, err := tls.LoadX509KeyPair(filepath.Join(dir, "rsa-chain.pem"), filepath.Join(dir, "rsa.key"))
		if err != nil {
			return 0, nil, err
		}
		cert.OCSPStaple = []byte("not a real status")
		cert.SignedCertificateTimestamps = [][]byte{[]byte("not a real timestamp")}
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return 0, nil, err
		}
		config := &tls.Config{Certificates: []tls.Certificate{cert}, CurvePreferences: []tls.CurveID{group}, NextProtos: []string{"http/1.1"}}
		go func() {
			conn, err := l.Accept()
			if err == nil {
				_ = tls.Server(conn, config).Handshake()
			}
		}()
		return l.Addr().(*net.TCPAddr).Port, func() { _ = l.Close() }, nil
	}
}
