package handshake

import (
	"crypto/tls"
	"fmt"
	"net"
	"slices"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/scan"
)

const (
	libraryStd     = "crypto/tls"
	libraryZcrypto = "zcrypto"
)

// offer is what will be offered, and by which library.
type offer struct {
	library    string
	min, max   uint16
	suites     []uint16 // TLS 1.2 and older
	serverName string
	identity   *Identity // what is sent when the peer asks for a certificate; nil: an empty list
	sessions   *sessions // of crypto/tls; nil offers none
	client     func(net.Conn, *trace) client
}

// choose takes crypto/tls whenever it speaks one of the suites, and zcrypto for DHE alone: crypto/tls has the extended master
// secret, which a listener may demand. The suites are taken for ones that the peer accepts, so those that the chosen library
// lacks are left out.
func choose(h scan.Handshake, identity *Identity) (offer, error) {
	o := offer{identity: identity, min: uint16(h.MinVersion), max: uint16(h.MaxVersion), serverName: h.ServerName}
	if !h.NoTicket {
		offered, _ := h.Session.(*tls.ClientSessionState)
		o.sessions = &sessions{offered: offered, keep: h.Keep}
	}
	if o.min == 0 {
		o.min = uint16(cipher.TLSv10)
	}
	if o.max == 0 {
		o.max = uint16(cipher.TLSv13)
	}
	if o.min > o.max || o.max < uint16(cipher.TLSv10) || o.min > uint16(cipher.TLSv13) {
		return o, fmt.Errorf("no library here speaks %v to %v: TLSv1.0 to TLSv1.3", cipher.Version(o.min), cipher.Version(o.max))
	}
	o.min = max(o.min, uint16(cipher.TLSv10))
	o.max = min(o.max, uint16(cipher.TLSv13))
	std := stdSuites()
	wanted := std
	if h.Suites != nil {
		wanted = codes(h.Suites)
	}
	if o.suites = intersect(std, wanted); len(o.suites) > 0 || o.min == tls.VersionTLS13 {
		o.library = libraryStd
		o.client = o.stdClient
		return o, nil
	}
	if o.suites = intersect(zcryptoSuites(), wanted); len(o.suites) > 0 {
		o.library = libraryZcrypto
		o.max = min(o.max, tls.VersionTLS12)
		o.client = o.zcryptoClient
		return o, nil
	}
	return o, fmt.Errorf("no library here speaks any of the cipher suites %v", h.Suites)
}

// codes leaves SSLv2 kinds out.
func codes(ids []cipher.ID) []uint16 {
	out := make([]uint16, 0, len(ids))
	for _, id := range ids {
		if !id.IsSSL2() {
			out = append(out, uint16(id.Code()))
		}
	}
	return out
}

// intersect returns what both have, in the order of the first.
func intersect(have, wanted []uint16) []uint16 {
	return slices.DeleteFunc(slices.Clone(have), func(id uint16) bool { return !slices.Contains(wanted, id) })
}
