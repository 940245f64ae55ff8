package servercert

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/portseal/portseal/internal/filelock"
	"github.com/portseal/portseal/internal/wholefile"
)

// The files of a made certificate: with its key, for the service alone, and without, for whoever is to trust it.
const (
	pairFile = "server.pem"
	certFile = "server.crt"
	lockFile = "server.lock"
)

// How long a made certificate lasts: what Mozilla recommends, less than all browsers ask for.
const (
	lifetime = 90 * 24 * time.Hour
	margin   = 14 * 24 * time.Hour // before its end it is made anew
	backdate = time.Hour           // clocks differ
	patience = 10 * time.Second    // for another service that makes one
)

// makeOne takes the certificate that is kept, or makes another where there is none, where it ends, and where it is for other names.
func (s *Source) makeOne(ctx context.Context) error {
	pair := filepath.Join(s.o.State, pairFile)
	lock, err := os.OpenFile(filepath.Join(s.o.State, lockFile), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return fmt.Errorf("keep a certificate: %w", err)
	}
	defer lock.Close()
	if err := filelock.Wait(ctx, lock, false, patience); err != nil {
		return fmt.Errorf("keep a certificate: %s: %w", lock.Name(), err)
	}
	wanted := s.names()
	s.forget()
	err = s.take(pair, pair)
	if err == nil && !s.ends() && s.covers(wanted) {
		return nil
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("the certificate that was made: %w; remove it, and another one is made", err)
	}
	cert, both, err := create(s.o.Now(), append(wanted, s.addresses()...))
	if err != nil {
		return fmt.Errorf("make a certificate: %w", err)
	}
	public := filepath.Join(s.o.State, certFile)
	if err := errors.Join(wholefile.Write(pair, both, 0o600), wholefile.Write(public, cert, 0o644), os.Chmod(public, 0o644)); err != nil {
		return fmt.Errorf("keep a certificate: %w", err)
	}
	return s.take(pair, pair)
}

// names are the names and addresses under which the service is reached, as far as it can know: those of the loopback, of the machine, and what
// it listens at.
func (s *Source) names() []string {
	out := []string{"localhost", "127.0.0.1", "::1"}
	if name, err := os.Hostname(); err == nil {
		out = append(out, strings.ToLower(name))
	}
	if s.o.Host != "" {
		out = append(out, strings.ToLower(s.o.Host))
	}
	out = slices.DeleteFunc(out, func(name string) bool {
		addr, err := netip.ParseAddr(name)
		return err == nil && (addr.IsUnspecified() || addr.Zone() != "") || err != nil && !isHostname(name)
	})
	slices.Sort(out)
	return slices.Compact(out)
}

// addresses are those of this machine, for a service that listens at all of them. They come and go: a certificate that lacks one stays good.
func (s *Source) addresses() []string {
	if at, err := netip.ParseAddr(s.o.Host); s.o.Host != "" && (err != nil || !at.IsUnspecified()) {
		return nil
	}
	all, err := net.InterfaceAddrs()
	if err != nil {
		return nil
	}
	var out []string
	for _, a := range all {
		if prefix, err := netip.ParsePrefix(a.String()); err == nil && prefix.Addr().IsGlobalUnicast() {
			out = append(out, prefix.Addr().String())
		}
	}
	return out
}

// isHostname says whether a certificate can have a name (RFC 1123, 2.1).
func isHostname(name string) bool {
	for label := range strings.SplitSeq(name, ".") {
		if label == "" || len(label) > 63 || strings.Trim(label, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" || label[0] == '-' || label[len(label)-1] == '-' {
			return false
		}
	}
	return len(name) <= 253
}

func (s *Source) covers(names []string) bool {
	return !slices.ContainsFunc(names, func(name string) bool { return !s.Serves(name) })
}

// create makes a certificate that is signed by itself, in PEM, alone and behind its key.
func create(now time.Time, names []string) (cert, both []byte, err error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, err
	}
	from := now.UTC().Add(-backdate).Truncate(time.Second)
	t := &x509.Certificate{
		Subject:   pkix.Name{CommonName: "portseal"},
		NotBefore: from, NotAfter: from.Add(lifetime - time.Second), // RFC 5280, 4.1.2.5: the last second counts
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}, BasicConstraintsValid: true,
	}
	for _, name := range names {
		if addr, err := netip.ParseAddr(name); err == nil {
			t.IPAddresses = append(t.IPAddresses, net.IP(addr.AsSlice()))
		} else {
			t.DNSNames = append(t.DNSNames, name)
		}
	}
	der, err := x509.CreateCertificate(rand.Reader, t, t, key.Public(), key)
	if err != nil {
		return nil, nil, err
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, nil, err
	}
	cert = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	return cert, append(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private}), cert...), nil
}
