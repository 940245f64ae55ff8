package hello

import (
	"bytes"
	"crypto/ecdh"
	"crypto/hkdf"
	"crypto/sha256"
	"errors"
	"fmt"
	"sync"

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

// Keys derives all that is random in a hello from its seed with HKDF-SHA256. These keys protect nothing: a scan sends
// no data, and the point is that it can be replayed. Keys are made once each, for all hellos of the seed: making a share costs more than all
// the rest of a hello. It is safe for concurrent use.
type Keys struct {
	prk                          []byte
	random, sessionID, challenge []byte

	mu     sync.Mutex // of the maps
	curves map[cipher.Group]*ecdh.PrivateKey
	shares map[cipher.Group][]byte
	last   agreement
}

// agreement is a secret that was agreed on. Whoever waits for the end of an answer asks for it, and whoever then reads the answer.
type agreement struct {
	group  cipher.Group
	peer   string
	secret []byte
}

// SessionID is the session ID of the seed's hellos: 32 octets.
func (k *Keys) SessionID() []byte { return bytes.Clone(k.sessionID) }

// NewKeys returns the keys of a seed.
func NewKeys(seed string) *Keys {
	prk, err := hkdf.Extract(sha256.New, []byte(seed), []byte("portseal hello"))
	if err != nil {
		panic(fmt.Sprintf("hkdf extract with SHA-256 cannot fail: %v", err))
	}
	k := &Keys{prk: prk, curves: map[cipher.Group]*ecdh.PrivateKey{}, shares: map[cipher.Group][]byte{}}
	k.random, k.sessionID, k.challenge = k.bytes("random", 32), k.bytes("session id", 32), k.bytes("challenge", 16)
	return k
}

// kept returns what a map has for a group, or makes it. It may be made twice at a time; both are the same.
func kept[T any](k *Keys, all map[cipher.Group]T, g cipher.Group, make func(cipher.Group) (T, error)) (T, error) {
	k.mu.Lock()
	made, ok := all[g]
	k.mu.Unlock()
	if ok {
		return made, nil
	}
	made, err := make(g)
	if err == nil {
		k.mu.Lock()
		defer k.mu.Unlock()
		all[g] = made
	}
	return made, err
}

func (k *Keys) bytes(label string, n int) []byte {
	out, err := hkdf.Expand(sha256.New, k.prk, label, n)
	if err != nil {
		panic(fmt.Sprintf("hkdf expand of %d bytes cannot fail: %v", n, err))
	}
	return out
}

// share returns the client's key_exchange octets of a group.
func (k *Keys) share(g cipher.Group) ([]byte, error) { return kept(k, k.shares, g, k.newShare) }

func (k *Keys) newShare(g cipher.Group) ([]byte, error) {
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
func (k *Keys) sharedSecret(g cipher.Group, peer []byte) ([]byte, error) {
	k.mu.Lock()
	last := k.last
	k.mu.Unlock()
	if last.secret != nil && last.group == g && last.peer == string(peer) {
		return last.secret, nil
	}
	secret, err := k.newSecret(g, peer)
	if err == nil {
		k.mu.Lock()
		defer k.mu.Unlock()
		k.last = agreement{g, string(peer), secret}
	}
	return secret, err
}

func (k *Keys) newSecret(g cipher.Group, peer []byte) ([]byte, error) {
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
