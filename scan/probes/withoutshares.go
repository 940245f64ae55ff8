package probes

import (
	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/scan"
)

// The suites of TLS 1.3 are asked for without key shares, as its groups are: the listener names the suite in a HelloRetryRequest, which costs it neither a
// key nor a signature (RFC 8446 section 4.1.4: the suite is that of the ServerHello to come). A listener that does not answer the first such hello
// with one is asked with shares.

var firstWithoutShares = suiteQuestion(cipher.TLSv13, "0")

// withoutShares says whether a question about the suites of TLS 1.3 carries no key shares.
func withoutShares(log *scan.Log, id string) bool {
	return id == firstWithoutShares || retries(log, firstWithoutShares)
}

// mayWantShares says whether a question may be refused because it carries none: the first may, unless the one about groups, put beside it, was answered.
func mayWantShares(log *scan.Log, id string) bool {
	return id == firstWithoutShares && !retries(log, groupQuestion(cipher.TLSv13, 0))
}

// retries says whether a question was answered by HelloRetryRequest.
func retries(log *scan.Log, id string) bool {
	r, _ := settled(log, id)
	return r.flight.ServerHello != nil && r.flight.ServerHello.HelloRetryRequest
}
