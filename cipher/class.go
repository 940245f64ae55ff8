package cipher

import (
	"fmt"
	"slices"
	"strings"

	"github.com/portseal/portseal/internal/nearest"
)

// Class is a property that many suites share, by which users ask for them.
type Class string

type classRule struct {
	class Class
	about string
	in    func(Suite) bool
}

// classRules is the one list of classes, sorted by name. A class states a fact of the suite itself: none depends on a
// profile, a date or a server.
var classRules = [...]classRule{
	{"3des", "triple DES", encryption("3DES")},
	{"aead", "authenticated encryption: GCM, CCM, ChaCha20-Poly1305 and rarer ones", func(s Suite) bool { return s.AEAD }},
	{"aes-128", "AES with a key of 128 bits", encryption("AES_128_")},
	{"aes-256", "AES with a key of 256 bits", encryption("AES_256_")},
	{"anon", "no authentication of the server", func(s Suite) bool { return s.Authentication == "anon" }},
	{"aria", "ARIA (RFC 6209)", encryption("ARIA_")},
	{"camellia", "Camellia", encryption("CAMELLIA_")},
	{"cbc", "block cipher in CBC mode", func(s Suite) bool { return strings.Contains(s.Encryption, "CBC") }},
	{"ccm", "CCM mode", func(s Suite) bool { return strings.Contains(s.Encryption, "_CCM") }},
	{"chacha20", "ChaCha20-Poly1305", encryption("CHACHA20")},
	{"des", "single DES, 56 or 40 bits", encryption("DES")},
	{"dhe", "ephemeral finite-field Diffie-Hellman", exchanged("DHE", "DHE_PSK")},
	{"dss", "the server signs with DSA", func(s Suite) bool { return s.Authentication == "DSS" }},
	{"ecdhe", "ephemeral elliptic-curve Diffie-Hellman", exchanged("ECDHE", "ECDHE_PSK")},
	{"export", "weakened for export: 40 or 56 bits", func(s Suite) bool { return s.Export }},
	{"forward-secret", "ephemeral key exchange", func(s Suite) bool { return s.ForwardSecret }},
	{"gcm", "GCM mode", func(s Suite) bool { return strings.HasSuffix(s.Encryption, "_GCM") }},
	{"gost", "GOST algorithms of Russia", isGOST},
	{"idea", "IDEA", encryption("IDEA")},
	{"insecure", "NULL, anonymous, export or single DES", isInsecure},
	{"krb5", "Kerberos (RFC 2712)", exchanged("KRB5")},
	{"mac-md5", "records are protected by HMAC with MD5", mac("MD5")},
	{"mac-sha1", "records are protected by HMAC with SHA-1", mac("SHA")},
	{"null", "no encryption", encryption("NULL")},
	{"private", "code point outside the IANA registry", func(s Suite) bool { return s.Known && !strings.HasPrefix(s.Source, "IANA") }},
	{"psk", "pre-shared key", func(s Suite) bool { return strings.HasSuffix(s.KeyExchange, "PSK") }},
	{"rc2", "RC2", encryption("RC2")},
	{"rc4", "RC4", encryption("RC4")},
	{"rsa-kx", "key transport by RSA: no forward secrecy", exchanged("RSA", "RSA_PSK")},
	{"seed", "SEED (RFC 4162)", encryption("SEED")},
	{"signalling", "signalling values and GREASE: no suites", func(s Suite) bool { return s.Signalling }},
	{"sm", "SM algorithms of China", isSM},
	{"srp", "secure remote password (RFC 5054)", exchanged("SRP")},
	{"ssl2", "SSLv2 cipher kinds", func(s Suite) bool { return s.ID.IsSSL2() }},
	{"static-dh", "fixed (EC)DH keys in certificates: no forward secrecy", exchanged("DH", "ECDH")},
	{"system-ssl", "z/OS System SSL has it, so AT-TLS can", func(s Suite) bool { return s.SystemSSL }},
	{"tls12", "for TLS 1.2 only", func(s Suite) bool { return s.MinVersion == TLSv12 && s.MaxVersion == TLSv12 }},
	{"tls13", "for TLS 1.3 only", func(s Suite) bool { return s.MinVersion == TLSv13 }},
}

// Classes returns all classes, sorted.
func Classes() []Class {
	out := make([]Class, len(classRules))
	for i, r := range classRules {
		out[i] = r.class
	}
	return out
}

// ParseClass reads a class in either case of letters. The error gives the nearest classes.
func ParseClass(s string) (Class, error) {
	c := Class(strings.ToLower(strings.TrimSpace(s)))
	if slices.Contains(Classes(), c) {
		return c, nil
	}
	var all []string
	for _, k := range Classes() {
		all = append(all, string(k))
	}
	return "", unknownError("class", s, fmt.Sprintf("one of %s", strings.Join(all, ", ")), nearest.Names(string(c), all))
}

// About says in a few words what the suites of the class share. It is empty for an unknown class.
func (c Class) About() string {
	for _, r := range classRules {
		if r.class == c {
			return r.about
		}
	}
	return ""
}

// In says whether the suite belongs to the class. An unknown suite belongs to none, and none belongs to an unknown class.
func (s Suite) In(c Class) bool {
	for _, r := range classRules {
		if r.class == c {
			return s.Known && r.in(s)
		}
	}
	return false
}

func encryption(prefix string) func(Suite) bool {
	return func(s Suite) bool { return strings.HasPrefix(s.Encryption, prefix) }
}

func mac(name string) func(Suite) bool { return func(s Suite) bool { return s.MAC == name } }

func exchanged(kinds ...string) func(Suite) bool {
	return func(s Suite) bool { return slices.Contains(kinds, s.KeyExchange) }
}

// isInsecure is the set of SUITE-INSECURE. RC4 and 3DES are classes of their own.
func isInsecure(s Suite) bool {
	return s.Encryption == "NULL" || s.Authentication == "anon" || s.Export || strings.HasPrefix(s.Encryption, "DES")
}

func isGOST(s Suite) bool {
	return s.KeyExchange == "GOST" || strings.Contains(s.Name, "GOST") || strings.HasPrefix(s.Encryption, "28147")
}

func isSM(s Suite) bool {
	return strings.HasPrefix(s.Encryption, "SM1") || strings.HasPrefix(s.Encryption, "SM4")
}
