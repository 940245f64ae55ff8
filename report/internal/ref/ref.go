// Package ref gives things in a report the names that other formats refer to them by: UUIDs and URIs, the same for the same report.
//
// Limits: a UUID says only that two names are the same; neither it nor a URI can be resolved anywhere.
package ref

import (
	"crypto/sha1"
	"fmt"
	"net/url"
	"path"
	"strings"
)

// namespace is the UUID, version 5, of "https://github.com/portseal/portseal" among URLs (RFC 9562 sections 5.5 and 6.6).
const namespace = "\x60\x9f\x23\xfb\x66\x6a\x5e\x4c\xbf\xa3\xfd\x9b\x4b\x05\x7a\xd0"

// UUID is the name of what the words lead to, as a UUID of version 5: by the same words it is always the same, and by others another.
func UUID(words ...string) string {
	hash := sha1.Sum([]byte(namespace + strings.Join(words, "\x00")))
	id := hash[:16]
	id[6], id[8] = id[6]&0x0F|0x50, id[8]&0x3F|0x80 // RFC 9562 sections 4.1 and 4.2
	return fmt.Sprintf("%x-%x-%x-%x-%x", id[:4], id[4:6], id[6:8], id[8:10], id[10:])
}

// FileURI is a path as an RFC 3986 reference: a drive letter or a colon in the first part must not look like a scheme.
func FileURI(file string) string {
	file = path.Clean(strings.ReplaceAll(file, `\`, "/"))
	if len(file) > 1 && file[1] == ':' {
		return (&url.URL{Scheme: "file", Path: "/" + file}).String()
	}
	if strings.HasPrefix(file, "/") {
		return (&url.URL{Scheme: "file", Path: file}).String()
	}
	return (&url.URL{Path: file}).String()
}
