package differ

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
)

// testsslAnswers are the ids of testssl.sh's findings whose text begins with one of two words: the fact, and the text that means yes. Everything else
// that it says means no.
var testsslAnswers = map[string][2]string{
	"SSLv2": {"SSLv2", "offered"}, "SSLv3": {"SSLv3", "offered"}, "TLS1": {"TLSv1.0", "offered"}, "TLS1_1": {"TLSv1.1", "offered"},
	"TLS1_2": {"TLSv1.2", "offered"}, "TLS1_3": {"TLSv1.3", "offered"}, "cipherlist_NULL": {"null", "offered"},
	"cipherlist_aNULL": {"anonymous", "offered"}, "cipherlist_EXPORT": {"export", "offered"}, "OCSP_stapling": {factStaple, "offered"},
	"sessionresumption_ticket": {factTicket, "supported"}, "sessionresumption_ID": {factSessionID, "supported"}, "secure_renego": {factSecureReneg, "supported"},
	"fallback_SCSV": {factFallback, "supported"}, "secure_client_renego": {factClientReneg, "VULNERABLE"}, "CRIME_TLS": {"crime", "VULNERABLE"},
	"heartbleed": {"heartbleed", "VULNERABLE"}, "CCS": {"ccs-injection", "VULNERABLE"}, "ticketbleed": {"ticketbleed", "VULNERABLE"},
	"ROBOT": {"robot", "VULNERABLE"}, "POODLE_SSL": {"poodle", "VULNERABLE"}, "SWEET32": {"sweet32", "uses 64 bit"}, "FREAK": {"freak", "VULNERABLE"},
	"DROWN": {"drown", "VULNERABLE"}, "LOGJAM": {"logjam", "VULNERABLE"}, "BEAST": {"beast", "VULNERABLE"}, "RC4": {"rc4", "VULNERABLE"},
	"cert_chain_of_trust": {factTrusted, "passed"}, "TLS_timestamp": {factClock, "off by"},
}

// testsslSays are texts of the same findings that are neither yes nor no.
var testsslSays = regexp.MustCompile(`(?i)^(--|no protocol below|openssl handshake didn|failed because|check failed|test failed|.*not tested|.*no .*support.* by)`)

var testsslExtensions = map[string]string{"'encrypt-then-mac/": factEtM, "'extended master secret/": factEMS, "'max fragment length/": factFragment,
	"'heartbeat/": factHeartbeat}

var testsslSuite = regexp.MustCompile(`^x[0-9a-f]+\s.*?(?:\sDH (\d+)\s.*)?\s(\S+)\s*$`)

// Testssl reads what testssl.sh wrote for --jsonfile. It says of a suite that it is accepted, and not in which version.
func Testssl(data []byte) (Facts, error) {
	var findings []struct {
		ID       string `json:"id"`
		Severity string `json:"severity"`
		Text     string `json:"finding"`
	}
	if err := json.Unmarshal(data, &findings); err != nil {
		return nil, fmt.Errorf("testssl.sh's JSON: %w", err)
	}
	f := Facts{factState: stateNone}
	for _, finding := range findings {
		id, _, _ := strings.Cut(finding.ID, " ") // behind it: which certificate
		if answer, ok := testsslAnswers[id]; ok && !testsslSays.MatchString(finding.Text) {
			f[answer[0]] = yesNo(strings.HasPrefix(finding.Text, answer[1]))
		}
		f.testssl(id, finding.Text)
	}
	for _, version := range []string{"SSLv2", "SSLv3", "TLSv1.0", "TLSv1.1", "TLSv1.2", "TLSv1.3"} {
		if f[version] == yes {
			f[factState] = stateTLS
		}
	}
	return f, nil
}

func (f Facts) testssl(id, text string) {
	switch {
	case strings.HasPrefix(id, "cipher_x"):
		if m := testsslSuite.FindStringSubmatch(text); m != nil {
			f.add(factAllSuites, suiteName(m[2]))
			if m[1] != "" {
				f.add(factDHBits, m[1])
			}
		}
	case id == "PFS_ECDHE_curves", id == "DH_groups":
		for name := range strings.FieldsSeq(text) {
			if id == "PFS_ECDHE_curves" || strings.HasPrefix(name, "ffdhe") { // others are "RFC3526/Oakley Group 14" and the like
				f.group(name)
			}
		}
	case id == "TLS_extensions":
		for prefix, fact := range testsslExtensions {
			f[fact] = yesNo(strings.Contains(text, prefix))
		}
	case id == "ALPN" && text != "not offered":
		f[factALPN] = list(strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' }))
	case id == "ALPN":
		f[factALPN] = ""
	case id == "cert_fingerprintSHA256":
		f.add(factCertificates, short(text))
	case id == "cert_keySize":
		f.add(factKeys, keyName(strings.TrimSuffix(strings.TrimSuffix(text, " bits"), " bit")))
	case id == "clientAuth":
		f[factClientAuth] = text
	}
}
