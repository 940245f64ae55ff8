package main

import (
	"fmt"
	"slices"
	"strings"
)

// facts is what follows from a suite's name.
type facts struct {
	kx, auth, enc, mac             string
	strength                       int
	forwardSecret, aead, export    bool
	minVersion, maxVersion, signal string // Go expressions; signal is "true" or ""
}

type exchange struct {
	kx, auth      string
	forwardSecret bool
}

// exchanges maps the part of a name before _WITH_. DH_anon and ECDH_anon are ephemeral (RFC 5246 section 7.4.3, RFC 8422
// section 2), so they stand as DHE and ECDHE without authentication; DH and ECDH are the fixed ones of certificates.
var exchanges = map[string]exchange{
	"NULL": {"NULL", "NULL", false}, "RSA": {"RSA", "RSA", false},
	"DH_RSA": {"DH", "RSA", false}, "DH_DSS": {"DH", "DSS", false},
	"DHE_RSA": {"DHE", "RSA", true}, "DHE_DSS": {"DHE", "DSS", true}, "DH_anon": {"DHE", "anon", true},
	"ECDH_RSA": {"ECDH", "RSA", false}, "ECDH_ECDSA": {"ECDH", "ECDSA", false}, "ECDH_ECNRA": {"ECDH", "ECNRA", false},
	"ECDHE_RSA": {"ECDHE", "RSA", true}, "ECDHE_ECDSA": {"ECDHE", "ECDSA", true}, "ECDH_anon": {"ECDHE", "anon", true},
	"ECMQV_ECDSA": {"ECMQV", "ECDSA", false}, "ECMQV_ECNRA": {"ECMQV", "ECNRA", false},
	"PSK": {"PSK", "PSK", false}, "RSA_PSK": {"RSA_PSK", "RSA", false},
	"DHE_PSK": {"DHE_PSK", "PSK", true}, "PSK_DHE": {"DHE_PSK", "PSK", true}, "ECDHE_PSK": {"ECDHE_PSK", "PSK", true},
	"SRP_SHA": {"SRP", "SRP", true}, "SRP_SHA_RSA": {"SRP", "RSA", true}, "SRP_SHA_DSS": {"SRP", "DSS", true},
	"KRB5": {"KRB5", "KRB5", false}, "ECCPWD": {"ECCPWD", "ECCPWD", true}, "ECJPAKE": {"ECJPAKE", "ECJPAKE", true},
	"CECPQ1_RSA": {"CECPQ1", "RSA", true}, "CECPQ1_ECDSA": {"CECPQ1", "ECDSA", true},
	"FORTEZZA_KEA": {"FORTEZZA_KEA", "FORTEZZA_KEA", false},
	"GOSTR341094":  {"GOST", "GOSTR341094", false}, "GOSTR341001": {"GOST", "GOSTR341001", false},
	"GOSTR341112_256": {"GOST", "GOSTR341112_256", false}, "GOSTR341094_RSA": {"RSA", "RSA", false},
	// GM/T 0024 and GB/T 38636: ECC is SM2 key transport, IBC and IBSDH are SM9.
	"ECDHE_SM": {"ECDHE", "SM2", true}, "ECC_SM": {"SM2", "SM2", false},
	"IBSDH_SM": {"IBSDH", "SM9", true}, "IBC_SM": {"IBC", "SM9", false}, "RSA_SM": {"RSA", "RSA", false},
}

// macs are the endings of a name, longest first where one ends in another.
var macs = []string{"SHA256", "SHA384", "SHA512", "SHA1", "SHA", "MD5", "RMD", "SM3", "IMIT", "OMAC", "UMAC96", "GOSTR3411", "GOST94",
	"ASCONHASH256"}

// aeads mark an encryption that authenticates by itself; the hash that follows it in a name is the PRF's.
var aeads = []string{"_GCM", "_CCM", "_OCB", "_MGM", "CHACHA20_POLY1305", "AEGIS_", "ASCONAEAD"}

// odd holds the names that say too little.
var odd = map[string]facts{
	"SSL_CK_RC4_128_WITH_MD5":              {kx: "RSA", auth: "RSA", enc: "RC4_128", mac: "MD5"},
	"SSL_CK_RC4_128_EXPORT40_WITH_MD5":     {kx: "RSA", auth: "RSA", enc: "RC4_40", mac: "MD5", export: true},
	"SSL_CK_RC4_64_WITH_MD5":               {kx: "RSA", auth: "RSA", enc: "RC4_64", mac: "MD5"},
	"SSL_CK_RC2_128_CBC_WITH_MD5":          {kx: "RSA", auth: "RSA", enc: "RC2_CBC_128", mac: "MD5"},
	"SSL_CK_RC2_128_CBC_EXPORT40_WITH_MD5": {kx: "RSA", auth: "RSA", enc: "RC2_CBC_40", mac: "MD5", export: true},
	"SSL_CK_IDEA_128_CBC_WITH_MD5":         {kx: "RSA", auth: "RSA", enc: "IDEA_CBC", mac: "MD5"},
	"SSL_CK_DES_64_CBC_WITH_MD5":           {kx: "RSA", auth: "RSA", enc: "DES_CBC", mac: "MD5"},
	"SSL_CK_DES_64_CBC_WITH_SHA":           {kx: "RSA", auth: "RSA", enc: "DES_CBC", mac: "SHA"},
	"SSL_CK_DES_64_CFB64_WITH_MD5_1":       {kx: "RSA", auth: "RSA", enc: "DES_CFB64", mac: "MD5"},
	"SSL_CK_DES_192_EDE3_CBC_WITH_MD5":     {kx: "RSA", auth: "RSA", enc: "3DES_EDE_CBC", mac: "MD5"},
	"SSL_CK_DES_192_EDE3_CBC_WITH_SHA":     {kx: "RSA", auth: "RSA", enc: "3DES_EDE_CBC", mac: "SHA"},
	"SSL_CK_NULL_WITH_MD5":                 {kx: "RSA", auth: "RSA", enc: "NULL", mac: "MD5"},
	"SSL_CK_NULL":                          {kx: "NULL", auth: "NULL", enc: "NULL", mac: "NULL"},
	"TLS_NULL_WITH_NULL_NULL":              {kx: "NULL", auth: "NULL", enc: "NULL", mac: "NULL"},
	"TLS_SHA256_SHA256":                    {kx: "any", auth: "any", enc: "NULL", mac: "SHA256", forwardSecret: true},
	"TLS_SHA384_SHA384":                    {kx: "any", auth: "any", enc: "NULL", mac: "SHA384", forwardSecret: true},
	"GOST-GOST89MAC":                       {kx: "RSA", auth: "RSA", enc: "28147_CNT", mac: "IMIT"},
	"GOST-GOST89STREAM":                    {kx: "RSA", auth: "RSA", enc: "28147_CNT", mac: "IMIT"},
}

// derive fills e's facts from its name.
func derive(e *entry) error {
	if strings.HasSuffix(e.name, "_SCSV") || strings.HasPrefix(e.name, "GREASE_") {
		e.facts = facts{signal: "true"}
		return setVersions(e)
	}
	if f, ok := odd[e.name]; ok {
		e.facts = f
	} else if err := parseName(e); err != nil {
		return fmt.Errorf("%s %s: %w", e.code, e.name, err)
	}
	var ok bool
	if e.strength, ok = strength(e.enc); !ok {
		return fmt.Errorf("%s %s: no strength known for %s", e.code, e.name, e.enc)
	}
	return setVersions(e)
}

func parseName(e *entry) error {
	name := strings.TrimPrefix(strings.TrimPrefix(e.name, "TLS_"), "SSL_")
	for _, suffix := range []string{"_DRAFT", "_OLD", "_LEGACY"} {
		name = strings.TrimSuffix(name, suffix)
	}
	left, right, ok := strings.Cut(name, "_WITH_")
	if !ok {
		left, right = splitWithout(name)
	}
	for _, suffix := range []string{"_EXPORT1024", "_EXPORT"} {
		if l, found := strings.CutSuffix(left, suffix); found {
			left, e.export = l, true
			break
		}
	}
	for _, suffix := range []string{"_FIPS", "_OLDFIPS"} {
		left = strings.TrimSuffix(left, suffix)
	}
	x, ok := exchanges[left]
	if left == "" || (left == "GOSTR341112_256" && strings.Contains(right, "_MGM")) { // TLS 1.3: RFC 8446, RFC 9367
		x, ok = exchange{"any", "any", true}, true
	}
	if !ok {
		return fmt.Errorf("unknown key exchange %q", left)
	}
	e.kx, e.auth, e.forwardSecret = x.kx, x.auth, x.forwardSecret
	return e.parseCipher(right)
}

// splitWithout splits a name that has no _WITH_: TLS 1.3 names have no key exchange, China's TLCP names begin with it.
func splitWithout(name string) (left, right string) {
	first, rest, _ := strings.Cut(name, "_")
	if _, ok := exchanges[first+"_SM"]; ok && strings.HasPrefix(rest, "SM") {
		return first + "_SM", rest
	}
	return "", name
}

func (e *entry) parseCipher(s string) error {
	e.aead = slices.ContainsFunc(aeads, func(a string) bool { return strings.Contains(s, a) })
	e.enc = s
	for _, m := range macs {
		if enc, ok := strings.CutSuffix(s, "_"+m); ok {
			e.enc, e.mac = enc, m
			break
		}
	}
	if e.aead {
		e.mac = "AEAD"
	}
	if e.mac == "SHA1" {
		e.mac = "SHA"
	}
	if e.mac == "" {
		return fmt.Errorf("no MAC in %q", s)
	}
	return nil
}

// strength returns the effective key bits. 3DES counts 112 (NIST SP 800-57 part 1, table 2).
func strength(enc string) (bits int, ok bool) {
	exact := map[string]int{
		"NULL": 0, "3DES_EDE_CBC": 112, "DES_CBC": 56, "DES_CFB64": 56, "DES40_CBC": 40, "DES_CBC_40": 40,
		"RC4_40": 40, "RC4_56": 56, "RC4_64": 64, "RC4_128": 128, "RC2_CBC_40": 40, "RC2_CBC_56": 56, "RC2_CBC": 128,
		"RC2_CBC_128": 128, "IDEA_CBC": 128, "SEED_CBC": 128, "FORTEZZA_CBC": 80, "CHACHA20_POLY1305": 256,
		"SALSA20": 256, "ESTREAM_SALSA20": 256, "AEGIS_128L": 128, "AEGIS_256": 256, "ASCONAEAD128": 128, "28147_CNT": 256,
	}
	if n, found := exact[enc]; found {
		return n, true
	}
	switch family, rest, _ := strings.Cut(enc, "_"); family {
	case "SM1", "SM4":
		return 128, true
	case "KUZNYECHIK", "MAGMA":
		return 256, true
	case "AES", "CAMELLIA", "ARIA":
		if strings.HasPrefix(rest, "128") {
			return 128, true
		}
		return 256, strings.HasPrefix(rest, "256")
	}
	return 0, false
}
