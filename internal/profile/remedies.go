package profile

import (
	"github.com/portseal/portseal/internal/assess"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

const refreshAfter = " Raise EnvironmentUserInstance, F PAGENT,UPDATE."

const javaSecurity = "The CAE server does its own TLS in Java: no AT-TLS rule changes it. "

// remedies of a profile are what the rules about the same facts advise, so that one step mends both findings. Where those speak of what
// the estate file expects, or of another limit than the item's, the kind has its own.
type remedies struct {
	items []assess.Rule // one for each item
	rc4   assess.Rule   // of the RC4 listener, whatever is asked
}

func remediesOf(items []report.ProfileItem) remedies {
	byID := map[string]assess.Rule{}
	for _, r := range assess.All() {
		byID[r.ID] = r
	}
	out := remedies{rc4: byID[assess.RC4ListenerOpen]}
	for _, i := range items {
		if own, ok := ownRemedy(i.Check.Kind); ok {
			out.items = append(out.items, own)
			continue
		}
		out.items = append(out.items, byID[borrowedRemedy(i.Check)])
	}
	return out
}

// of is the next step for an endpoint that fails an item.
func (r remedies) of(n int, kind string, f *facts) string {
	rule := r.items[n]
	if kind == kindEncrypted && f.rc4() && f.endpoint.State == scan.StateNonTLS {
		rule = r.rc4
	}
	return assess.Remedy(rule, f.endpoint, f.expect)
}

// borrowedRemedy is the id of the rule about the fact that a check reads.
func borrowedRemedy(c report.ProfileCheck) string {
	switch c.Kind {
	case kindEncrypted:
		return assess.TLSNotSpoken
	case kindChain:
		return assess.ChainUntrusted
	case kindName:
		return assess.CertNameMismatch
	case kindValidity:
		return assess.CertExpiresSoon
	case kindRings:
		return assess.RingExpiresSoon
	case kindClientAuth:
		return assess.ClientAuthMismatch
	}
	return assess.ProfileFailed
}

// ownRemedy is the advice of the kinds whose rules would say something else. Parameters are those of IBM's "AT-TLS policy statements".
func ownRemedy(kind string) (assess.Rule, bool) {
	switch kind {
	case kindVersions:
		return assess.Rule{
			Remediation: "In TTLSEnvironmentAdvancedParms (and TTLSConnectionAdvancedParms, which wins) write On for each version that is " +
				"missing (TLSv1.2 On, TLSv1.3 On, which needs z/OS 2.4 and suites 1301, 1302, 1303 in TTLSCipherParms) and Off for each that " +
				"should not be supported." + refreshAfter,
			CAEServer: javaSecurity + "Add the versions that should not be supported to jdk.tls.disabledAlgorithms of its Java " +
				"(conf/security/java.security), take those that are missing out of it, and restart the server.",
			Elsewhere: "Turn the versions that should not be supported off in the server's configuration, and those that are missing on."}, true
	case kindSuites:
		return assess.Rule{
			Remediation: "Take the suites that should not be accepted out of V3CipherSuites4Char in the TTLSCipherParms that counts (a " +
				"connection's replaces the environment's), and add those that are missing, as hex codes. Without TTLSCipherParms the release's " +
				"default list counts: write one." + refreshAfter,
			CAEServer: javaSecurity + "Add the suites that should not be accepted to jdk.tls.disabledAlgorithms of its Java, take those that " +
				"are missing out of it, and restart the server.",
			Elsewhere: "Take the suites that should not be accepted out of the server's list, and add those that are missing."}, true
	case kindGroups:
		return assess.Rule{
			Remediation: "In TTLSSignatureParms write the groups that are allowed, and no other, into ServerKexECurves (TLS 1.2 and older) " +
				"and ServerKeyShareGroups (TLS 1.3), as four decimal digits: 0023 is secp256r1, 0029 x25519. Without them the defaults " +
				"count." + refreshAfter,
			CAEServer: javaSecurity + "Set jdk.tls.namedGroups in its Java options to the allowed groups, and restart the server.",
			Elsewhere: "Set the server's list of groups (OpenSSL: Groups, nginx: ssl_ecdh_curve) to the allowed ones."}, true
	case kindDH:
		return assess.Rule{
			Remediation: "Take the DHE suites out of V3CipherSuites4Char in TTLSCipherParms: ECDHE suites need no prime." + refreshAfter,
			CAEServer:   javaSecurity + "Set jdk.tls.ephemeralDHKeySize in its Java options to the bits that are asked, and restart the server.",
			Elsewhere:   "Give the server a longer prime (RFC 7919 has some; nginx: ssl_dhparam), or take the DHE suites out of its list."}, true
	case kindPreference:
		return assess.Rule{
			Remediation: "AT-TLS has no parameter for it that portseal knows: accept the item with a waiver.",
			CAEServer:   javaSecurity + "It has no parameter for it that portseal knows: accept the item with a waiver.",
			Elsewhere:   "Say in the server's configuration whose order counts (nginx: ssl_prefer_server_ciphers, Apache: SSLHonorCipherOrder)."}, true
	case kindFeatures:
		return assess.Rule{
			Remediation: "AT-TLS has no parameter for most of it: System SSL's release decides. Bring it to a release that does as the item asks, or accept the item " +
				"with a waiver.",
			CAEServer: javaSecurity + "Bring its Java to a release that does as the item asks, or accept the item with a waiver.",
			Elsewhere: "Bring the TLS library to a release that does as the item asks, or turn it on or off in the server's configuration (nginx: ssl_stapling)."}, true
	case kindKey, kindSignature, kindLifespan, kindUsage:
		return assess.Rule{
			Remediation: "Have a certificate issued that is as the item asks (RACDCERT GENCERT sets SIZE, NISTECC, NOTAFTER and KEYUSAGE; GENREQ " +
				"asks another CA for one), and connect it to the ring, as DEFAULT or with the label that the rule names." + refreshAfter,
			CAEServer: javaSecurity + "Have a certificate issued that is as the item asks, put it into the server's key store under the same " +
				"label, and restart the server.",
			Elsewhere: "Have a certificate issued that is as the item asks, install it with its intermediates, and reload the server."}, true
	case kindPolicy:
		return assess.Rule{
			Remediation: "Give the parameter one of the values that are asked, in the blocks that the listener's rule names; one at connection " +
				"level wins over the environment's." + refreshAfter,
			Elsewhere: "AT-TLS policies are z/OS's alone."}, true
	}
	return assess.Rule{}, false
}
