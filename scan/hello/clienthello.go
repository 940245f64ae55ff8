package hello

import (
	"strings"

	"github.com/portseal/portseal/cipher"
)

// ClientHello is what one hello offers. Marshal writes exactly what the fields say: what a hello holds decides whether a
// refusal means anything, so New's defaults are the ones to start from.
type ClientHello struct {
	Version              cipher.Version           // the one version asked about; SSLv2 makes the SSLv2 form
	Suites               []cipher.ID              // in order; cipher kinds for SSLv2
	ServerName           string                   // server_name (RFC 6066 section 3); empty leaves it out
	Groups               []cipher.Group           // supported_groups; nil leaves it out
	PointFormats         bool                     // ec_point_formats with uncompressed points (RFC 8422 section 5.1.2)
	SignatureSchemes     []cipher.SignatureScheme // signature_algorithms; nil leaves it out
	ExtendedMasterSecret bool                     // RFC 7627
	RenegotiationInfo    bool                     // empty renegotiation_info (RFC 5746)
	ALPN                 []string                 // application protocols (RFC 7301); nil leaves it out
	StatusRequest        bool                     // asks for an OCSP response (RFC 6066 section 8)
	SCT                  bool                     // asks for certificate timestamps (RFC 6962 section 3.3.1)
	Compressions         []uint8                  // compression methods beside null, before it in the list: 1 DEFLATE (RFC 3749)
	More                 []Extension              // further extensions, as they are, those without data before those with; New leaves them out
	KeyShares            []cipher.Group           // TLS 1.3: a share for each; none asks for a HelloRetryRequest (RFC 8446, 4.2.8)
	PadTo                int                      // pads the handshake message to at least so many bytes (RFC 7685); 0 pads nothing
	LegacyVersion        uint16                   // legacy_version (RFC 8446 section 4.1.2); 0: Version, TLS 1.2 at most
	RecordVersion        uint16                   // of the record header; 0: SSL 3.0 for that, TLS 1.0 for all later ones
	MoreVersions         []uint16                 // TLS 1.3: stand before it in supported_versions
	Fragment             int                      // most octets of the message in one record; 0: as many as a record holds
	Seed                 string                   // random, session id and key-share private keys come from it: same fields, same bytes
	Keys                 *Keys                    // those of the seed, where they were made before; nil makes them

	Random     []byte      // filled by ParseClientHello (SSLv2: the challenge); Marshal takes it from Seed
	SessionID  []byte      // filled by ParseClientHello; below TLS 1.3 Marshal offers it, for TLS 1.3 it takes one from Seed
	Extensions []Extension // filled by ParseClientHello, in order, with their raw data; Marshal makes its own
}

// Extension is one extension as it stands on the wire.
type Extension struct {
	ID   uint16
	Data []byte
}

// findExtension returns the first extension of that type.
func findExtension(list []Extension, id uint16) ([]byte, bool) {
	for _, e := range list {
		if e.ID == id {
			return e.Data, true
		}
	}
	return nil, false
}

// New returns a hello of one version that leaves a server no reason to refuse but version and suites:
//
//   - SSLv2 and SSLv3 have no extensions;
//   - from TLS 1.0 up: extended_master_secret, renegotiation_info, server_name when there is a name that is no IP literal,
//     elliptic groups, ec_point_formats, and every signature scheme, SHA-1, MD5 and DSA among them;
//   - below TLS 1.3 no finite-field group (256 to 511): GnuTLS then refuses DHE that it accepts without;
//   - TLS 1.3 offers nothing older, its classical groups, finite-field ones among them, and no key share: hybrids and
//     shares are the caller's to add;
//   - what has extensions is padded to 512 bytes, since some load balancers hang on 256 to 511 (RFC 7685 section 1).
//
// TLS_FALLBACK_SCSV (5600) is never added; the caller lists it to ask about it.
func New(v cipher.Version, suites []cipher.ID, serverName, seed string) ClientHello {
	h := ClientHello{Version: v, Suites: suites, Seed: seed}
	if v == cipher.SSLv2 || v == cipher.SSLv3 {
		return h
	}
	h.ServerName = sni(serverName)
	h.ExtendedMasterSecret = true
	h.RenegotiationInfo = true
	h.PointFormats = true
	h.Groups = defaultGroups(v)
	h.SignatureSchemes = defaultSchemes()
	h.PadTo = 512
	return h
}

// sni returns the name as server_name carries it: without a trailing dot, and empty for an IP literal, which RFC 6066
// section 3 forbids there.
func sni(name string) string {
	name = strings.TrimSuffix(name, ".")
	if name == "" || strings.ContainsAny(name, ":[]%") {
		return ""
	}
	last := name[strings.LastIndexByte(name, '.')+1:]
	if strings.Trim(last, "0123456789") == "" {
		return "" // no top-level domain is a number, so this is an IPv4 literal
	}
	return name
}
