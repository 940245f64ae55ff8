package attls

import "strings"

// KeyringKind is where the certificates of a Keyring value are.
type KeyringKind string

// The kinds of key rings (TTLSKeyringParms statement of the IP Configuration Reference). The virtual ones hold all
// certificates of one usage: *AUTH*/* those of certificate authorities, *SITE*/* those of the site, USER/* the user's own.
const (
	RingSAF      KeyringKind = "saf"
	RingDatabase KeyringKind = "database" // a file of gskkyman, or PKCS#12
	RingToken    KeyringKind = "token"    // PKCS#11
	RingAuth     KeyringKind = "virtual-certauth"
	RingSite     KeyringKind = "virtual-site"
	RingUser     KeyringKind = "virtual-user"
)

// Keyring is the value of Keyring.
type Keyring struct {
	Written string
	Kind    KeyringKind
	Owner   string // as written; empty: the user ID of the process that owns the socket
	Name    string // of the ring or token, or the path
}

// String is the ring as written.
func (k Keyring) String() string { return k.Written }

// ParseKeyring reads the value of Keyring. With a KeyringPw or KeyringStashFile it names a database.
func ParseKeyring(s string, database bool) Keyring {
	k := Keyring{Written: s, Kind: RingSAF, Name: s}
	owner, name, owned := strings.Cut(s, "/")
	switch {
	case database || strings.HasPrefix(s, "/"):
		k.Kind = RingDatabase
	case strings.EqualFold(owner, "*TOKEN*"):
		k.Kind, k.Name = RingToken, name
	case owned && name == "*":
		k.Owner, k.Name, k.Kind = owner, name, RingUser
		if strings.EqualFold(owner, "*AUTH*") {
			k.Kind = RingAuth
		} else if strings.EqualFold(owner, "*SITE*") {
			k.Kind = RingSite
		}
	case owned:
		k.Owner, k.Name = owner, name
	}
	return k
}
