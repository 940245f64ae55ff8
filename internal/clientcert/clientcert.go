// Package clientcert reads the client certificates that a user gives, checks that each is what it is given as, and makes the
// throwaway one that no CA issued.
//
// Limits: PEM, and PKCS#12 of one key; of encrypted PEM keys what internal/pkcs8 opens. A file with a key that others can read is refused (not on
// Windows, which keeps access elsewhere). No error quotes what a file holds.
package clientcert

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/portseal/portseal/scan"
	"github.com/portseal/portseal/scan/handshake"
)

// The flags that errors name.
const (
	certFlag     = "--client-cert"
	keyFlag      = "--client-key"
	passwordFlag = "--client-key-password-file"
)

// Load reads certificates, keys and the files with the passwords of encrypted keys, each given as FILE (the good one) or KIND=FILE, where
// KIND is good or expired; a certificate in PKCS#12 has its key with it. It adds the foreign one. It returns nil where nothing is given, and
// the faults of all files at once. At is the time that validity is checked against.
func Load(certificates, keys, passwords []string, at time.Time) (map[string]*handshake.Identity, error) {
	certFiles, err := byKind(certFlag, certificates)
	keyFiles, kerr := byKind(keyFlag, keys)
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
		f := files{kind, certFiles[kind], keyFiles[kind], passwordFiles[kind]}
		if f == (files{kind: kind}) {
			continue
		}
		identity, err := f.load(at)
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

// dated wants what is presented as good or expired to be that, or the outcome would mean something else.
func (f files) dated(identity *handshake.Identity, at time.Time) error {
	from, to := identity.Validity()
	switch good := !at.Before(from) && !at.After(to); {
	case f.kind == scan.ClientGood && !good:
		return fmt.Errorf("%s %s: valid from %s to %s, not now: want a valid one, or, for one that has expired, %s %s=%s",
			certFlag, f.cert, from.Format(time.DateOnly), to.Format(time.DateOnly), certFlag, scan.ClientExpired, f.cert)
	case f.kind == scan.ClientExpired && !at.After(to):
		return fmt.Errorf("%s %s=%s: valid until %s: want one that has expired", certFlag, f.kind, f.cert, to.Format(time.DateOnly))
	}
	return nil
}
