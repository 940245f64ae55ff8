package byhand

import (
	"crypto/aes"
	gocipher "crypto/cipher"
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"hash"
	"slices"
	"strings"

	"github.com/portseal/portseal/cipher"
)

// protection is how a suite protects records: AES in CBC mode with HMAC, or in GCM mode.
type protection struct {
	keySize, ivSize int
	mac             func() hash.Hash // nil for GCM
	prf             func() hash.Hash
}

func protectionOf(id cipher.ID) (p protection, ok bool) {
	s := cipher.Describe(id)
	switch {
	case strings.HasPrefix(s.Encryption, "AES_128_"):
		p.keySize = 16
	case strings.HasPrefix(s.Encryption, "AES_256_"):
		p.keySize = 32
	default:
		return p, false
	}
	macs := map[string]func() hash.Hash{"SHA": sha1.New, "SHA256": sha256.New, "SHA384": sha512.New384}
	switch {
	case strings.HasSuffix(s.Encryption, "_CBC"):
		p.mac, p.prf = macs[s.MAC], prfOf(s.MAC)
		return p, p.mac != nil
	case s.In("gcm"):
		p.ivSize = 4
		p.prf = prfOf("SHA" + s.Name[len(s.Name)-3:]) // TLS_..._GCM_SHA384
		return p, true
	}
	return p, false
}

func (p protection) macSize() int {
	if p.mac == nil {
		return 0
	}
	return p.mac().Size()
}

// Suites are those of a list whose handshake can go on by hand, by what ServerHello may choose.
func Suites(list []cipher.ID) []cipher.ID {
	return slices.DeleteFunc(slices.Clone(list), func(id cipher.ID) bool {
		s := cipher.Describe(id)
		_, ok := protectionOf(id)
		return !ok || s.Export || !(s.KeyExchange == "ECDHE" || s.KeyExchange == "RSA") || s.Authentication == "anon"
	})
}

// seal protects the client's first record behind ChangeCipherSpec, of sequence number 0.
func (s *Session) seal(kind uint8, plain []byte) []byte {
	if s.protection.mac == nil {
		return s.sealGCM(kind, plain)
	}
	return s.sealCBC(kind, plain)
}

// header is what a record's tag is made over: eight octets of the sequence number, 0, come first (RFC 5246 section 6.2.3.1).
func header(kind uint8, size int) []byte {
	return append(make([]byte, 8), kind, 3, 3, byte(size>>8), byte(size))
}

func (s *Session) sealGCM(kind uint8, plain []byte) []byte {
	aead, err := gocipher.NewGCM(s.block())
	if err != nil {
		panic("byhand: GCM with AES: " + err.Error())
	}
	explicit := make([]byte, 8)
	sealed := aead.Seal(nil, slices.Concat(s.client.iv, explicit), plain, header(kind, len(plain)))
	return Record(kind, cipher.TLSv12, append(explicit, sealed...))
}

// sealCBC: the initialisation vector is zero, since a scan keeps no secrets.
func (s *Session) sealCBC(kind uint8, plain []byte) []byte {
	m := hmac.New(s.protection.mac, s.client.mac)
	m.Write(header(kind, len(plain)))
	m.Write(plain)
	body := slices.Concat(plain, m.Sum(nil))
	n := aes.BlockSize - len(body)%aes.BlockSize // octets of padding with the one that counts them
	body = append(body, slices.Repeat([]byte{byte(n - 1)}, n)...)
	iv := make([]byte, aes.BlockSize)
	gocipher.NewCBCEncrypter(s.block(), iv).CryptBlocks(body, body)
	return Record(kind, cipher.TLSv12, append(iv, body...))
}

func (s *Session) block() gocipher.Block {
	block, err := aes.NewCipher(s.client.key)
	if err != nil {
		panic("byhand: AES with a key of the key block: " + err.Error())
	}
	return block
}
