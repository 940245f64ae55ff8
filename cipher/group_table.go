package cipher

const (
	rfc8422  = "IANA, RFC 8422"
	rfc9189  = "IANA, RFC 9189, RFC 9367"
	hybrids  = "IANA, draft-ietf-tls-ecdhe-mlkem"
	pureKEMs = "IANA, draft-ietf-tls-mlkem"
)

// groups is sorted by code. AT-TLS's codes are those of its ServerKexECurves and ClientECurves.
//
// The sizes of key shares: an uncompressed point is 1 + 2n bytes (RFC 8446 section 4.2.8.2), GOST curves send 2n bytes
// (RFC 9367 section 4.2), finite-field groups the size of the prime, ML-KEM its encapsulation key (FIPS 203 table 3), a
// hybrid both.
var groups = [...]GroupInfo{
	oldCurve(0x0001, "sect163k1", 163, "K-163"),
	oldCurve(0x0002, "sect163r1", 163),
	oldCurve(0x0003, "sect163r2", 163, "B-163"),
	oldCurve(0x0004, "sect193r1", 193),
	oldCurve(0x0005, "sect193r2", 193),
	oldCurve(0x0006, "sect233k1", 233, "K-233"),
	oldCurve(0x0007, "sect233r1", 233, "B-233"),
	oldCurve(0x0008, "sect239k1", 239),
	oldCurve(0x0009, "sect283k1", 283, "K-283"),
	oldCurve(0x000A, "sect283r1", 283, "B-283"),
	oldCurve(0x000B, "sect409k1", 409, "K-409"),
	oldCurve(0x000C, "sect409r1", 409, "B-409"),
	oldCurve(0x000D, "sect571k1", 571, "K-571"),
	oldCurve(0x000E, "sect571r1", 571, "B-571"),
	oldCurve(0x000F, "secp160k1", 160),
	oldCurve(0x0010, "secp160r1", 160),
	oldCurve(0x0011, "secp160r2", 160),
	oldCurve(0x0012, "secp192k1", 192),
	attls("0019", oldCurve(0x0013, "secp192r1", 192, "prime192v1", "P-192")),
	oldCurve(0x0014, "secp224k1", 224),
	attls("0021", oldCurve(0x0015, "secp224r1", 224, "P-224")),
	oldCurve(0x0016, "secp256k1", 256),
	attls("0023", curve(0x0017, "secp256r1", 256, rfc8422, "prime256v1", "P-256")),
	attls("0024", curve(0x0018, "secp384r1", 384, rfc8422, "P-384")),
	attls("0025", curve(0x0019, "secp521r1", 521, rfc8422, "P-521")),
	attls("0026", until12(curve(0x001A, "brainpoolP256r1", 256, "IANA, RFC 7027"))),
	attls("0027", until12(curve(0x001B, "brainpoolP384r1", 384, "IANA, RFC 7027"))),
	attls("0028", until12(curve(0x001C, "brainpoolP512r1", 512, "IANA, RFC 7027"))),
	attls("0029", share(32, curve(0x001D, "x25519", 255, "IANA, RFC 8446, RFC 8422", "ecdh_x25519", "Curve25519"))),
	attls("0030", share(56, curve(0x001E, "x448", 448, "IANA, RFC 8446, RFC 8422", "ecdh_x448", "Curve448"))),
	only13(curve(0x001F, "brainpoolP256r1tls13", 256, "IANA, RFC 8734")),
	only13(curve(0x0020, "brainpoolP384r1tls13", 384, "IANA, RFC 8734")),
	only13(curve(0x0021, "brainpoolP512r1tls13", 512, "IANA, RFC 8734")),
	share(64, from12(curve(0x0022, "GC256A", 256, rfc9189))),
	share(64, from12(curve(0x0023, "GC256B", 256, rfc9189))),
	share(64, from12(curve(0x0024, "GC256C", 256, rfc9189))),
	share(64, from12(curve(0x0025, "GC256D", 256, rfc9189))),
	share(128, from12(curve(0x0026, "GC512A", 512, rfc9189))),
	share(128, from12(curve(0x0027, "GC512B", 512, rfc9189))),
	share(128, from12(curve(0x0028, "GC512C", 512, rfc9189))),
	only13(curve(0x0029, "curveSM2", 256, "IANA, RFC 8998", "SM2")),
	finiteField(0x0100, "ffdhe2048", 2048),
	finiteField(0x0101, "ffdhe3072", 3072),
	finiteField(0x0102, "ffdhe4096", 4096),
	finiteField(0x0103, "ffdhe6144", 6144),
	finiteField(0x0104, "ffdhe8192", 8192),
	postQuantum(0x0200, "MLKEM512", KindMLKEM, 0, 800, pureKEMs, "ML-KEM-512"),
	postQuantum(0x0201, "MLKEM768", KindMLKEM, 0, 1184, pureKEMs, "ML-KEM-768"),
	postQuantum(0x0202, "MLKEM1024", KindMLKEM, 0, 1568, pureKEMs, "ML-KEM-1024"),
	postQuantum(0x11EB, "SecP256r1MLKEM768", KindHybrid, 256, 65+1184, hybrids),
	postQuantum(0x11EC, "X25519MLKEM768", KindHybrid, 255, 32+1184, hybrids),
	postQuantum(0x11ED, "SecP384r1MLKEM1024", KindHybrid, 384, 97+1568, hybrids),
	postQuantum(0x11EE, "curveSM2MLKEM768", KindHybrid, 256, 65+1184, "IANA, draft-yang-tls-hybrid-sm2-mlkem"),
	postQuantum(0x4138, "CECPQ2", KindHybrid, 255, 32+1138, "BoringSSL experiment of 2018"),
	postQuantum(0x6399, "X25519Kyber768Draft00", KindHybrid, 255, 32+1184, "IANA, draft-tls-westerbaan-xyber768d00", "X25519Kyber768"),
	postQuantum(0x639A, "SecP256r1Kyber768Draft00", KindHybrid, 256, 65+1184, "IANA, draft-kwiatkowski-tls-ecdhe-kyber", "P256Kyber768"),
	postQuantum(0xFE30, "X25519Kyber512Draft00", KindHybrid, 255, 32+800, "Cloudflare experiment of 2022"),
	postQuantum(0xFE31, "X25519Kyber768Draft00Old", KindHybrid, 255, 32+1184, "Cloudflare experiment of 2022"),
	explicitCurve(0xFF01, "arbitrary_explicit_prime_curves"),
	explicitCurve(0xFF02, "arbitrary_explicit_char2_curves"),
}

func curve(code Group, name string, bits int, source string, aliases ...string) GroupInfo {
	return GroupInfo{Code: code, Name: name, Kind: KindElliptic, Bits: bits, KeyShareSize: 1 + 2*((bits+7)/8), Aliases: aliases,
		MinVersion: TLSv10, MaxVersion: TLSv13, Source: source, Known: true}
}

// oldCurve is a curve that RFC 8422 section 5.1.1 deprecates; TLS 1.3 has none of them, so it has no key share.
func oldCurve(code Group, name string, bits int, aliases ...string) GroupInfo {
	return until12(curve(code, name, bits, rfc8422, aliases...))
}

func finiteField(code Group, name string, bits int) GroupInfo {
	return GroupInfo{Code: code, Name: name, Kind: KindFiniteField, Bits: bits, KeyShareSize: bits / 8,
		MinVersion: TLSv10, MaxVersion: TLSv13, Source: "IANA, RFC 7919", Known: true}
}

func postQuantum(code Group, name, kind string, bits, size int, source string, aliases ...string) GroupInfo {
	return GroupInfo{Code: code, Name: name, Kind: kind, Bits: bits, KeyShareSize: size, Aliases: aliases,
		MinVersion: TLSv13, MaxVersion: TLSv13, Source: source, Known: true}
}

func explicitCurve(code Group, name string) GroupInfo {
	return GroupInfo{Code: code, Name: name, Kind: KindExplicit, MinVersion: TLSv10, MaxVersion: TLSv12, Source: rfc8422, Known: true}
}

func attls(code string, g GroupInfo) GroupInfo { g.ATTLS = code; return g }

func share(size int, g GroupInfo) GroupInfo { g.KeyShareSize = size; return g }

func only13(g GroupInfo) GroupInfo { g.MinVersion = TLSv13; return g }

func from12(g GroupInfo) GroupInfo { g.MinVersion = TLSv12; return g }

func until12(g GroupInfo) GroupInfo { g.MaxVersion = TLSv12; g.KeyShareSize = 0; return g }
