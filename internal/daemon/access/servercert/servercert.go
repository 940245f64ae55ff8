// Package servercert is the certificate that the service shows to browsers: one of its owner's, or one that it makes and keeps.
//
// Both are looked at again while the service runs: a file that was replaced is taken, one that is no good leaves the last good one in force,
// and a made one is made anew before it ends.
//
// Limits: a made certificate is signed by itself: whoever trusts it compares its fingerprint, which changes when it is made anew, at the latest
// every 76 days. What a file needs beyond key and chain, such as revocation, is its owner's.
package servercert

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"
)

// Options say which certificate it is.
type Options struct {
	Cert, Key string // files of the owner's; both, or none
	State     string // the folder in which a made one is kept
	Host      string // the name or address that is listened at; empty: all
	Now       func() time.Time
	Log       *slog.Logger
}

// every is how often files are looked at, at most.
const every = 5 * time.Second

// Source gives the certificate that is in force.
type Source struct {
	o    Options
	mu   sync.Mutex
	cert *tls.Certificate
	from stamp     // of the files that it was read from
	seen time.Time // when that was last looked at
	said string    // what was last logged, which is not said again and again
}

// Open reads the certificate, or makes one.
func Open(ctx context.Context, o Options) (*Source, error) {
	if (o.Cert == "") != (o.Key == "") {
		return nil, errors.New("want both a certificate and its key (--tls-cert and --tls-key), or none of them")
	}
	s := &Source{o: o}
	if err := s.load(ctx); err != nil {
		return nil, err
	}
	if end := s.NotAfter(); !s.Made() && o.Now().After(end) {
		o.Log.Warn("the service's certificate has ended; browsers refuse it", "file", o.Cert, "not_after", end)
	}
	return s, nil
}

// TLS is how connections are accepted: TLS 1.2 and 1.3, with what Mozilla's intermediate configuration has (edition 6.0), but for
// the order of suites, which is crypto/tls's own.
func (s *Source) TLS() *tls.Config {
	return &tls.Config{
		MinVersion: tls.VersionTLS12,
		CipherSuites: []uint16{
			tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
			tls.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, tls.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
			tls.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, tls.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
		},
		CurvePreferences: []tls.CurveID{tls.X25519MLKEM768, tls.X25519, tls.CurveP256, tls.CurveP384},
		NextProtos:       []string{"h2", "http/1.1"},
		GetCertificate: func(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
			s.Refresh(hello.Context())
			return s.current(), nil
		},
	}
}

// Refresh looks whether there is another certificate, unless it has just done so. What is wrong is logged, once.
func (s *Source) Refresh(ctx context.Context) {
	s.mu.Lock()
	now := s.o.Now()
	due := now.Sub(s.seen) >= every || now.Before(s.seen) // the clock may have been put back
	if due {
		s.seen = now
	}
	s.mu.Unlock()
	if !due {
		return
	}
	before := s.Fingerprint()
	err := s.load(ctx)
	said := ""
	if err != nil {
		said = err.Error()
	}
	s.mu.Lock()
	isNew := s.said != said
	s.said = said
	s.mu.Unlock()
	switch {
	case err != nil && isNew:
		s.o.Log.Error("the service's certificate cannot be renewed; the last good one stays in force", "error", err)
	case err == nil && s.Fingerprint() != before:
		s.o.Log.Info("the service has another certificate", "sha256", s.Fingerprint(), "not_after", s.NotAfter())
	}
}

func (s *Source) current() *tls.Certificate {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.cert
}

// Fingerprint is the SHA-256 of the certificate, as 'openssl x509 -fingerprint -sha256' and browsers show it.
func (s *Source) Fingerprint() string {
	sum := sha256.Sum256(s.current().Leaf.Raw)
	return strings.ReplaceAll(fmt.Sprintf("% X", sum[:]), " ", ":")
}

// NotAfter is when the certificate ends.
func (s *Source) NotAfter() time.Time { return s.current().Leaf.NotAfter }

// Made says whether it is one of the service's own making.
func (s *Source) Made() bool { return s.o.Cert == "" }

// Serves says whether the certificate is for a host name.
func (s *Source) Serves(host string) bool { return s.current().Leaf.VerifyHostname(host) == nil }

// load reads the files, when they are others than before, and makes a certificate where that is the service's to do.
func (s *Source) load(ctx context.Context) error {
	if !s.Made() {
		return s.take(s.o.Cert, s.o.Key)
	}
	if s.current() == nil || s.ends() { // another service may have made one, with which this one is content
		return s.makeOne(ctx)
	}
	return nil
}

// take puts a certificate from files in force. Half of a pair that is being replaced fits nothing: it is read again the next time.
func (s *Source) take(certFile, keyFile string) error {
	now, err := stampOf(certFile, keyFile)
	if err != nil {
		return err
	}
	if now.same(s.stamp()) {
		return nil
	}
	cert, err := read(certFile, keyFile)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.cert, s.from = cert, now
	return nil
}

func (s *Source) stamp() stamp {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.from
}

// forget makes take read the files whatever they look like: another service may have replaced them a moment ago.
func (s *Source) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.from = stamp{}
}

// ends says whether a made certificate must be made anew.
func (s *Source) ends() bool { return s.o.Now().After(s.NotAfter().Add(-margin)) }
