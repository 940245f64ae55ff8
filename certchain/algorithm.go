package certchain

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"

	"github.com/portseal/portseal/certchain/internal/ber"
)

// Key describes a public key.
type Key struct {
	Algorithm string // "RSA", "RSASSA-PSS", "ECDSA", "DSA", "Ed25519", "Ed448", "ML-DSA-65", "SLH-DSA-SHA2-128s" ...; "" when unknown
	Bits      int    // size of the modulus (RSA), the prime (DSA) or the field (ECDSA); 0 when it does not apply or is unknown
	Curve     string // the named curve of an ECDSA key, its OID when the name is unknown, "explicit" without a name
	OID       string // algorithm identifier as written
}

// String returns the form of reports: "RSA 2048", "ECDSA P-256", "Ed25519", "1.2.3.4" for an unknown algorithm.
func (k Key) String() string {
	switch {
	case k.Algorithm == "" && k.OID == "":
		return "unknown"
	case k.Algorithm == "":
		return k.OID
	case k.Curve != "":
		return k.Algorithm + " " + k.Curve
	case k.Bits > 0:
		return fmt.Sprintf("%s %d", k.Algorithm, k.Bits)
	}
	return k.Algorithm
}

// IsRSA says whether the key is an RSA key, whatever padding it is bound to.
func (k Key) IsRSA() bool { return k.Algorithm == "RSA" || k.Algorithm == "RSASSA-PSS" }

// Signature describes the algorithm by which a certificate is signed.
type Signature struct {
	Name string // as the RFC that defines it writes it: "sha256WithRSAEncryption"; the OID when it is unknown
	Hash string // "MD2", "MD4", "MD5", "SHA-1", "SHA-256" ...; "" when the scheme has its own, or is unknown
	OID  string
	kind string // how it is checked: "rsa", "pss", "ecdsa", "dsa", "ed25519", or "" for not at all
}

// String returns the name.
func (s Signature) String() string { return s.Name }

// WeakHash says whether the hash is one for which collisions can be made: MD2, MD4, MD5 or SHA-1.
func (s Signature) WeakHash() bool {
	return s.Hash == "MD2" || s.Hash == "MD4" || s.Hash == "MD5" || s.Hash == "SHA-1"
}

type curve struct {
	name string
	bits int
}

// curveOf names the curves that certificates are seen with (SEC 2, RFC 5639, RFC 8998, ANSI X9.62).
func curveOf(oid string) (curve, bool) {
	c, ok := curves()[oid]
	return c, ok
}

func curves() map[string]curve {
	return map[string]curve{
		"1.2.840.10045.3.1.1":   {"P-192", 192},
		"1.2.840.10045.3.1.7":   {"P-256", 256},
		"1.3.132.0.33":          {"P-224", 224},
		"1.3.132.0.34":          {"P-384", 384},
		"1.3.132.0.35":          {"P-521", 521},
		"1.3.132.0.10":          {"secp256k1", 256},
		"1.3.132.0.8":           {"secp160r1", 160},
		"1.2.156.10197.1.301":   {"SM2", 256},
		"1.3.36.3.3.2.8.1.1.1":  {"brainpoolP160r1", 160},
		"1.3.36.3.3.2.8.1.1.3":  {"brainpoolP192r1", 192},
		"1.3.36.3.3.2.8.1.1.5":  {"brainpoolP224r1", 224},
		"1.3.36.3.3.2.8.1.1.7":  {"brainpoolP256r1", 256},
		"1.3.36.3.3.2.8.1.1.9":  {"brainpoolP320r1", 320},
		"1.3.36.3.3.2.8.1.1.11": {"brainpoolP384r1", 384},
		"1.3.36.3.3.2.8.1.1.13": {"brainpoolP512r1", 512},
	}
}

// plainKey names the key algorithms without parameters (RFC 8410, RFC 9881, RFC 9909, GOST RFC 9215).
func plainKey(oid string) string { return cmp.Or(plainKeys()[oid], slhDSA(oid)) }

// slhDSA names the parameter sets of SLH-DSA, whose numbers follow each other (RFC 9909 section 3); "" for none.
func slhDSA(oid string) string {
	sets := [...]string{"SHA2-128s", "SHA2-128f", "SHA2-192s", "SHA2-192f", "SHA2-256s", "SHA2-256f",
		"SHAKE-128s", "SHAKE-128f", "SHAKE-192s", "SHAKE-192f", "SHAKE-256s", "SHAKE-256f"}
	number, ok := strings.CutPrefix(oid, "2.16.840.1.101.3.4.3.")
	if n, err := strconv.Atoi(number); ok && err == nil && n >= 20 && n-20 < len(sets) {
		return "SLH-DSA-" + sets[n-20]
	}
	return ""
}

func plainKeys() map[string]string {
	return map[string]string{
		"1.3.101.110":             "X25519",
		"1.3.101.111":             "X448",
		"1.3.101.112":             "Ed25519",
		"1.3.101.113":             "Ed448",
		"2.16.840.1.101.3.4.3.17": "ML-DSA-44",
		"2.16.840.1.101.3.4.3.18": "ML-DSA-65",
		"2.16.840.1.101.3.4.3.19": "ML-DSA-87",
		"1.2.643.2.2.19":          "GOST R 34.10-2001",
		"1.2.643.7.1.1.1.1":       "GOST R 34.10-2012 256",
		"1.2.643.7.1.1.1.2":       "GOST R 34.10-2012 512",
	}
}

// signatureOf names a signature algorithm (RFC 3279, 4055, 5758, 8410, 9881, 9909). params is what follows the OID.
func signatureOf(oid string, params []ber.Element) Signature {
	s, ok := signatureTable()[oid]
	if !ok {
		s.Name = cmp.Or(slhDSA(oid), oid)
	}
	s.OID = oid
	if s.kind == "pss" {
		if p, err := readPSS(params); err == nil {
			s.Hash = p.hash
			s.Name = "RSASSA-PSS with " + p.hash
		}
	}
	return s
}

func signatureTable() map[string]Signature {
	return map[string]Signature{
		"1.2.840.113549.1.1.2":    {Name: "md2WithRSAEncryption", Hash: "MD2"},
		"1.2.840.113549.1.1.3":    {Name: "md4WithRSAEncryption", Hash: "MD4"},
		"1.2.840.113549.1.1.4":    {Name: "md5WithRSAEncryption", Hash: "MD5", kind: "rsa"},
		"1.2.840.113549.1.1.5":    {Name: "sha1WithRSAEncryption", Hash: "SHA-1", kind: "rsa"},
		"1.3.14.3.2.29":           {Name: "sha1WithRSAEncryption", Hash: "SHA-1", kind: "rsa"},
		"1.2.840.113549.1.1.14":   {Name: "sha224WithRSAEncryption", Hash: "SHA-224", kind: "rsa"},
		"1.2.840.113549.1.1.11":   {Name: "sha256WithRSAEncryption", Hash: "SHA-256", kind: "rsa"},
		"1.2.840.113549.1.1.12":   {Name: "sha384WithRSAEncryption", Hash: "SHA-384", kind: "rsa"},
		"1.2.840.113549.1.1.13":   {Name: "sha512WithRSAEncryption", Hash: "SHA-512", kind: "rsa"},
		"1.2.840.113549.1.1.10":   {Name: "RSASSA-PSS", kind: "pss"},
		"1.2.840.10040.4.3":       {Name: "dsa-with-sha1", Hash: "SHA-1", kind: "dsa"},
		"2.16.840.1.101.3.4.3.1":  {Name: "dsa-with-sha224", Hash: "SHA-224", kind: "dsa"},
		"2.16.840.1.101.3.4.3.2":  {Name: "dsa-with-sha256", Hash: "SHA-256", kind: "dsa"},
		"1.2.840.10045.4.1":       {Name: "ecdsa-with-SHA1", Hash: "SHA-1", kind: "ecdsa"},
		"1.2.840.10045.4.3.1":     {Name: "ecdsa-with-SHA224", Hash: "SHA-224", kind: "ecdsa"},
		"1.2.840.10045.4.3.2":     {Name: "ecdsa-with-SHA256", Hash: "SHA-256", kind: "ecdsa"},
		"1.2.840.10045.4.3.3":     {Name: "ecdsa-with-SHA384", Hash: "SHA-384", kind: "ecdsa"},
		"1.2.840.10045.4.3.4":     {Name: "ecdsa-with-SHA512", Hash: "SHA-512", kind: "ecdsa"},
		"1.3.101.112":             {Name: "Ed25519", kind: "ed25519"},
		"1.3.101.113":             {Name: "Ed448"},
		"2.16.840.1.101.3.4.3.17": {Name: "ML-DSA-44"},
		"2.16.840.1.101.3.4.3.18": {Name: "ML-DSA-65"},
		"2.16.840.1.101.3.4.3.19": {Name: "ML-DSA-87"},
	}
}

// hashOf names a hash algorithm.
func hashOf(oid string) string { return hashes()[oid] }

func hashes() map[string]string {
	return map[string]string{
		"1.2.840.113549.2.2":     "MD2",
		"1.2.840.113549.2.5":     "MD5",
		"1.3.14.3.2.26":          "SHA-1",
		"2.16.840.1.101.3.4.2.4": "SHA-224",
		"2.16.840.1.101.3.4.2.1": "SHA-256",
		"2.16.840.1.101.3.4.2.2": "SHA-384",
		"2.16.840.1.101.3.4.2.3": "SHA-512",
	}
}
