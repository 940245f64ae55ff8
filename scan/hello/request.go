package hello

import (
	"golang.org/x/crypto/cryptobyte"

	"github.com/portseal/portseal/cipher"
)

// readCertificateRequest reads a request below TLS 1.3 (RFC 5246 section 7.4.4; signature schemes since TLS 1.2).
func readCertificateRequest(body []byte, v cipher.Version) (*CertificateRequest, bool) {
	s := cryptobyte.String(body)
	var types, schemes, names cryptobyte.String
	if !s.ReadUint8LengthPrefixed(&types) || v >= cipher.TLSv12 && !s.ReadUint16LengthPrefixed(&schemes) ||
		!s.ReadUint16LengthPrefixed(&names) || !s.Empty() {
		return nil, false
	}
	r := &CertificateRequest{Types: types}
	var ok bool
	if r.SignatureSchemes, ok = readSchemes(schemes); !ok {
		return nil, false
	}
	r.Authorities, ok = readNames(names)
	return r, ok
}

// readCertificateRequest13 reads a request of TLS 1.3 (RFC 8446 section 4.3.2).
func readCertificateRequest13(body []byte) (*CertificateRequest, bool) {
	s := cryptobyte.String(body)
	var context cryptobyte.String
	if !s.ReadUint8LengthPrefixed(&context) {
		return nil, false
	}
	extensions, ok := readExtensions(&s)
	if !ok || !s.Empty() {
		return nil, false
	}
	r := &CertificateRequest{}
	for _, e := range extensions {
		data := cryptobyte.String(e.Data)
		var list cryptobyte.String
		switch e.ID {
		case extSignatureAlgorithms:
			if !data.ReadUint16LengthPrefixed(&list) {
				return nil, false
			}
			r.SignatureSchemes, ok = readSchemes(list)
		case extAuthorities:
			if !data.ReadUint16LengthPrefixed(&list) {
				return nil, false
			}
			r.Authorities, ok = readNames(list)
		}
		if !ok {
			return nil, false
		}
	}
	return r, true
}

func readSchemes(s cryptobyte.String) ([]cipher.SignatureScheme, bool) {
	var out []cipher.SignatureScheme
	for !s.Empty() {
		var code uint16
		if !s.ReadUint16(&code) {
			return nil, false
		}
		out = append(out, cipher.SignatureScheme(code))
	}
	return out, true
}

func readNames(s cryptobyte.String) ([][]byte, bool) {
	var out [][]byte
	for !s.Empty() {
		var name cryptobyte.String
		if !s.ReadUint16LengthPrefixed(&name) {
			return nil, false
		}
		out = append(out, name)
	}
	return out, true
}
