package keyring

import (
	"bytes"
	"crypto/pbkdf2"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"errors"
	"fmt"
	"hash"

	"github.com/portseal/portseal/certchain/internal/ber"
)

// pbkdf2 derives a key by the parameters of RFC 8018 appendix A.2: salt, iterations, optional length, optional PRF.
func (p pkcs12Password) pbkdf2(algorithm ber.Element, size int) ([]byte, error) {
	oid, params, err := algorithmOf(algorithm)
	if err != nil {
		return nil, err
	}
	if oid != "1.2.840.113549.1.5.12" {
		return nil, fmt.Errorf("the key derivation %s is not supported: PBKDF2 is", oid)
	}
	parts, _ := params.Children()
	if len(parts) < 2 {
		return nil, errors.New("the PBKDF2 parameters are incomplete")
	}
	iterations, err := p.count(parts[1])
	if err != nil {
		return nil, err
	}
	newHash := sha1.New
	for _, part := range parts[2:] {
		if !part.Is(ber.TagSequence) {
			continue
		}
		prf, _, err := algorithmOf(part)
		if err != nil {
			return nil, err
		}
		known, ok := hashOf(prf)
		if !ok {
			return nil, fmt.Errorf("the PBKDF2 function %s is not supported", prf)
		}
		newHash = known
	}
	return pbkdf2.Key(newHash, p.text, parts[0].Body, iterations, size)
}

// deriveKey is the function of RFC 7292 appendix B.2; id is 1 for a key, 2 for an IV, 3 for a MAC.
func deriveKey(newHash func() hash.Hash, id byte, password, salt []byte, iterations, size int) []byte {
	h := newHash()
	v := h.BlockSize()
	d := bytes.Repeat([]byte{id}, v)
	i := append(fill(salt, v), fill(password, v)...)
	var out []byte
	for len(out) < size {
		h.Reset()
		h.Write(d)
		h.Write(i)
		a := h.Sum(nil)
		for range iterations - 1 {
			h.Reset()
			h.Write(a)
			a = h.Sum(a[:0])
		}
		out = append(out, a...)
		b := fill(a, v)[:v]
		for start := 0; start < len(i); start += v {
			addOne(i[start:start+v], b)
		}
	}
	return out[:size]
}

// fill repeats b to a multiple of v octets.
func fill(b []byte, v int) []byte {
	if len(b) == 0 {
		return nil
	}
	n := (len(b) + v - 1) / v * v
	return bytes.Repeat(b, n/len(b)+1)[:n]
}

// addOne sets block to block + b + 1, as big-endian numbers of the same size.
func addOne(block, b []byte) {
	carry := 1
	for k := len(block) - 1; k >= 0; k-- {
		carry += int(block[k]) + int(b[k])
		block[k] = byte(carry)
		carry >>= 8
	}
}

// count reads an iteration count and books it.
func (p pkcs12Password) count(e ber.Element) (int, error) {
	n := e.Int()
	if n == nil || !n.IsInt64() || n.Int64() < 1 || n.Int64() > int64(maxIterations-*p.work) {
		return 0, fmt.Errorf("an iteration count of %v: at least 1, and no more than %d in one file", n, maxIterations)
	}
	*p.work += int(n.Int64())
	return int(n.Int64()), nil
}

// hashOf finds a hash by its own OID or that of its HMAC.
func hashOf(oid string) (func() hash.Hash, bool) {
	f, ok := map[string]func() hash.Hash{
		"1.3.14.3.2.26": sha1.New, "1.2.840.113549.2.7": sha1.New,
		"2.16.840.1.101.3.4.2.4": sha256.New224, "1.2.840.113549.2.8": sha256.New224,
		"2.16.840.1.101.3.4.2.1": sha256.New, "1.2.840.113549.2.9": sha256.New,
		"2.16.840.1.101.3.4.2.2": sha512.New384, "1.2.840.113549.2.10": sha512.New384,
		"2.16.840.1.101.3.4.2.3": sha512.New, "1.2.840.113549.2.11": sha512.New,
	}[oid]
	return f, ok
}
