package assess

import (
	"strings"

	"github.com/portseal/portseal/report"
)

// attlsKeyringDiffers finds listeners whose policy names another key ring than the estate file serves from.
func attlsKeyringDiffers() Rule {
	return Rule{
		ID:       "ATTLS-KEYRING-DIFFERS",
		Severity: report.Medium,
		Title:    "the AT-TLS policy names another key ring than the estate file",
		Why: "The listing of the ring that the estate file names, and so all that is judged by it, is not that of the ring that AT-TLS " +
			"opens: a certificate may match by chance, and a renewal goes to the wrong ring.",
		Remediation: "Compare Keyring in the rule's TTLSKeyringParms with served_by and its listing: one of the two names the wrong ring.",
		Elsewhere:   "AT-TLS policies are z/OS's alone.",
		References:  []string{ibmKeyring, ibmRings},
		Policy:      policyKeys("keyring"),
		Check: func(c *Case) []report.Finding {
			s, ok := c.policy().Setting("keyring")
			if !ok || !c.wantsTLS() || c.Expect.ServedBy == "" {
				return nil
			}
			ring := c.Rings[c.Expect.ServedBy]
			if ring == nil || ring.Listing == nil || ring.Listing.Ring == "" || sameRing(s.Value, ring.Listing.Ring) {
				return nil
			}
			return []report.Finding{{
				Expected: "ring " + ring.Listing.Ring + ", as the listing of " + c.Expect.ServedBy + " says",
				Observed: "Keyring " + s.Value,
			}}
		},
	}
}

// sameRing compares a Keyring of a policy with the OWNER/NAME of a listing. RACF's user IDs are in upper case, names of rings keep
// their case; without an owner it is a ring of the job's user, who is not known.
func sameRing(keyring, listed string) bool {
	owner, name, owned := strings.Cut(keyring, "/")
	listedOwner, listedName, _ := strings.Cut(listed, "/")
	switch {
	case strings.HasPrefix(keyring, "/") || strings.HasPrefix(keyring, "*"):
		return true // a database, a token or a virtual ring: not comparable
	case !owned:
		return keyring == listedName
	}
	return strings.EqualFold(owner, listedOwner) && name == listedName
}
