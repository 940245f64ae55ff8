// Package cipher holds the facts about TLS code points: cipher suites, protocol versions, named groups and signature
// schemes, with the names that IANA, OpenSSL, GnuTLS and z/OS System SSL give them.
//
// Lookup and Describe go from a code to its facts, Parse from any name or code form to the code. Enumerable and ForVersion
// give the suites to ask a server for, in a fixed order.
//
// It is data and look-ups only. It judges nothing by a profile, dials nothing and reads no clock. An unknown code point is
// never dropped: Describe shows it as hex.
package cipher

//go:generate go run ./internal/gen -data data -out suites_table.go

// Suite describes one cipher suite.
type Suite struct {
	ID        ID
	Name      string // IANA's name; for private code points the name the field uses
	OpenSSL   string // empty when OpenSSL never had it
	GnuTLS    string // empty when GnuTLS never had it
	GSK2      string // System SSL two-character code ("35"), empty when it has none
	GSKV2     string // System SSL one-character code of an SSLv2 kind ("1", AT-TLS V2CipherSuites), empty when it has none
	SystemSSL bool   // z/OS System SSL (and so AT-TLS) knows it, by its four-character code

	// KeyExchange is "RSA", "DHE", "ECDHE", "DH" and "ECDH" (fixed keys in certificates), "PSK", "DHE_PSK", "ECDHE_PSK",
	// "RSA_PSK", "SRP", "KRB5", "GOST", "SM2", "any" (TLS 1.3), "NULL", or one of a few rarer ones. Anonymous
	// Diffie-Hellman is ephemeral (RFC 5246 section 7.4.3), so it is "DHE" or "ECDHE" with Authentication "anon".
	KeyExchange    string
	Authentication string // "RSA", "ECDSA", "DSS", "anon", "PSK", "SRP", "KRB5", "SM2", "any" (TLS 1.3), "NULL", ...
	Encryption     string // "AES_256_GCM", "RC4_128", "3DES_EDE_CBC", "NULL", ...
	MAC            string // "SHA", "SHA256", "MD5", "AEAD", ...
	Strength       int    // effective key bits of the encryption: 112 for 3DES, 40 or 56 for export and DES, 0 for NULL
	ForwardSecret  bool   // the key exchange is ephemeral; for TLS 1.3, with every mode but psk_ke (RFC 8446 section 2.2)
	AEAD           bool
	Export         bool

	MinVersion Version // oldest version it may be negotiated in; SSLv3 where servers ignore that its RFC says TLS 1.0
	MaxVersion Version // newest version it may be negotiated in
	Source     string  // "IANA" with the RFC, or the draft, product or registry that uses a private code point
	Known      bool    // false for a code point that no table names
	Signalling bool    // an SCSV or a GREASE value (RFC 8701): no suite, never selected by a server
}

// Usable says whether the suite may be negotiated in v by its specification. It is false for signalling values and for
// unknown suites.
func (s Suite) Usable(v Version) bool {
	return s.Known && !s.Signalling && v >= s.MinVersion && v <= s.MaxVersion
}

// Aliases returns further names of the suite that Parse takes: earlier IANA and OpenSSL names, those of other TLS libraries
// and tools. It is nil when there are none.
func (s Suite) Aliases() []string {
	var names []string
	for _, a := range aliases {
		if a.id == s.ID {
			names = append(names, a.name)
		}
	}
	return names
}

type alias struct {
	id   ID
	name string
}
