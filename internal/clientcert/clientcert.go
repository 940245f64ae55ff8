// Package clientcert reads the client certificates that a user gives, checks that each is what it is given as, and makes the
// throwaway one that no CA issued.
//
// Limits: PEM only; of encrypted keys PKCS#8 (see internal/pkcs8), with the password in a file. A key file that others can read is refused (not on Windows, which keeps
// access elsewhere). No error quotes what a file holds.
package clientcert

import (
	"bytes"
	"encoding/pem"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/portseal/portseal/internal/pkcs8"
	"github.com/portseal/portseal/internal/secret"
	"github.com/portseal/portseal/scan"
	"github.com/portseal/portseal/scan/handshake"
)

const passwordFlag = "--client-key-password-file"

const maxFile = 1 << 20 // octets: a chain with its key is a few thousand

// Load reads certificates, keys and the files with the passwords of encrypted keys, each given as FILE (the good one) or KIND=FILE, where
// KIND is good or expired, and adds the foreign one. It returns nil where neither is given, and all faults at once. At is the time that validity is checked against.
func Load(certificates, keys, passwords []string, at time.Time) (map[string]*handshake.Identity, error) {
	certFiles, err := byKind("--client-cert", certificates)
	keyFiles, kerr := byKind("--client-key", keys)
	passwordFiles, perr := byKind(passwordFlag, passwords)
	if err := errors.Join(err, kerr, perr); err != nil {
		return nil, err
	}
	if len(certFiles) == 0 && len(keyFiles) == 0 && len(passwordFiles) == 0 {
		return nil, nil
	}
	out := map[string]*handshake.Identity{}
	var faults []error
	for _, kind := range kinds() {
		cert, key := certFiles[kind], keyFiles[kind]
		switch {
		case cert == "" && key == "" && passwordFiles[kind] == "":
			continue
		case cert == "" && key == "":
			faults = append(faults, fmt.Errorf("%s %s: want the key that it opens too: --client-key %s", passwordFlag, passwordFiles[kind], flagValue(kind, "FILE")))
			continue
		case key == "":
			faults = append(faults, fmt.Errorf("--client-cert %s: want its private key too: --client-key %s", certFiles[kind], flagValue(kind, "FILE")))
			continue
		case cert == "":
			faults = append(faults, fmt.Errorf("--client-key %s: want its certificate too: --client-cert %s", keyFiles[kind], flagValue(kind, "FILE")))
			continue
		}
		identity, err := load(kind, cert, key, passwordFiles[kind], at)
		if err != nil {
			faults = append(faults, err)
			continue
		}
		out[kind] = identity
	}
	if len(faults) > 0 {
		return nil, errors.Join(faults...)
	}
	like := out[slices.Sorted(maps.Keys(out))[0]]
	foreign, err := handshake.SelfSigned("portseal throwaway certificate", like, at)
	if err != nil {
		return nil, err
	}
	out[scan.ClientForeign] = foreign
	return out, nil
}

// kinds are the certificates that a user can give: the foreign one is made here, and none needs no file.
func kinds() []string { return []string{scan.ClientGood, scan.ClientExpired} }

func flagValue(kind, file string) string {
	if kind == scan.ClientGood {
		return file
	}
	return kind + "=" + file
}

// byKind sorts the values of a flag by kind. A path that begins like KIND= is written with ./ before it.
func byKind(flag string, values []string) (map[string]string, error) {
	out := map[string]string{}
	var faults []error
	for _, v := range values {
		kind, path := scan.ClientGood, v
		if word, rest, ok := strings.Cut(v, "="); ok && slices.Contains(kinds(), word) {
			kind, path = word, rest
		}
		switch {
		case path == "":
			faults = append(faults, fmt.Errorf("%s %q: want FILE, or %s=FILE", flag, v, scan.ClientExpired))
		case out[kind] != "":
			faults = append(faults, fmt.Errorf("%s %q: there is one for the %s certificate already: %s", flag, v, kind, out[kind]))
		default:
			out[kind] = path
		}
	}
	return out, errors.Join(faults...)
}

// load reads one certificate and its key, and checks its dates: what is presented as good or expired must be that, or the outcome
// would mean something else.
func load(kind, certFile, keyFile, passwordFile string, at time.Time) (*handshake.Identity, error) {
	cert, err := read("--client-cert", certFile)
	key, kerr := readSecret("--client-key", keyFile)
	if err := errors.Join(err, kerr); err != nil {
		return nil, err
	}
	defer clear(key)
	if encrypted(key) {
		if key, err = open(kind, keyFile, passwordFile, key); err != nil {
			return nil, err
		}
		defer clear(key)
	}
	identity, err := handshake.NewIdentity(cert, key)
	if err != nil {
		return nil, fmt.Errorf("--client-cert %s with --client-key %s: %w", certFile, keyFile, err)
	}
	from, to := identity.Validity()
	switch good := !at.Before(from) && !at.After(to); {
	case kind == scan.ClientGood && !good:
		return nil, fmt.Errorf("--client-cert %s: valid from %s to %s, not now: want a valid one, or, for one that has expired, --client-cert %s=%s",
			certFile, from.Format(time.DateOnly), to.Format(time.DateOnly), scan.ClientExpired, certFile)
	case kind == scan.ClientExpired && !at.After(to):
		return nil, fmt.Errorf("--client-cert %s=%s: valid until %s: want one that has expired", kind, certFile, to.Format(time.DateOnly))
	}
	return identity, nil
}

// encrypted says whether a PEM key is: PKCS#8's own label, or the header of older files (RFC 1421 section 4.6.1.1).
func encrypted(key []byte) bool {
	return bytes.Contains(key, []byte("BEGIN "+pkcs8.BlockType)) || bytes.Contains(key, []byte("Proc-Type: 4,ENCRYPTED"))
}

// open returns the PEM of an encrypted key, opened with the password in a file.
func open(kind, keyFile, passwordFile string, key []byte) ([]byte, error) {
	for rest := key; ; {
		block, more := pem.Decode(rest)
		switch {
		case block == nil:
			return nil, fmt.Errorf("--client-key %s: the key is encrypted in the old form of PEM; write it anew: openssl pkcs8 -topk8 -in FILE -out FILE", keyFile)
		case block.Type != pkcs8.BlockType:
			rest = more
			continue
		case passwordFile == "":
			return nil, fmt.Errorf("--client-key %s: the key is encrypted: want the file with its password too: %s %s", keyFile, passwordFlag, flagValue(kind, "FILE"))
		}
		password, err := secret.Line(passwordFile)
		if err != nil {
			return nil, fmt.Errorf("%s %w", passwordFlag, err)
		}
		defer clear(password)
		der, err := pkcs8.Decrypt(block.Bytes, password)
		if err != nil {
			return nil, fmt.Errorf("--client-key %s: %w", keyFile, err)
		}
		defer clear(der)
		return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), nil
	}
}

func read(flag, path string) ([]byte, error) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, fmt.Errorf("%s: %w", flag, err)
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("%s %s: is no ordinary file: want a PEM file", flag, path)
	case info.Size() > maxFile:
		return nil, fmt.Errorf("%s %s: is larger than %d bytes: want a PEM file", flag, path, maxFile)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", flag, err)
	}
	return data, nil
}

// readSecret is read for a file that nobody else may read.
func readSecret(flag, path string) ([]byte, error) {
	data, err := secret.Read(path)
	if err != nil {
		return nil, fmt.Errorf("%s %w", flag, err)
	}
	return data, nil
}
