package cbom

import (
	"strconv"
	"strings"

	cdx "github.com/CycloneDX/cyclonedx-go"

	"github.com/portseal/portseal/cipher"
)

// suiteAlgorithms are the algorithms that a suite names: key exchange, authentication, encryption, MAC. A suite of TLS 1.3 names the
// encryption alone, as does one with an AEAD of its MAC.
func suiteAlgorithms(s cipher.Suite, v cipher.Version) []algorithm {
	var out []algorithm
	for _, part := range []algorithm{keyExchange(s.KeyExchange), authentication(s), encryption(s), mac(s.MAC, v)} {
		if part.name != "" {
			out = append(out, part)
		}
	}
	return out
}

func keyExchange(name string) algorithm {
	switch name {
	case "RSA", "RSA_PSK":
		return algorithm{name: "RSA-PKCS1-1.5", family: "RSAES-PKCS1", primitive: cdx.CryptoPrimitivePKE, padding: cdx.CryptoPaddingPKCS1v15, broken: true,
			oid: "1.2.840.113549.1.1.1"}
	case "DHE", "DHE_PSK":
		return algorithm{name: "FFDHE", family: "FFDH", primitive: cdx.CryptoPrimitiveKeyAgree, broken: true}
	case "DH":
		return algorithm{name: "FFDH", family: "FFDH", primitive: cdx.CryptoPrimitiveKeyAgree, broken: true}
	case "ECDHE", "ECDHE_PSK":
		return algorithm{name: "ECDHE", family: "ECDH", primitive: cdx.CryptoPrimitiveKeyAgree, broken: true}
	case "ECDH":
		return algorithm{name: "ECDH", family: "ECDH", primitive: cdx.CryptoPrimitiveKeyAgree, broken: true}
	case "SRP":
		return algorithm{name: "SRP", family: "SRP", primitive: cdx.CryptoPrimitiveKeyAgree}
	case "", "any", "NULL", "PSK":
		return algorithm{}
	}
	return algorithm{name: "key exchange " + name, primitive: cdx.CryptoPrimitiveKeyAgree}
}

// authentication is how the server signs. With a key transport by RSA it does not.
func authentication(s cipher.Suite) algorithm {
	switch s.Authentication {
	case "RSA":
		if s.KeyExchange == "RSA" || s.KeyExchange == "RSA_PSK" {
			return algorithm{}
		}
		return algorithm{name: "RSA", primitive: cdx.CryptoPrimitiveSignature, broken: true, oid: "1.2.840.113549.1.1.1"} // PKCS #1 or PSS
	case "ECDSA":
		return algorithm{name: "ECDSA", family: "ECDSA", primitive: cdx.CryptoPrimitiveSignature, broken: true}
	case "DSS":
		return algorithm{name: "DSA", family: "DSA", primitive: cdx.CryptoPrimitiveSignature, broken: true}
	case "", "any", "anon", "NULL", "PSK", "SRP", s.KeyExchange:
		return algorithm{}
	}
	return algorithm{name: "authentication " + s.Authentication, primitive: cdx.CryptoPrimitiveSignature}
}

// ciphers are what CycloneDX's registry calls the first part of an encryption's name.
func ciphers() map[string]algorithm {
	block, stream := cdx.CryptoPrimitiveBlockCipher, cdx.CryptoPrimitiveStreamCipher
	return map[string]algorithm{
		"AES": {family: "AES", primitive: block}, "ARIA": {family: "ARIA", primitive: block}, "CAMELLIA": {family: "CAMELLIA", primitive: block},
		"3DES": {family: "3DES", primitive: block}, "DES": {family: "DES", primitive: block}, "DES40": {family: "DES", primitive: block},
		"IDEA": {family: "IDEA", primitive: block}, "SEED": {family: "SEED", primitive: block}, "RC2": {family: "RC2", primitive: block},
		"SM4": {family: "SM4", primitive: block}, "SM1": {primitive: block}, "FORTEZZA": {family: "Skipjack", primitive: block},
		"RC4": {family: "RC4", primitive: stream}, "CHACHA20": {family: "ChaCha20", primitive: stream},
		"SALSA20": {family: "Salsa20", primitive: stream}, "ESTREAM": {family: "Salsa20", primitive: stream},
		"28147": {family: "GOST", primitive: block}, "MAGMA": {family: "GOST", primitive: block}, "KUZNYECHIK": {family: "GOST", primitive: block},
		"ASCONAEAD128": {family: "Ascon"},
	}
}

// encryptionOIDs are those of NIST's register, RFC 5084, 3657, 5794, 4269, 8103 and PKCS #5.
func encryptionOIDs() map[string]string {
	const aes = "2.16.840.1.101.3.4.1."
	return map[string]string{
		"AES_128_CBC": aes + "2", "AES_256_CBC": aes + "42", "AES_128_GCM": aes + "6", "AES_256_GCM": aes + "46",
		"AES_128_CCM": aes + "7", "AES_256_CCM": aes + "47", "AES_128_CCM_8": aes + "7", "AES_256_CCM_8": aes + "47",
		"CAMELLIA_128_CBC": "1.2.392.200011.61.1.1.1.2", "CAMELLIA_256_CBC": "1.2.392.200011.61.1.1.1.4",
		"ARIA_128_CBC": "1.2.410.200046.1.1.2", "ARIA_256_CBC": "1.2.410.200046.1.1.12",
		"SEED_CBC": "1.2.410.200004.1.4", "IDEA_CBC": "1.3.6.1.4.1.188.7.1.1.2", "CHACHA20_POLY1305": "1.2.840.113549.1.9.16.3.18",
		"3DES_EDE_CBC": "1.2.840.113549.3.7", "DES_CBC": "1.3.14.3.2.7", "RC4_128": "1.2.840.113549.3.4",
	}
}

// encryption is the bulk cipher; NULL is none.
func encryption(s cipher.Suite) algorithm {
	if s.Encryption == "" || s.Encryption == "NULL" {
		return algorithm{}
	}
	parts := strings.Split(s.Encryption, "_")
	a := ciphers()[parts[0]]
	a.name, a.oid = strings.ReplaceAll(s.Encryption, "_", "-"), encryptionOIDs()[s.Encryption]
	switch s.Encryption {
	case "CHACHA20_POLY1305":
		a.name, a.classical = "ChaCha20-Poly1305", 256 // RFC 8439 section 4
	case "3DES_EDE_CBC":
		a.name, a.classical = "3DES-168-CBC", 112 // SP 800-57 part 1 table 2
	}
	for _, part := range parts[1:] {
		if _, err := strconv.Atoi(part); err == nil && a.parameter == "" {
			a.parameter = part
		}
		switch mode := cdx.CryptoAlgorithmMode(strings.ToLower(part)); mode {
		case cdx.CryptoAlgorithmModeCBC, cdx.CryptoAlgorithmModeGCM, cdx.CryptoAlgorithmModeCCM, cdx.CryptoAlgorithmModeCTR:
			a.mode = mode
		}
	}
	if s.AEAD {
		a.primitive = cdx.CryptoPrimitiveAE
	}
	if a.family == "AES" {
		a.category, a.classical = map[string]int{"128": 1, "256": 5}[a.parameter], s.Strength // the same table
	}
	return a
}

// mac is what authenticates records: HMAC since TLS 1.0, constructions of its own with a hash before (RFC 6101 section 5.2.3.1).
func mac(name string, v cipher.Version) algorithm {
	hash := hashes()[name]
	switch {
	case name == "" || name == "AEAD" || name == "NULL":
		return algorithm{}
	case hash.name == "":
		return algorithm{name: "MAC " + name, primitive: cdx.CryptoPrimitiveMAC}
	case v < cipher.TLSv10:
		return hash
	}
	return algorithm{name: "HMAC-" + hash.name, family: "HMAC", primitive: cdx.CryptoPrimitiveMAC, dependsOn: []algorithm{hash}, oid: map[string]string{
		"MD5": "1.2.840.113549.2.6", "SHA": "1.2.840.113549.2.7", "SHA256": "1.2.840.113549.2.9", "SHA384": "1.2.840.113549.2.10"}[name]} // RFC 8018
}

// hashes are the hash functions that suites name.
func hashes() map[string]algorithm {
	h := func(name, family, parameter, oid string, category int) algorithm {
		return algorithm{name: name, family: family, primitive: cdx.CryptoPrimitiveHash, parameter: parameter, oid: oid, category: category}
	}
	return map[string]algorithm{
		"MD5": h("MD5", "MD5", "", "1.2.840.113549.2.5", 0), "SHA": h("SHA-1", "SHA-1", "", "1.3.14.3.2.26", 0),
		"SHA256": h("SHA-256", "SHA-2", "256", "2.16.840.1.101.3.4.2.1", 2), "SHA384": h("SHA-384", "SHA-2", "384", "2.16.840.1.101.3.4.2.2", 4),
		"SM3": h("SM3", "SM3", "", "", 0),
	}
}
