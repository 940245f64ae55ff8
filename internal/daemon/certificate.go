package daemon

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"github.com/portseal/portseal/internal/secret"
)

// A certificate that the service makes for itself is good for two years, and another one is made in its last month.
const (
	madeFor   = 2 * 365 * 24 * time.Hour
	madeAnew  = 30 * 24 * time.Hour
	certFile  = "tls-cert.pem"
	keyFile   = "tls-key.pem"
	madeName  = "portseal"
	keyBlock  = "PRIVATE KEY"
	certBlock = "CERTIFICATE"
)

// certificate is the service's own. It is read again when asked, so that one that was renewed needs no new start.
type certificate struct {
	cert, key string
	listen    string // not empty: it is the service's to make
	held      atomic.Pointer[tls.Certificate]
}

// openCertificate reads the certificate that was given, else the one in the state folder, which is made where there is none.
func (c Config) openCertificate() (*certificate, error) {
	s := &certificate{cert: c.Certificate, key: c.Key}
	if s.cert == "" {
		s.cert, s.key = filepath.Join(c.State, certFile), filepath.Join(c.State, keyFile)
		s.listen = c.Listen
	}
	if err := s.make(time.Now()); err != nil {
		return nil, fmt.Errorf("make a certificate for the service: %w", err)
	}
	if err := s.read(); err != nil {
		return nil, Refused{err}
	}
	return s, nil
}

// read reads the files. The key must be readable by its owner alone.
func (s *certificate) read() error {
	chain, err := os.ReadFile(s.cert)
	if err != nil {
		return fmt.Errorf("--tls-cert: %w", err)
	}
	key, err := secret.Read(s.key)
	if err != nil {
		return fmt.Errorf("--tls-key: %w", err)
	}
	defer clear(key)
	pair, err := tls.X509KeyPair(chain, key)
	if err != nil {
		return fmt.Errorf("--tls-cert %s with --tls-key %s: %s", s.cert, s.key, strings.TrimPrefix(err.Error(), "tls: "))
	}
	s.held.Store(&pair)
	return nil
}

// reload reads the files again; the last good ones stay where they have a fault.
func (s *certificate) reload(log *slog.Logger) {
	before := s.fingerprint()
	if err := errors.Join(s.make(time.Now()), s.read()); err != nil {
		log.Error("the certificate of the service has a fault; the last good one stays in force", "fault", err.Error())
		return
	}
	if now := s.fingerprint(); now != before {
		log.Info("the service has another certificate", "certificate_sha256", now)
	}
}

func (s *certificate) config() *tls.Config {
	return &tls.Config{MinVersion: tls.VersionTLS12, NextProtos: []string{"h2", "http/1.1"},
		GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return s.held.Load(), nil }}
}

// fingerprint is the SHA-256 of the certificate, as browsers and openssl x509 -fingerprint show it.
func (s *certificate) fingerprint() string {
	sum := sha256.Sum256(s.held.Load().Certificate[0])
	return strings.ReplaceAll(strings.ToUpper(fmt.Sprintf("% x", sum)), " ", ":")
}

// make makes key and certificate where that is the service's to do, unless they are there and will be good for a while.
func (s *certificate) make(now time.Time) error {
	if s.listen == "" {
		return nil
	}
	old, err := os.ReadFile(s.cert)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if _, err := os.Stat(s.key); err == nil && lasts(old, now) {
		return nil
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
	if err != nil {
		return err
	}
	template := &x509.Certificate{SerialNumber: serial, Subject: pkix.Name{CommonName: madeName}, NotBefore: now.Add(-time.Hour), NotAfter: now.Add(madeFor),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}, BasicConstraintsValid: true}
	template.DNSNames, template.IPAddresses = namesOf(s.listen)
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return err
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return err
	}
	if err := put(s.key, &pem.Block{Type: keyBlock, Bytes: private}); err != nil {
		return err
	}
	return put(s.cert, &pem.Block{Type: certBlock, Bytes: der})
}

// lasts says whether a certificate (PEM) is good for a while.
func lasts(data []byte, now time.Time) bool {
	block, _ := pem.Decode(data)
	if block == nil {
		return false
	}
	c, err := x509.ParseCertificate(block.Bytes)
	return err == nil && c.NotAfter.Sub(now) > madeAnew
}

// put writes a file that its owner alone can read, whatever was there.
func put(name string, block *pem.Block) error {
	if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	return errors.Join(pem.Encode(f, block), f.Close())
}

// namesOf are the names by which the service is reached: loopback's, the machine's and the address it listens on.
func namesOf(listen string) (names []string, addresses []net.IP) {
	names, addresses = []string{"localhost"}, []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback}
	if name, err := os.Hostname(); err == nil {
		names = append(names, name)
	}
	host, _, err := net.SplitHostPort(listen)
	switch ip := net.ParseIP(host); {
	case err != nil, host == "", host == "localhost":
	case ip == nil:
		names = append(names, host)
	case !ip.IsUnspecified() && !ip.IsLoopback():
		addresses = append(addresses, ip)
	}
	return names, addresses
}
