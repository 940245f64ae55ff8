package keyring

import (
	"crypto/sha1"
	"crypto/subtle"
	"encoding/binary"
	"errors"
	"fmt"
	"unicode/utf16"

	"github.com/portseal/portseal/certchain"
	"golang.org/x/crypto/cryptobyte"
)

// jks reads a Java key store (sun.security.provider.JavaKeyStore, versions 1 and 2). The encrypted private keys are
// stepped over. Without a password the entries can be read, as Java does, but not checked.
func (r *reader) jks(data []byte) error {
	value, given, err := r.password()
	if err != nil {
		return err
	}
	if given {
		if err := jksDigest(data, value); err != nil {
			return err
		}
	} else {
		r.problem(Unverified, "read without its password: the digest that protects the store was not checked")
	}
	s := cryptobyte.String(data)
	var version, count uint32
	if !s.Skip(4) || !s.ReadUint32(&version) || !s.ReadUint32(&count) || len(s) < sha1.Size {
		return errors.New("the JKS store is cut off")
	}
	if version != 1 && version != 2 {
		return fmt.Errorf("the JKS store has version %d: 1 and 2 are known", version)
	}
	s = s[:len(s)-sha1.Size]
	for i := range count {
		if err := r.jksEntry(&s, version); err != nil {
			return fmt.Errorf("JKS entry %d of %d: %w", i+1, count, err)
		}
	}
	return nil
}

func (r *reader) jksEntry(s *cryptobyte.String, version uint32) error {
	var tag, length, chain uint32
	var alias cryptobyte.String
	cut := errors.New("it is cut off")
	if !s.ReadUint32(&tag) || !s.ReadUint16LengthPrefixed(&alias) || !s.Skip(8) {
		return cut
	}
	e := certchain.Entry{Label: string(alias), Trusted: certchain.Yes, HasPrivateKey: certchain.No}
	switch tag {
	case 1:
		if !s.ReadUint32(&length) || uint64(length) > uint64(len(*s)) || !s.Skip(int(length)) || !s.ReadUint32(&chain) {
			return cut
		}
		r.problem(PrivateKey, "the entry %q has a private key: a ring file must hold certificates only", printable(e.Label))
		e.Trusted, e.HasPrivateKey = certchain.No, certchain.Yes
	case 2:
		chain = 1
	default:
		return fmt.Errorf("its tag is %d: 1 (key) and 2 (trusted certificate) are known", tag)
	}
	for range chain {
		var kind cryptobyte.String
		if version == 2 && !s.ReadUint16LengthPrefixed(&kind) {
			return cut
		}
		var der []byte
		if !s.ReadUint32(&length) || uint64(length) > uint64(len(*s)) || !s.ReadBytes(&der, int(length)) {
			return cut
		}
		if err := r.certificate(der, e); err != nil {
			return err
		}
		// the rest of a key's chain is neither a key entry nor a trusted one
		e = certchain.Entry{Trusted: certchain.No, HasPrivateKey: certchain.No}
	}
	return nil
}

// jksDigest checks the SHA-1 digest over the password in UTF-16, a fixed text and the store.
func jksDigest(data []byte, password string) error {
	if len(data) < sha1.Size {
		return errors.New("the JKS store is cut off")
	}
	h := sha1.New()
	for _, unit := range utf16.Encode([]rune(password)) {
		h.Write(binary.BigEndian.AppendUint16(nil, unit))
	}
	h.Write([]byte("Mighty Aphrodite"))
	body, want := data[:len(data)-sha1.Size], data[len(data)-sha1.Size:]
	h.Write(body)
	if subtle.ConstantTimeCompare(h.Sum(nil), want) != 1 {
		return passwordError("the password of this JKS store is wrong, or the store is damaged")
	}
	return nil
}
