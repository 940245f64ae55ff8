package certchain

import (
	"crypto/x509"
	"errors"
	"fmt"
)

// library asks crypto/x509 about a path in which our own rules found no fault. For the strict consumer its word is the
// last; for the others it is asked about name constraints alone, which are not read here.
func (j *judge) library(path []*Certificate) fault {
	constrained := false
	for _, c := range path[1:] {
		constrained = constrained || c.HasNameConstraints
	}
	if j.consumer != Strict && !constrained {
		return fault{}
	}
	err := j.verify(path)
	if err == nil {
		return fault{}
	}
	var invalid x509.CertificateInvalidError
	named := errors.As(err, &invalid) && (invalid.Reason == x509.CANotAuthorizedForThisName ||
		invalid.Reason == x509.TooManyConstraints || invalid.Reason == x509.NameConstraintsWithoutSANs)
	switch {
	case named && j.consumer == SystemSSL:
		return unknown(ReasonNameConstraints, "%v; whether System SSL looks at it depends on CertValidationMode and the TLS version", err)
	case named:
		return no(ReasonNameConstraints, "%v", err)
	case j.consumer != Strict:
		return unknown(ReasonNameConstraints, "the path has name constraints, which cannot be judged: %v", err)
	}
	return no(strictReason(err), "crypto/x509: %v", err)
}

func strictReason(err error) Reason {
	var invalid x509.CertificateInvalidError
	var critical x509.UnhandledCriticalExtension
	switch {
	case errors.As(err, &critical):
		return ReasonCriticalExtension
	case !errors.As(err, &invalid):
		return ReasonStrictRules
	case invalid.Reason == x509.TooManyIntermediates:
		return ReasonPathLength
	case invalid.Reason == x509.NotAuthorizedToSign:
		return ReasonNotCA
	case invalid.Reason == x509.IncompatibleUsage:
		return ReasonExtKeyUsage
	}
	return ReasonStrictRules
}

func (j *judge) verify(path []*Certificate) error {
	roots, between := x509.NewCertPool(), x509.NewCertPool()
	for i, c := range path {
		switch {
		case c.std == nil:
			return fmt.Errorf("%s cannot be read by crypto/x509: %s", quote(c.title()), c.ParseNote)
		case i == len(path)-1:
			roots.AddCert(c.std)
		case i > 0:
			between.AddCert(c.std)
		}
	}
	usage := x509.ExtKeyUsageServerAuth
	if j.purposeName() == ClientAuth {
		usage = x509.ExtKeyUsageClientAuth
	}
	if j.consumer != Strict {
		usage = x509.ExtKeyUsageAny // extended key usage was judged as the consumer does
	}
	_, err := path[0].std.Verify(x509.VerifyOptions{
		Roots: roots, Intermediates: between, CurrentTime: j.at, KeyUsages: []x509.ExtKeyUsage{usage},
	})
	return err
}
