package probes

import (
	"fmt"
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
		{featureSessionIDSent, "the listener gives its sessions an id, by which they may be resumed", "RFC 5246 section 7.4.1.3"},
		{featureDowngradeSentinel, "the listener marks the random of an older version, as one that has TLS 1.3 must", "RFC 8446 section 4.1.3"},
		{featureLongHellos, "the listener answers hellos of more than 512 octets", "RFC 7685 section 1"},
		{featureClock, "the listener's random begins with its clock; the value is how far it is ahead of ours, to 10 seconds", "RFC 5246 section 7.4.1.2"},
		{featureECDHEReuse, "a public value of an elliptic-curve key exchange came twice", "RFC 9325 section 7.4"},
		{featureDHEReuse, "a public value of a finite-field key exchange came twice", "RFC 9325 section 7.4"},
		{featureDHESharedGroup, "a finite-field group is one that many listeners use; the values name it", "RFC 2409, 3526, 5114, 7919"},
		{featureDHESafePrime, "the primes of all finite-field groups are safe primes", "RFC 7919 section 1"},
		{featureMustStaple, "a presented certificate demands a stapled OCSP response", "RFC 7633"},
		{featureTimestampsCertificate, "a presented certificate has certificate timestamps; the values are version, log and time", "RFC 6962 section 3.3"},
		{featureCompression, "the listener compresses what it sends", "RFC 3749"},
		{featureHeartbeat, "the listener answers heartbeats", "RFC 6520"},
		{featureEncryptThenMAC, "the listener negotiates encrypt_then_mac", "RFC 7366"},
		{featureMaxFragmentLength, "the listener takes the client's limit to the length of a fragment", "RFC 6066 section 4"},
		{featureTruncatedHMAC, "the listener shortens the MACs of its records", "RFC 6066 section 7"},
		{featureStaple, "the listener staples an OCSP response; the values say what it is", "RFC 6066 section 8, RFC 6960"},
		{featureTimestampsStaple, "the stapled OCSP response has certificate timestamps", "RFC 6962 section 3.3"},
		{featureTimestampsExtension, "the listener sends certificate timestamps in the handshake", "RFC 6962 section 3.3.1"},
		{featureALPN, "the listener chooses an application protocol; the values are in the order of its choice", "RFC 7301"},
		{featureCertificateCompression, "the listener compresses its certificates; the values are in the order of its choice", "RFC 8879"},
		{featureSignatures, "the schemes that the listener signs its handshake with, in the order of its choice", "RFC 8446 section 4.2.3"},
		{featureSignatureOrder, "the listener's order of schemes counts, and not the client's", "RFC 8446 section 4.2.3"},
		{featureGroupOrder, "the listener's order of groups counts, and not the client's", "RFC 8446 section 4.2.7"},
		{featureGREASE, "the listener ignores reserved values in every list; the values are the lists where it does not", "RFC 8701"},
		{featureVersionTolerance, "the listener answers versions that are yet to come with its own; the values are those it does not", "RFC 5246 appendix E.1"},
		{featureRecordVersionTolerance, "the listener ignores the version of the first record", "RFC 5246 appendix E.1"},
		{featureRecordFragmentation, "the listener reads a hello that is spread over many records", "RFC 5246 section 6.2.1"},
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
		{scan.FeatureTLSPOODLE, "records in CBC mode with wrong padding or a wrong MAC are taken, or answered in different ways", "CVE-2014-8730, CVE-2019-1559, USENIX Security 2019, Scalable Scanning and Automatic Classification of TLS Padding Oracle Vulnerabilities"},
		{scan.FeatureStartTLSInjection, "a command in clear behind the one that asks for TLS is carried out inside TLS", "CVE-2011-0411, RFC 3207 section 6"},
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

// reply returns the answer to a question about a feature in a version, and the feature with its evidence, to be filled in. Without an answer that counts
// it is not ok, and the feature is whole: no, where the question was refused, or unknown, with the reason.
func reply(log *scan.Log, name string, v cipher.Version, id string) (r reading, f scan.Feature, ok bool) {
	r, _ = settled(log, id)
	f = scan.Feature{Name: name, Version: v, Evidence: []string{r.ID}}
	if got, _ := r.chosen(); r.outcome() == answered {
		if got == v {
			return r, f, true
		}
		f.Basis = "the listener answered with " + got.String()
		return r, f, false
	}
	if ref, no, _ := refused(log, id); no {
		f.Answer, f.Basis, f.Evidence = scan.No, ref.words(r), ref.evidence
		return r, f, false
	}
	return r, unanswered(name, v, r), false
}

// words say how a question was refused.
func (ref refusal) words(r reading) string {
	if alert, ok := r.End.Alert(); ok {
		return fmt.Sprintf("refused by alert %d", alert)
	}
	return "refused by " + ref.basis
}

// unanswered is a feature that is unknown because its question was not answered.
func unanswered(name string, v cipher.Version, r reading) scan.Feature {
	why := "no answer: " + string(r.End)
	if r.Failure != nil {
		why = r.Failure.Error()
	}
	return scan.Feature{Name: name, Version: v, Basis: why, Evidence: []string{r.ID}}
}
