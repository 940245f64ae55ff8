package cipher

const (
	rfc5246sig = "IANA, RFC 5246"
	rfc8446sig = "IANA, RFC 8446"
	rfc9367sig = "IANA, RFC 9367"
	ibsDraft   = "IANA, draft-wang-tls-raw-public-key-with-ibc"
	pkcs1Draft = "IANA, draft-ietf-tls-tls13-pkcs1"
	mldsaDraft = "IANA, draft-ietf-tls-mldsa"
	slhDraft   = "IANA, draft-reddy-tls-slhdsa"
	gostEngine = "OpenSSL GOST engine, before RFC 9189"
)

// schemes is sorted by code. AT-TLS's SignaturePairs are the true code points.
var schemes = [...]SignatureSchemeInfo{
	tls12Pair(0x0101, "rsa_pkcs1_md5", "RSA", "MD5"),
	pairs("0201", "TLS_SIGALG_SHA1_WITH_RSA", tls12Pair(0x0201, "rsa_pkcs1_sha1", "RSA", "SHA1")),
	pairs("0202", "TLS_SIGALG_SHA1_WITH_DSA", tls12Pair(0x0202, "dsa_sha1", "DSA", "SHA1")),
	pairs("0203", "TLS_SIGALG_SHA1_WITH_ECDSA", tls12Pair(0x0203, "ecdsa_sha1", "ECDSA", "SHA1")),
	pairs("0301", "TLS_SIGALG_SHA224_WITH_RSA", tls12Pair(0x0301, "rsa_pkcs1_sha224", "RSA", "SHA224")),
	pairs("0302", "TLS_SIGALG_SHA224_WITH_DSA", tls12Pair(0x0302, "dsa_sha224", "DSA", "SHA224")),
	pairs("0303", "TLS_SIGALG_SHA224_WITH_ECDSA", tls12Pair(0x0303, "ecdsa_sha224", "ECDSA", "SHA224")),
	pairs("0401", "TLS_SIGALG_SHA256_WITH_RSA", tls12Pair(0x0401, "rsa_pkcs1_sha256", "RSA", "SHA256")),
	pairs("0402", "TLS_SIGALG_SHA256_WITH_DSA", tls12Pair(0x0402, "dsa_sha256", "DSA", "SHA256")),
	pairs("0403", "TLS_SIGALG_SHA256_WITH_ECDSA", scheme(0x0403, "ecdsa_secp256r1_sha256", "ECDSA", "SHA256", rfc8446sig)),
	only13Scheme(scheme(0x0420, "rsa_pkcs1_sha256_legacy", "RSA", "SHA256", pkcs1Draft)),
	pairs("0501", "TLS_SIGALG_SHA384_WITH_RSA", tls12Pair(0x0501, "rsa_pkcs1_sha384", "RSA", "SHA384")),
	tls12Pair(0x0502, "dsa_sha384", "DSA", "SHA384"),
	pairs("0503", "TLS_SIGALG_SHA384_WITH_ECDSA", scheme(0x0503, "ecdsa_secp384r1_sha384", "ECDSA", "SHA384", rfc8446sig)),
	only13Scheme(scheme(0x0520, "rsa_pkcs1_sha384_legacy", "RSA", "SHA384", pkcs1Draft)),
	pairs("0601", "TLS_SIGALG_SHA512_WITH_RSA", tls12Pair(0x0601, "rsa_pkcs1_sha512", "RSA", "SHA512")),
	tls12Pair(0x0602, "dsa_sha512", "DSA", "SHA512"),
	pairs("0603", "TLS_SIGALG_SHA512_WITH_ECDSA", scheme(0x0603, "ecdsa_secp521r1_sha512", "ECDSA", "SHA512", rfc8446sig)),
	only13Scheme(scheme(0x0620, "rsa_pkcs1_sha512_legacy", "RSA", "SHA512", pkcs1Draft)),
	only13Scheme(scheme(0x0704, "eccsi_sha256", "IBS", "SHA256", ibsDraft)),
	only13Scheme(scheme(0x0705, "iso_ibs1", "IBS", "", ibsDraft)),
	only13Scheme(scheme(0x0706, "iso_ibs2", "IBS", "", ibsDraft)),
	only13Scheme(scheme(0x0707, "iso_chinese_ibs", "IBS", "", ibsDraft)),
	only13Scheme(scheme(0x0708, "sm2sig_sm3", "SM2", "SM3", "IANA, RFC 8998")),
	only13Scheme(scheme(0x0709, "gostr34102012_256a", "GOST", "", rfc9367sig)),
	only13Scheme(scheme(0x070A, "gostr34102012_256b", "GOST", "", rfc9367sig)),
	only13Scheme(scheme(0x070B, "gostr34102012_256c", "GOST", "", rfc9367sig)),
	only13Scheme(scheme(0x070C, "gostr34102012_256d", "GOST", "", rfc9367sig)),
	only13Scheme(scheme(0x070D, "gostr34102012_512a", "GOST", "", rfc9367sig)),
	only13Scheme(scheme(0x070E, "gostr34102012_512b", "GOST", "", rfc9367sig)),
	only13Scheme(scheme(0x070F, "gostr34102012_512c", "GOST", "", rfc9367sig)),
	pairs("0804", "TLS_SIGALG_SHA256_WITH_RSASSA_PSS", scheme(0x0804, "rsa_pss_rsae_sha256", "RSA", "SHA256", rfc8446sig)),
	pairs("0805", "TLS_SIGALG_SHA384_WITH_RSASSA_PSS", scheme(0x0805, "rsa_pss_rsae_sha384", "RSA", "SHA384", rfc8446sig)),
	pairs("0806", "TLS_SIGALG_SHA512_WITH_RSASSA_PSS", scheme(0x0806, "rsa_pss_rsae_sha512", "RSA", "SHA512", rfc8446sig)),
	scheme(0x0807, "ed25519", "EdDSA", "", rfc8446sig),
	scheme(0x0808, "ed448", "EdDSA", "", rfc8446sig),
	scheme(0x0809, "rsa_pss_pss_sha256", "RSA-PSS", "SHA256", rfc8446sig),
	scheme(0x080A, "rsa_pss_pss_sha384", "RSA-PSS", "SHA384", rfc8446sig),
	scheme(0x080B, "rsa_pss_pss_sha512", "RSA-PSS", "SHA512", rfc8446sig),
	only13Scheme(scheme(0x081A, "ecdsa_brainpoolP256r1tls13_sha256", "ECDSA", "SHA256", "IANA, RFC 8734")),
	only13Scheme(scheme(0x081B, "ecdsa_brainpoolP384r1tls13_sha384", "ECDSA", "SHA384", "IANA, RFC 8734")),
	only13Scheme(scheme(0x081C, "ecdsa_brainpoolP512r1tls13_sha512", "ECDSA", "SHA512", "IANA, RFC 8734")),
	until12Scheme(scheme(0x0840, "gostr34102012_256", "GOST", "", "IANA, RFC 9189")),
	until12Scheme(scheme(0x0841, "gostr34102012_512", "GOST", "", "IANA, RFC 9189")),
	only13Scheme(scheme(0x0904, "mldsa44", "ML-DSA", "", mldsaDraft)),
	only13Scheme(scheme(0x0905, "mldsa65", "ML-DSA", "", mldsaDraft)),
	only13Scheme(scheme(0x0906, "mldsa87", "ML-DSA", "", mldsaDraft)),
	only13Scheme(scheme(0x0911, "slhdsa_sha2_128s", "SLH-DSA", "", slhDraft)),
	only13Scheme(scheme(0x0912, "slhdsa_sha2_128f", "SLH-DSA", "", slhDraft)),
	only13Scheme(scheme(0x0913, "slhdsa_sha2_192s", "SLH-DSA", "", slhDraft)),
	only13Scheme(scheme(0x0914, "slhdsa_sha2_192f", "SLH-DSA", "", slhDraft)),
	only13Scheme(scheme(0x0915, "slhdsa_sha2_256s", "SLH-DSA", "", slhDraft)),
	only13Scheme(scheme(0x0916, "slhdsa_sha2_256f", "SLH-DSA", "", slhDraft)),
	only13Scheme(scheme(0x0917, "slhdsa_shake_128s", "SLH-DSA", "", slhDraft)),
	only13Scheme(scheme(0x0918, "slhdsa_shake_128f", "SLH-DSA", "", slhDraft)),
	only13Scheme(scheme(0x0919, "slhdsa_shake_192s", "SLH-DSA", "", slhDraft)),
	only13Scheme(scheme(0x091A, "slhdsa_shake_192f", "SLH-DSA", "", slhDraft)),
	only13Scheme(scheme(0x091B, "slhdsa_shake_256s", "SLH-DSA", "", slhDraft)),
	only13Scheme(scheme(0x091C, "slhdsa_shake_256f", "SLH-DSA", "", slhDraft)),
	until12Scheme(scheme(0xEDED, "gostr34102001_gostr3411", "GOST", "", gostEngine)),
	until12Scheme(scheme(0xEEEE, "gostr34102012_256_gostr34112012_256", "GOST", "", gostEngine)),
	until12Scheme(scheme(0xEFEF, "gostr34102012_512_gostr34112012_512", "GOST", "", gostEngine)),
}

func scheme(code SignatureScheme, name, key, hash, source string) SignatureSchemeInfo {
	return SignatureSchemeInfo{Code: code, Name: name, Key: key, Hash: hash, MinVersion: TLSv12, MaxVersion: TLSv13,
		Source: source, Known: true}
}

// tls12Pair is a hash and signature pair of TLS 1.2. TLS 1.3 signs no handshake with PKCS #1 v1.5, SHA-1 or DSA (RFC 8446
// section 4.2.3).
func tls12Pair(code SignatureScheme, name, key, hash string) SignatureSchemeInfo {
	return until12Scheme(scheme(code, name, key, hash, rfc5246sig))
}

func pairs(attls, pasearch string, s SignatureSchemeInfo) SignatureSchemeInfo {
	s.ATTLS, s.Pasearch = attls, pasearch
	return s
}

func only13Scheme(s SignatureSchemeInfo) SignatureSchemeInfo { s.MinVersion = TLSv13; return s }

func until12Scheme(s SignatureSchemeInfo) SignatureSchemeInfo { s.MaxVersion = TLSv12; return s }
