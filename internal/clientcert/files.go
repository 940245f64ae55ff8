package clientcert

import (
	"bytes"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"github.com/portseal/portseal/internal/pkcs8"
	"github.com/portseal/portseal/internal/secret"
	"github.com/portseal/portseal/scan/handshake"
)

const maxFile = 1 << 20 // octets: a chain with its key is a few thousand

// files are those of one client certificate; empty where one was not given.
type files struct{ kind, cert, key, password string }

// wants is the flag with a FILE that is missing.
func (f files) wants(flag string) string { return flag + " " + flagValue(f.kind, "FILE") }

// load reads the certificate with its key, and checks its dates.
func (f files) load(at time.Time) (*handshake.Identity, error) {
	switch {
	case f.cert == "" && f.key == "":
		return nil, fmt.Errorf("%s %s: want the key that it opens too: %s, or a PKCS#12 file: %s", passwordFlag, f.password, f.wants(keyFlag), f.wants(certFlag))
	case f.cert == "":
		return nil, fmt.Errorf("%s %s: want its certificate too: %s", keyFlag, f.key, f.wants(certFlag))
	}
	cert, err := read(f.cert)
	if err != nil {
		return nil, err
	}
	var identity *handshake.Identity
	if isDER(cert) {
		identity, err = f.pkcs12(cert)
	} else {
		identity, err = f.pem(cert)
	}
	if err != nil {
		return nil, err
	}
	return identity, f.dated(identity, at)
}

// pem reads a certificate in PEM, and the file of its key, which may be the same.
func (f files) pem(cert []byte) (*handshake.Identity, error) {
	if f.key == "" && bytes.Contains(cert, []byte("PRIVATE KEY-----")) {
		f.key = f.cert
	}
	if f.key == "" {
		return nil, fmt.Errorf("%s %s: want its private key too: %s", certFlag, f.cert, f.wants(keyFlag))
	}
	key, err := secret.Read(f.key)
	if err != nil {
		return nil, fmt.Errorf("%s %w", keyFlag, err)
	}
	defer clear(key)
	for rest := key; ; {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			break
		}
		if pkcs8.Encrypted(block) {
			if key, err = f.open(block); err != nil {
				return nil, err
			}
			defer clear(key)
			break
		}
	}
	identity, err := handshake.NewIdentity(cert, key)
	if err != nil {
		return nil, fmt.Errorf("%s %s with %s %s: %w; want both in PEM, the client's own certificate first and those of its issuers behind it, and the key of that first one",
			certFlag, f.cert, keyFlag, f.key, err)
	}
	return identity, nil
}

// open returns the PEM of an encrypted key.
func (f files) open(block *pem.Block) ([]byte, error) {
	password, err := f.readPassword(keyFlag+" "+f.key, "the key")
	if err != nil {
		return nil, err
	}
	defer clear(password)
	open, err := pkcs8.Open(block, password)
	if err != nil {
		return nil, fmt.Errorf("%s %s with %s %s: %w", keyFlag, f.key, passwordFlag, f.password, err)
	}
	defer clear(open.Bytes)
	return pem.EncodeToMemory(open), nil
}

// readPassword reads the password of what is encrypted in a file.
func (f files) readPassword(file, what string) ([]byte, error) {
	if f.password == "" {
		return nil, fmt.Errorf("%s: %s is encrypted: want the file with its password too: %s", file, what, f.wants(passwordFlag))
	}
	password, err := secret.Line(f.password)
	if err != nil {
		return nil, fmt.Errorf("%s %w", passwordFlag, err)
	}
	return password, nil
}

// isDER says whether a file is no PEM but begins as DER and BER do, with a SEQUENCE.
func isDER(data []byte) bool {
	return len(data) > 0 && data[0] == 0x30 && !bytes.Contains(data, []byte("-----BEGIN "))
}

// read reads the file of a certificate, which others may read too.
func read(path string) ([]byte, error) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, fmt.Errorf("%s %s: %w", certFlag, path, reason(err))
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("%s %s: is no ordinary file: want a file in PEM or PKCS#12", certFlag, path)
	case info.Size() > maxFile:
		return nil, fmt.Errorf("%s %s: is larger than %d bytes: want a file in PEM or PKCS#12", certFlag, path, maxFile)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w", certFlag, path, reason(err))
	}
	return data, nil
}

func reason(err error) error {
	if pe, ok := errors.AsType[*fs.PathError](err); ok {
		return pe.Err
	}
	return err
}
