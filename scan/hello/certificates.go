package hello

import "golang.org/x/crypto/cryptobyte"

// certificates reads a Certificate message: RFC 5246 section 7.4.2, or RFC 8446 section 4.4.2 where every entry has
// extensions and a context comes first.
func (f *Flight) certificates(m message, tls13 bool) bool {
	s := cryptobyte.String(m.body())
	var context, list cryptobyte.String
	if tls13 && !s.ReadUint8LengthPrefixed(&context) || !s.ReadUint24LengthPrefixed(&list) || !s.Empty() {
		return false
	}
	for !list.Empty() {
		var der, rest cryptobyte.String
		if !list.ReadUint24LengthPrefixed(&der) {
			return false
		}
		if len(f.Certificates) == MaxCertificates {
			return false
		}
		at := m.locate(len(m.raw)-len(list)-len(der), len(der))
		if tls13 {
			rest = list
			extensions, ok := readExtensions(&rest)
			if !ok {
				return false
			}
			list = rest
			if len(f.Certificates) == 0 {
				f.leafExtensions(extensions)
			}
		}
		f.Certificates = append(f.Certificates, der)
		f.CertificatesAt = append(f.CertificatesAt, at)
	}
	return true
}

// leafExtensions reads what TLS 1.3 sends with the leaf (RFC 8446 section 4.4.2.1).
func (f *Flight) leafExtensions(extensions []Extension) {
	if status, ok := findExtension(extensions, extStatusRequest); ok {
		f.CertificateStatus, _ = readStatus(status)
	}
	if scts, ok := findExtension(extensions, extSCT); ok {
		f.SCTs = scts
	}
}

// readStatus returns the OCSP response of a CertificateStatus (RFC 6066 section 8).
func readStatus(body []byte) ([]byte, bool) {
	s := cryptobyte.String(body)
	var kind uint8
	var response cryptobyte.String
	if !s.ReadUint8(&kind) || kind != 1 || !s.ReadUint24LengthPrefixed(&response) {
		return nil, false
	}
	return response, true
}
