package inputs

import "strings"

// The files of a system's folder. Beside them are Policy and Rings, two folders.
const (
	Manifest     = "manifest.txt"
	PASearch     = "pasearch.txt"
	NetstatConn  = "netstat-conn.txt"
	NetstatAll   = "netstat-all.txt"
	NetstatTTLS  = "netstat-ttls.txt"
	ServerParams = "qm-server.txt"
	AgentParams  = "qm-agent.txt"
	TCPIPProfile = "tcpip-profile.txt"

	Policy = "policy" // AT-TLS policy files under their own names; the manifest has their order
	Rings  = "rings"  // RING.txt is the listing of key ring RING, and all that is in RING/ is its certificates

	listing = ".txt"
)

// Netstat returns the names of the NETSTAT outputs.
func Netstat() []string { return []string{NetstatConn, NetstatAll, NetstatTTLS} }

// Listing returns the name of a ring's listing.
func Listing(ring string) string { return Rings + "/" + ring + listing }

// Certificates returns the name of the folder of a ring's certificates.
func Certificates(ring string) string { return Rings + "/" + ring }

// Kind says what a file of the folder is, by its name relative to the folder, with slashes; the ring is that of KindListing and
// KindCertificate. It returns KindUnknown for a name that means nothing.
func Kind(name string) (k FileKind, ring string) {
	switch name {
	case Manifest:
		return KindManifest, ""
	case PASearch, NetstatConn, NetstatAll, NetstatTTLS, ServerParams, AgentParams, TCPIPProfile:
		return KindFixed, ""
	}
	folder, rest, _ := strings.Cut(name, "/")
	switch {
	case rest == "":
	case folder == Policy && !strings.Contains(rest, "/"):
		return KindPolicy, ""
	case folder == Rings:
		ring, one, inside := strings.Cut(rest, "/")
		if inside && ring != "" && one != "" && !strings.Contains(one, "/") {
			return KindCertificate, ring
		}
		if ring, ok := strings.CutSuffix(rest, listing); ok && !inside && ring != "" {
			return KindListing, ring
		}
	}
	return KindUnknown, ""
}

// FileKind is what a file of a system's folder is.
type FileKind uint8

// The kinds.
const (
	KindUnknown FileKind = iota
	KindManifest
	KindFixed // one of the files with a name of its own
	KindPolicy
	KindListing
	KindCertificate
)
