package keyring

import (
	"errors"
	"os"
	"runtime"
	"strings"
)

// systemBundles are the files in which systems keep their roots: Debian and Alpine, Fedora and RHEL, SUSE, macOS and
// OpenBSD, FreeBSD.
func systemBundles() []string {
	return []string{
		"/etc/ssl/certs/ca-certificates.crt",
		"/etc/pki/tls/certs/ca-bundle.crt",
		"/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
		"/etc/ssl/ca-bundle.pem",
		"/etc/ssl/cert.pem",
		"/usr/local/etc/ssl/cert.pem",
		"/usr/local/share/certs/ca-root-nss.crt",
	}
}

// system reads the machine's own roots: the file that SSL_CERT_FILE names, else the first that is there.
func (l *loader) system() {
	if path := os.Getenv("SSL_CERT_FILE"); path != "" {
		l.path(path)
		return
	}
	if runtime.GOOS == "windows" {
		l.errs = append(l.errs, errors.New("the machine's own roots cannot be read on Windows:"+
			" export them to a PEM file and set SSL_CERT_FILE, or name the file in files"))
		return
	}
	for _, path := range systemBundles() {
		if info, err := os.Stat(path); err == nil && !info.IsDir() {
			l.path(path)
			return
		}
	}
	l.errs = append(l.errs, errors.New("no file with the machine's own roots: install ca-certificates or set SSL_CERT_FILE; looked for "+
		strings.Join(systemBundles(), ", ")))
}
