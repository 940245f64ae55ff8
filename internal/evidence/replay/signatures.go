package replay

import (
	"crypto/x509"
	"errors"
	"fmt"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan/hello"
)

// schemes are the signature schemes of TLS (RFC 8446 section 4.2.3) that are verified; those with SHA-1 prove too little.
func schemes(s cipher.SignatureScheme) x509.SignatureAlgorithm {
	switch s {
	case 0x0401:
		return x509.SHA256WithRSA
	case 0x0501:
		return x509.SHA384WithRSA
	case 0x0601:
		return x509.SHA512WithRSA
	case 0x0403:
		return x509.ECDSAWithSHA256
	case 0x0503:
		return x509.ECDSAWithSHA384
	case 0x0603:
		return x509.ECDSAWithSHA512
	case 0x0804:
		return x509.SHA256WithRSAPSS
	case 0x0805:
		return x509.SHA384WithRSAPSS
	case 0x0806:
		return x509.SHA512WithRSAPSS
	case 0x0807:
		return x509.PureEd25519
	}
	return x509.UnknownSignatureAlgorithm
}

// signatures verifies, for each certificate that an endpoint presented and each version, one signature that its key has made over the hello of
// this very exchange: certificates can be copied, signatures with their keys cannot. It returns how many were verified.
func (d *differ) signatures(e *report.Endpoint, at string) (verified int) {
	type kind struct {
		leaf    string
		version cipher.Version
	}
	done := map[kind]bool{}
	for i, x := range e.Evidence {
		if len(x.Received) == 0 {
			continue
		}
		f := hello.Parse(x.Received)
		if f.ServerHello == nil || f.ServerHello.Version == cipher.TLSv13 && (len(x.Secret) == 0 || f.Open(x.Received, x.Secret) != nil) || len(f.Certificates) == 0 {
			continue
		}
		k := kind{string(f.Certificates[0]), f.ServerHello.Version}
		if done[k] {
			continue
		}
		s, ok := f.Signature(x.Sent)
		algorithm := schemes(s.Scheme)
		cert, err := x509.ParseCertificate(f.Certificates[0])
		if !ok || err != nil || algorithm == x509.UnknownSignatureAlgorithm {
			continue
		}
		switch err := cert.CheckSignature(algorithm, s.Content, s.Value); {
		case err == nil:
			done[k] = true
			verified++
		case errors.As(err, new(x509.InsecureAlgorithmError)):
		default:
			d.add(fmt.Sprintf("%s/evidence/%d/received", at, i), "a flight with the certificate "+shown(cert.Subject.String()),
				"a certificate whose key has signed this handshake: "+err.Error())
		}
	}
	return verified
}
