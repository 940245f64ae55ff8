package servercert

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/portseal/portseal/internal/secret"
)

// stamp tells files from what they were.
type stamp struct{ cert, key fs.FileInfo }

func stampOf(certFile, keyFile string) (stamp, error) {
	cert, err := os.Stat(certFile)
	if err != nil {
		return stamp{}, fileFault(certFile, err)
	}
	key, err := os.Stat(keyFile)
	if err != nil {
		return stamp{}, fileFault(keyFile, err)
	}
	return stamp{cert, key}, nil
}

func (s stamp) same(as stamp) bool { return sameFile(s.cert, as.cert) && sameFile(s.key, as.key) }

// sameFile says whether a file is as it was. Times alone do not show it: some file systems count them in seconds.
func sameFile(a, b fs.FileInfo) bool {
	return a != nil && b != nil && os.SameFile(a, b) && a.ModTime().Equal(b.ModTime()) && a.Size() == b.Size()
}

// read reads a chain and its key, which only its owner may read.
func read(certFile, keyFile string) (*tls.Certificate, error) {
	info, err := os.Stat(certFile)
	if err == nil && (!info.Mode().IsRegular() || info.Size() > secret.MaxFile) {
		err = fmt.Errorf("want an ordinary file of at most %d bytes: a certificate and the chain above it", secret.MaxFile)
	}
	if err != nil {
		return nil, fileFault(certFile, err)
	}
	chain, err := os.ReadFile(certFile)
	if err != nil {
		return nil, fileFault(certFile, err)
	}
	key, err := secret.Read(keyFile)
	if err != nil {
		return nil, err
	}
	defer clear(key)
	cert, err := tls.X509KeyPair(chain, key)
	if err != nil {
		return nil, fmt.Errorf("certificate %s with key %s: %w; want PEM: the certificate, then the chain above it, and its key, not encrypted", certFile, keyFile, err)
	}
	return &cert, nil
}

func fileFault(path string, err error) error {
	if pe, ok := errors.AsType[*fs.PathError](err); ok {
		err = pe.Err
	}
	return fmt.Errorf("%s: %w", path, err)
}
