package main

import (
	"fmt"
	"slices"
	"strings"
)

// tls13 are the TLS 1.3 suites whose code does not begin with 13: RFC 8998, Ascon, RFC 9150 and RFC 9367.
var tls13 = []string{"00C6", "00C7", "006E", "006F", "0070", "0071", "C0B4", "C0B5", "C103", "C104", "C105", "C106"}

// setVersions says in which versions the suite may be negotiated, by its specification.
//
// Suites of the ECC, Camellia and SEED RFCs begin at TLS 1.0 on paper; servers select them in SSLv3 too, so their range
// begins there: leaving them out of an SSLv3 hello would hide what such a server accepts.
func setVersions(e *entry) error {
	e.minVersion, e.maxVersion = "SSLv3", "TLSv12"
	switch {
	case e.ssl2():
		e.minVersion, e.maxVersion = "SSLv2", "SSLv2"
	case strings.HasPrefix(e.name, "GREASE_"):
		e.maxVersion = "TLSv13"
	case e.signal != "":
		return nil
	case strings.HasPrefix(e.code, "13") || slices.Contains(tls13, e.code):
		e.minVersion, e.maxVersion = "TLSv13", "TLSv13"
	case e.kx == "any":
		return fmt.Errorf("%s %s looks like TLS 1.3: name its code in versions.go", e.code, e.name)
	case strings.HasPrefix(e.name, "SSL_FORTEZZA_"):
		e.maxVersion = "SSLv3" // RFC 6101 appendix A.6; TLS reserved the codes
	case strings.HasPrefix(e.code, "C10"), strings.HasPrefix(e.code, "E0"):
		e.minVersion = "TLSv12" // RFC 9189; GB/T 38636 suites outside TLCP's own version are seen in TLS 1.2 only
	case e.aead:
		e.minVersion = "TLSv12" // RFC 5288 section 4, RFC 6655 section 3, RFC 7905 section 2
	case e.mac == "SHA256" || e.mac == "SHA384":
		e.minVersion = "TLSv12" // RFC 5246 appendix A.5, RFC 5289, RFC 5932, RFC 6209, RFC 6367
		if strings.HasSuffix(e.kx, "PSK") {
			e.minVersion = "TLSv10" // RFC 5487 section 3.1, RFC 5489 section 3.2
		}
	case e.kx == "GOST":
		e.minVersion = "TLSv10" // draft-chudov-cryptopro-cptls-04
	case e.export:
		e.maxVersion = "TLSv10" // RFC 4346 appendix A.5
	case strings.HasPrefix(e.enc, "DES_CBC"), strings.HasPrefix(e.enc, "IDEA"):
		e.maxVersion = "TLSv11" // RFC 5469 section 1
	}
	return nil
}
