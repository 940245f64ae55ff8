// Package keyring reads certificate stores into certchain.Rings: PEM, DER, PKCS#7, PKCS#12, JKS, folders of these, and
// the machine's own roots. What a file is, is told from its octets, never from its name.
//
// Limits: JCEKS, CMS key databases and the other formats of IBM and Oracle are refused by name where they can be told.
// Passwords come from a file that only its owner can read or from the environment, never from an argument. A private key
// is a Problem: an encrypted one is stepped over without being decrypted, a clear one without being decoded, and neither
// is kept or handed out. Nothing is fetched. Structures are walked with bounds, so that a damaged or hostile file costs
// no more memory than its size; that, and certificates which crypto/x509 refuses, is why PKCS#12, PKCS#7 and JKS are
// walked here and not by the libraries that tests compare with.
package keyring

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/portseal/portseal/certchain"
)

// System is the name of the ring that stands for the machine's own roots.
const System = "system"

// Spec says what a ring is read from. Paths are used as they are; the caller resolves relative ones.
type Spec struct {
	Name         string
	Files        []string          // files, or folders whose files are all read (not their subfolders)
	Labels       map[string]string // label to the file with the certificate that has it
	Virtual      string            // "*AUTH*/*", "*SITE*/*" or "user/*": the files stand for this virtual ring
	PasswordFile string            // its first line is the password; "" = PORTSEAL_RING_PASSWORD_NAME, PORTSEAL_RING_PASSWORD
	Consumer     certchain.Consumer
}

// ProblemKind says what sort of thing a Problem is.
type ProblemKind string

// The kinds.
const (
	PrivateKey      ProblemKind = "private-key"       // the file holds a private key, which a ring file must not
	Unreadable      ProblemKind = "unreadable"        // a file of a folder looks like a store, but cannot be read
	Foreign         ProblemKind = "foreign"           // a file of a folder is no certificate store
	Ignored         ProblemKind = "ignored"           // something that is no certificate, as a request or a subfolder
	NotTrustedEntry ProblemKind = "not-trusted-entry" // Java takes no certificate of this PKCS#12 file for a trusted entry
	Unverified      ProblemKind = "unverified"        // a JKS was read without its password, so its digest was not checked
)

// Problem is something about a ring's files that does not keep it from being used.
type Problem struct {
	Kind   ProblemKind
	File   string
	Line   int // 0 where lines have no meaning
	Detail string
}

// String returns "FILE:LINE: detail".
func (p Problem) String() string { return position(p.File, p.Line) + ": " + p.Detail }

func position(file string, line int) string {
	if line > 0 {
		return fmt.Sprintf("%s:%d", file, line)
	}
	return file
}

// Load reads a ring. The error joins everything that keeps the ring from being used, each part naming the file, and the
// line where there is one; it never holds a password. The problems are told in either case.
func Load(spec Spec) (*certchain.Ring, []Problem, error) {
	if err := spec.check(); err != nil {
		return nil, nil, fmt.Errorf("key ring %s: %w", spec.Name, err)
	}
	l := loader{spec: spec, ring: &certchain.Ring{Name: spec.Name, Virtual: spec.Virtual, Consumer: spec.Consumer}}
	if spec.Name == System && len(spec.Files)+len(spec.Labels) == 0 {
		l.system()
	}
	for _, path := range spec.Files {
		l.path(path)
	}
	for _, label := range slices.Sorted(maps.Keys(spec.Labels)) {
		l.labelled(label, spec.Labels[label])
	}
	if len(l.ring.Entries) == 0 && len(l.errs) == 0 {
		l.errs = append(l.errs, errors.New("it is empty: none of its files has a certificate"))
	}
	if len(l.errs) > 0 {
		return nil, l.problems, fmt.Errorf("key ring %s: %w", spec.Name, errors.Join(l.errs...))
	}
	l.finish()
	return l.ring, l.problems, nil
}

func (s Spec) check() error {
	switch s.Consumer {
	case "", certchain.SystemSSL, certchain.JSSE, certchain.Strict:
	default:
		return fmt.Errorf("consumer %q is not known: use system-ssl, jsse or strict", s.Consumer)
	}
	if s.Name != System && len(s.Files)+len(s.Labels) == 0 {
		return errors.New("it has no files: name at least one in files or labels")
	}
	return nil
}

// finish sets what depends on the whole ring: the default consumer, and the usage that a virtual ring implies (the
// R_datalib callable service: *AUTH*/* holds CERTAUTH certificates, *SITE*/* SITE, user/* PERSONAL ones).
func (l *loader) finish() {
	if l.ring.Consumer == "" {
		switch {
		case l.java:
			l.ring.Consumer = certchain.JSSE
		case l.spec.Name == System:
			l.ring.Consumer = certchain.Strict
		default:
			l.ring.Consumer = certchain.SystemSSL
		}
	}
	owner, _, virtual := strings.Cut(l.spec.Virtual, "/")
	if !virtual {
		return
	}
	usage := certchain.UsagePersonal
	switch strings.ToUpper(owner) {
	case "*AUTH*":
		usage = certchain.UsageCertAuth
	case "*SITE*":
		usage = certchain.UsageSite
	}
	for i := range l.ring.Entries {
		l.ring.Entries[i].Usage = usage
	}
}
