package byhand

import (
	"math/big"
	"slices"

	"github.com/portseal/portseal/cipher"
)

// Block is a way to fill the block of an RSA key exchange. Only the first is what PKCS #1 and TLS ask for; a server that answers the others
// otherwise than the first tells an attacker which it was (Bleichenbacher 1998; Böck, Somorovsky, Young, "Return Of Bleichenbacher's Oracle
// Threat", USENIX Security 2018, section 3).
type Block int

// The blocks.
const (
	BlockRight        Block = iota // 00 02, padding, 00, version, 46 octets
	BlockWrongType                 // does not begin with 00 02
	BlockWrongPlace                // the 00 stands at the end, so that the secret has one octet
	BlockNoSeparator               // no 00 behind the first two octets
	BlockWrongVersion              // another version in the secret than in the ClientHello
)

// Blocks are all, the right one first.
func Blocks() []Block {
	return []Block{BlockRight, BlockWrongType, BlockWrongPlace, BlockNoSeparator, BlockWrongVersion}
}

// SecretSize is that of a premaster secret (RFC 5246 section 7.4.7.1).
const SecretSize = 48

// smallestModulus leaves room for 00 02, eight octets of padding, 00 and the secret.
const smallestModulus = 8 * (SecretSize + 11)

// Fill makes the block for a key and a premaster secret whose first two octets are the version of the ClientHello. It is nil when the key
// is too short.
func (b Block) Fill(modulus *big.Int, secret []byte) []byte {
	if modulus.BitLen() < smallestModulus || len(secret) != SecretSize {
		return nil
	}
	block := make([]byte, (modulus.BitLen()+7)/8)
	separator := len(block) - SecretSize - 1
	for i := range block {
		block[i] = byte(i%255) + 1 // padding that is nowhere 00
	}
	block[0], block[1] = 0, 2
	switch b {
	case BlockWrongType:
		block[0], block[1] = 0x41, 0x17
		if modulus.BitLen()%8 != 0 {
			block[0] = 0 // the block must stay below the modulus
		}
	case BlockWrongPlace:
		block[len(block)-2] = 0
		return block
	case BlockNoSeparator:
		return block
	}
	block[separator] = 0
	copy(block[separator+1:], secret)
	if b == BlockWrongVersion {
		block[separator+2] ^= 1
	}
	return block
}

// Secret is a premaster secret for the version of a ClientHello: a scan keeps no secrets, and the same question is the same bytes.
func Secret(offered cipher.Version, random []byte) []byte {
	out := slices.Concat([]byte{byte(offered >> 8), byte(offered)}, random)
	return append(out, make([]byte, max(0, SecretSize-len(out)))...)[:SecretSize]
}
