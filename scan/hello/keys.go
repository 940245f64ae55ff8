package hello

import (
	"crypto/ecdh"
	"crypto/hkdf"
	"crypto/sha256"
	"errors"
	"fmt"

	"golang.org/x/crypto/cryptobyte"

	"github.com/portseal/portseal/cipher"
)

// The groups that a key share can be made for, by their IANA numbers.
const (
	groupP256           cipher.Group = 23
	groupP384           cipher.Group = 24
	groupP521           cipher.Group = 25
	groupX25519         cipher.Group = 29
	groupP256MLKEM768   cipher.Group = 4587
	groupX25519MLKEM768 cipher.Group = 4588
	groupP384MLKEM1024  cipher.Group = 4589
)

// KeyShareGroups returns the groups that KeyShares may name, in order of cost.
func KeyShareGroups() []cipher.Group {
	return []cipher.Group{
		groupX25519, groupP256, groupP384, groupP521, groupX25519MLKEM768, groupP256MLKEM768, groupP384MLKEM1024,
		groupX448, groupFFDHE2048, groupFFDHE3072, groupFFDHE4096, groupFFDHE6144, groupFFDHE8192,
	}
}

// keyring derives all that is random in a hello from its seed with HKDF-SHA256. These keys protect nothing: a scan sends
// no data, and the point is that it can be replayed. Keys are made once each; it is not for concurrent use.
type keyring struct {
	prk    []byte
	curves map[cipher.Group]*ecdh.PrivateKey
	shares map[cipher.Group][]byte
}

func newKeyring(seed string) keyring {
	prk, err := hkdf.Extract(sha256.New, []byte(seed), []byte("portseal hello"))
	if err != nil {
		panic(fmt.Sprintf("hkdf extract with SHA-256 cannot fail: %v", err))
	}
	return keyring{prk, map[cipher.Group]*ecdh.PrivateKey{}, map[cipher.Group][]byte{}}
}

func (k keyring) bytes(label string, n int) []byte {
	out, err := hkdf.Expand(sha256.New, k.prk, label, n)
	if err != nil {
		panic(fmt.Sprintf("hkdf expand of %d bytes cannot fail: %v", n, err))
	}
	return out
}

func (k keyring) random() []byte    { return k.bytes("random", 32) }
func (k keyring) sessionID() []byte { return k.bytes("session id", 32) }
func (k keyring) challenge() []byte { return k.bytes("challenge", 16) }

// share returns the client's key_exchange octets of a group.
func (k keyring) share(g cipher.Group) ([]byte, error) {
	if made, ok := k.shares[g]; ok {
		return made, nil
	}
	made, err := k.newShare(g)
	if err == nil {
		k.shares[g] = made
	}
	return made, err
}

func (k keyring) newShare(g cipher.Group) ([]byte, error) {
	h, isHybrid := hybridOf(g)
	if !isHybrid {
		return k.public(g)
	}
	curve, err := k.public(h.curve)
	if err != nil {
		return nil, err
	}
	kem, _, err := k.kem(h)
	if err != nil {
		return nil, err
	}
	return h.join(curve, kem), nil
}

// sharedSecret returns what the server's share and our private key of that group agree on (RFC 8446 section 7.4).
func (k keyring) sharedSecret(g cipher.Group, peer []byte) ([]byte, error) {
	h, isHybrid := hybridOf(g)
	if !isHybrid {
		return k.agree(g, peer)
	}
	if len(peer) <= h.curveSize {
		return nil, errors.New("key share of a hybrid group is too short")
	}
	curve, ciphertext := peer[:h.curveSize], peer[h.curveSize:]
	if !h.curveFirst {
		cut := len(peer) - h.curveSize
		ciphertext, curve = peer[:cut], peer[cut:]
	}
	fromCurve, err := k.agree(h.curve, curve)
	if err != nil {
		return nil, err
	}
	_, open, err := k.kem(h)
	if err != nil {
		return nil, err
	}
	fromKEM, err := open(ciphertext)
	if err != nil {
		return nil, err
	}
	return h.join(fromCurve, fromKEM), nil
}

// keyShare is one KeyShareEntry (RFC 8446 section 4.2.8).
type keyShare struct {
	group cipher.Group
	key   []byte
}

func readShares(data []byte) ([]keyShare, bool) {
	s := cryptobyte.String(data)
	var list cryptobyte.String
	if !s.ReadUint16LengthPrefixed(&list) || !s.Empty() {
		return nil, false
	}
	var shares []keyShare
	for !list.Empty() {
		var group uint16
		var key cryptobyte.String
		if !list.ReadUint16(&group) || !list.ReadUint16LengthPrefixed(&key) {
			return nil, false
		}
		shares = append(shares, keyShare{cipher.Group(group), key})
	}
	return shares, true
}
