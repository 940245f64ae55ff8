package judge

import (
	"github.com/portseal/portseal/internal/evidence"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan/hello"
)

// Slim takes the certificates of the report out of the recorded answers, where each would stand many times.
func Slim(rep *report.Report) {
	store := evidence.StoreOf(rep.Certificates)
	for i := range rep.Endpoints {
		SlimEndpoint(&rep.Endpoints[i], store)
	}
}

// SlimEndpoint is Slim for one endpoint.
func SlimEndpoint(e *report.Endpoint, store evidence.Store) {
	evidence.Slim(e, findCertificates, store)
}

// findCertificates says where certificates lie in the clear in an answer.
func findCertificates(received []byte) []evidence.Span {
	f := hello.Parse(received)
	var out []evidence.Span
	for i, der := range f.Certificates {
		if at := f.CertificatesAt[i]; at >= 0 {
			out = append(out, evidence.Span{At: at, Len: len(der)})
		}
	}
	return out
}
