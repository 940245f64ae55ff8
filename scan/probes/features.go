package probes

import (
	"slices"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/scan"
	"github.com/portseal/portseal/scan/hello"
)

// FeatureInfo says what a feature of a listener is.
type FeatureInfo struct {
	Name   string // of scan.Feature
	About  string // what the answer yes means
	Source string // where the protocol has it
}

// Features is the one list of features, in the order of reports. Those that are read in passing come first.
func Features() []FeatureInfo {
	return []FeatureInfo{
		{featureExtendedMasterSecret, "the listener negotiates extended_master_secret", "RFC 7627"},
		{featureSecureRenegotiation, "the listener answers renegotiation_info", "RFC 5746"},
		{featureClientRenegotiation, "a client may begin a new handshake inside a session", "RFC 5246 section 7.4.1.2"},
		{featureFallbackSCSV, "the listener refuses a fallback to an older version", "RFC 7507"},
		{featureSessionTicket, "the listener issues session tickets, with their lifetime", "RFC 5077, RFC 8446 section 4.6.1"},
		{featureTicket, "a session is resumed by its ticket", "RFC 5077"},
		{featureSessionID, "a session is resumed by its session ID", "RFC 5246 section 7.3"},
		{featurePSK, "a session is resumed by a pre-shared key", "RFC 8446 section 2.2"},
		{featureEarlyData, "the listener would take 0-RTT data", "RFC 8446 section 2.3"},
		{scan.FeatureHeartbleed, "a heartbeat request is answered with more than it holds", "CVE-2014-0160, RFC 6520 section 4"},
		{scan.FeatureCCSInjection, "a ChangeCipherSpec is taken before the key exchange", "CVE-2014-0224"},
		{scan.FeatureTicketbleed, "a session id that comes with a ticket is echoed with more than it holds", "CVE-2016-9244, RFC 5077 section 3.4"},
		{scan.FeatureROBOT, "malformed RSA key exchanges are answered in different ways", "USENIX Security 2018, Return Of Bleichenbacher's Oracle Threat"},
	}
}

// spoken is a hello of a version that the listener is known to answer: it lists the suites that were accepted. It is false where the version
// is not known to be spoken. Features are asked about with one thing changed in it, so that a refusal is about that thing.
func spoken(t scan.Target, log *scan.Log, v cipher.Version) (hello.ClientHello, bool) {
	if fact, _ := supports(log, v); fact != scan.Yes || v == cipher.SSLv2 {
		return hello.ClientHello{}, false
	}
	list := acceptedSuites(t, log, v)
	if len(list) == 0 {
		list = suitesSeen(log, v)
	}
	return offer(t, log, v, list), len(list) > 0
}

// newestSpoken is the newest version up to a limit that the listener is known to speak; zero for none.
func newestSpoken(log *scan.Log, limit cipher.Version) cipher.Version {
	for _, v := range slices.Backward(cipher.Versions()) {
		if fact, _ := supports(log, v); v <= limit && v != cipher.SSLv2 && fact == scan.Yes {
			return v
		}
	}
	return 0
}

// unanswered is a feature that is unknown because its question was not answered.
func unanswered(name string, v cipher.Version, r reading) scan.Feature {
	why := "no answer: " + string(r.End)
	if r.Failure != nil {
		why = r.Failure.Error()
	}
	return scan.Feature{Name: name, Version: v, Basis: why, Evidence: []string{r.ID}}
}
