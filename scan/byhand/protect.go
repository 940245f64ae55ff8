package byhand

import (
	"crypto/aes"
	gocipher "crypto/cipher"
	"crypto/des"
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/binary"
	"hash"
	"slices"
	"strings"

	"github.com/portseal/portseal/cipher"
)

// protection is how a suite protects records: AES or triple DES in CBC mode with HMAC, or AES in GCM mode.
type protection struct {
	keySize, ivSize int
	mac             func() hash.Hash // nil for GCM
	prf             func() hash.Hash // of TLS 1.2
	newBlock        func(key []byte) (gocipher.Block, error)
	blockSize       int
}

func protectionOf(id cipher.ID, v cipher.Version) (p protection, ok bool) {
	s := cipher.Describe(id)
	p = protection{newBlock: aes.NewCipher, blockSize: aes.BlockSize}
	switch {
	case strings.HasPrefix(s.Encryption, "AES_128_"):
		p.keySize = 16
	case strings.HasPrefix(s.Encryption, "AES_256_"):
		p.keySize = 32
	case s.Encryption == "3DES_EDE_CBC":
		p.keySize, p.newBlock, p.blockSize = 24, des.NewTripleDESCipher, des.BlockSize
	default:
		return p, false
	}
	macs := map[string]func() hash.Hash{"SHA": sha1.New, "SHA256": sha256.New, "SHA384": sha512.New384}
	switch {
	case strings.HasSuffix(s.Encryption, "_CBC"):
		p.mac, p.prf = macs[s.MAC], prfOf(s.MAC)
		if v == cipher.TLSv10 { // later versions send it with each record
			p.ivSize = p.blockSize
		}
		return p, p.mac != nil
	case s.In("gcm"):
		p.ivSize = 4
		p.prf = prfOf("SHA" + s.Name[len(s.Name)-3:]) // TLS_..._GCM_SHA384
		return p, v == cipher.TLSv12
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
		_, ok := protectionOf(id, cipher.TLSv12)
		return !ok || s.Export || !(s.KeyExchange == "ECDHE" || s.KeyExchange == "RSA") || s.Authentication == "anon"
	})
}

// direction is the keys of one side. In TLS 1.0 iv is of the next record: the end of the one before it (RFC 2246 section 6.2.3.2).
type direction struct {
	mac, key, iv []byte
	seq          uint64
}

// header is what a record's tag is made over: eight octets of the sequence number come first (RFC 5246 section 6.2.3.1).
func (d *direction) header(kind uint8, v cipher.Version, size int) []byte {
	return append(binary.BigEndian.AppendUint64(nil, d.seq), kind, byte(v>>8), byte(v), byte(size>>8), byte(size))
}

// seal protects the next record of a side.
func (s *Session) seal(d *direction, kind uint8, plain []byte) []byte {
	if s.protection.mac != nil {
		return s.sealCBC(d, kind, s.padded(d, kind, plain))
	}
	aead, err := gocipher.NewGCM(s.block(d))
	if err != nil {
		panic("byhand: GCM with AES: " + err.Error())
	}
	explicit := binary.BigEndian.AppendUint64(nil, d.seq)
	sealed := aead.Seal(nil, slices.Concat(d.iv, explicit), plain, d.header(kind, s.version, len(plain)))
	d.seq++
	return Record(kind, s.version, append(explicit, sealed...))
}

// padded is what the next record of a side holds in CBC mode: the content, its MAC, and as little padding as there may be.
func (s *Session) padded(d *direction, kind uint8, content []byte) []byte {
	out := slices.Concat(content, s.tag(d, kind, content))
	n := s.protection.blockSize - len(out)%s.protection.blockSize // octets of padding with the one that counts them
	return append(out, slices.Repeat([]byte{byte(n - 1)}, n)...)
}

func (s *Session) tag(d *direction, kind uint8, content []byte) []byte {
	m := hmac.New(s.protection.mac, d.mac)
	m.Write(d.header(kind, s.version, len(content)))
	m.Write(content)
	return m.Sum(nil)
}

// sealCBC encrypts whole blocks as the next record. The initialisation vector that TLS 1.1 and 1.2 send is zero: a scan keeps no secrets.
func (s *Session) sealCBC(d *direction, kind uint8, blocks []byte) []byte {
	size := s.protection.blockSize
	iv := make([]byte, size)
	if s.version == cipher.TLSv10 {
		iv = d.iv
	}
	body := make([]byte, len(blocks))
	gocipher.NewCBCEncrypter(s.block(d), iv).CryptBlocks(body, blocks)
	d.seq++
	if s.version == cipher.TLSv10 {
		d.iv = body[len(body)-size:]
		return Record(kind, s.version, body)
	}
	return Record(kind, s.version, append(iv, body...))
}

// openCBC returns the content of the next record of a side; not ok where it is none of these keys. It needs no constant time: they protect nothing.
func (s *Session) openCBC(d *direction, kind uint8, body []byte) (content []byte, ok bool) {
	size, iv := s.protection.blockSize, d.iv
	if s.version != cipher.TLSv10 {
		if len(body) < size {
			return nil, false
		}
		iv, body = body[:size], body[size:]
	}
	if len(body) == 0 || len(body)%size != 0 {
		return nil, false
	}
	plain := make([]byte, len(body))
	gocipher.NewCBCDecrypter(s.block(d), iv).CryptBlocks(plain, body)
	end := len(plain) - 1 - int(plain[len(plain)-1]) - s.protection.macSize()
	if end < 0 || !hmac.Equal(plain[end:end+s.protection.macSize()], s.tag(d, kind, plain[:end])) {
		return nil, false
	}
	d.seq++
	d.iv = body[len(body)-size:]
	return plain[:end], true
}

func (s *Session) block(d *direction) gocipher.Block {
	block, err := s.protection.newBlock(d.key)
	if err != nil {
		panic("byhand: a cipher with a key of the key block: " + err.Error())
	}
	return block
}
