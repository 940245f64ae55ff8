package certchain

// Consumer is the software whose rules decide what a ring's certificates are worth.
type Consumer string

// The consumers.
const (
	// SystemSSL is z/OS System SSL, and so AT-TLS: the first CA certificate of the ring that a path meets ends it, an
	// intermediate CA as well as a root (GSK_CERT_VALIDATE_KEYRING_ROOT can change that; Strict then describes it).
	SystemSSL Consumer = "system-ssl"
	// JSSE is Java: every trusted entry of its store is an anchor.
	JSSE Consumer = "jsse"
	// Strict is a browser or crypto/x509: only self-signed roots are anchors.
	Strict Consumer = "strict"
)

// Usage is how a certificate is connected to a SAF key ring (RACDCERT CONNECT USAGE). The zero value is not known.
type Usage string

// The usages that RACF has.
const (
	UsagePersonal Usage = "PERSONAL"
	UsageCertAuth Usage = "CERTAUTH"
	UsageSite     Usage = "SITE"
)

// Entry is one certificate of a ring.
type Entry struct {
	*Certificate
	Label         string // RACF label, JKS alias or PKCS#12 friendly name; "" when the store has none
	Owner         string // as a listing writes it: "CERTAUTH", "SITE", "ID(user)"
	Usage         Usage
	Default       Answer // is it the ring's default certificate?
	Status        Status // as a listing writes it; NOTRUST ones are not there for the ring's users
	OnRing        Answer // is it connected to the ring? No when a listing of the ring does not have it
	ListedAt      Place  // the line of the listing that has it
	Trusted       Answer // does the store itself mark it as a trusted entry (JKS, PKCS#12 of Java)?
	HasPrivateKey Answer // does the store hold its private key?
	Source        string // the file that it was read from
}

// Personal says whether the entry is one that can be served: connected as PERSONAL, or, where no listing says so, one
// that has a private key or is no CA. A version 1 certificate, which cannot say whether it is a CA, is taken for a root
// when it is self-issued and for a personal one otherwise.
func (e Entry) Personal() bool {
	switch {
	case e.Usage != "":
		return e.Usage == UsagePersonal
	case e.HasPrivateKey == Yes:
		return true
	case e.Trusted == Yes:
		return false
	case e.IsCA == Yes:
		return false
	case e.IsCA == No:
		return true
	}
	return !e.SelfIssued()
}

// Source is a file that a ring was read from.
type Source struct {
	Path   string
	Format string // "PEM", "DER", "PKCS#7", "PKCS#12", "JKS"
	SHA256 string // of the file, lower-case hex
}

// Ring is a named set of certificates: personal ones, which can be served, and anchors, which are trusted.
type Ring struct {
	Name     string
	Consumer Consumer // "" is SystemSSL
	Virtual  string   // the virtual ring that the files stand for: "*AUTH*/*", "*SITE*/*", "user/*"; "" for a real one
	Entries  []Entry
	Sources  []Source
	Listing  *Listing // what a listing of the ring says beside that; nil without one
}

// As returns the consumer whose rules apply.
func (r *Ring) As() Consumer {
	if r.Consumer == "" {
		return SystemSSL
	}
	return r.Consumer
}

// Anchors returns the certificates at which a path may end, for the ring's consumer, in the ring's order. A personal
// certificate never is one.
func (r *Ring) Anchors() []*Certificate { return r.pick(true) }

// Intermediates returns the CA certificates of the ring that are no anchors for its consumer: they can complete a path.
func (r *Ring) Intermediates() []*Certificate { return r.pick(false) }

func (r *Ring) pick(anchors bool) []*Certificate {
	if r == nil {
		return nil
	}
	var out []*Certificate
	for _, e := range r.Entries {
		if e.Usable() && !e.Personal() && r.anchor(e) == anchors {
			out = append(out, e.Certificate)
		}
	}
	return out
}

// anchor says whether a certificate that is not personal ends a path for the ring's consumer.
func (r *Ring) anchor(e Entry) bool {
	switch r.As() {
	case Strict:
		return e.SelfSigned() == Yes || e.SelfSigned() == Unknown && e.SelfIssued()
	case JSSE:
		return e.Trusted != No
	}
	return true
}

// PersonalEntries returns the entries that can be served, in the ring's order.
func (r *Ring) PersonalEntries() []Entry {
	if r == nil {
		return nil
	}
	var out []Entry
	for _, e := range r.Entries {
		if e.Usable() && e.Personal() {
			out = append(out, e)
		}
	}
	return out
}

// Find returns the entry that holds a certificate.
func (r *Ring) Find(c *Certificate) (Entry, bool) {
	if r != nil {
		for _, e := range r.Entries {
			if e.Equal(c) {
				return e, true
			}
		}
	}
	return Entry{}, false
}
