package attls

import "slices"

// standard is the list that counts on some releases when none is coded. For other releases it could not be found.
type standard struct {
	keyword  string
	releases []Release
	text     string
}

// standards are the lists that could be read: TTLSCipherParms and TTLSSignatureParms statements of the IP Configuration
// Reference, pasearch on 3.1 (what the client sends, and the groups of TLS 1.3), and for 3.2 IBM's "AT-TLS and System SSL
// defaults in z/OS 3.2". Of ServerKeyShareGroups the manual of 2.5 lists 0021 and 0019 too, which TLS 1.3 does not have (RFC
// 8446 section 4.2.7) and pasearch does not show. 3.2 changes the curves and pairs, to lists that could not be read.
func standards() []standard {
	return []standard{
		{"V3CipherSuites4Char", []Release{"3.2"}, "C030C02CC02FC02B"},
		{"ClientECurves", []Release{"3.1"}, "00210023002400250019"},
		{"ClientKeyShareGroups", []Release{"3.1"}, "0023"},
		{"ServerKexECurves", []Release{"2.5", "3.1"}, "00230024002500210019"},
		{"ServerKeyShareGroups", []Release{"2.5", "3.1"}, "00230024002500290030"},
		{"SignaturePairs", []Release{"2.5", "3.1"}, "0601060305010503040104030402030103030302020102030202"},
	}
}

// listDefault is the list of a release as codes, when it is known.
func listDefault(keyword string, release Release) (string, bool) {
	for _, s := range standards() {
		if s.keyword == keyword && slices.Contains(s.releases, release) {
			return s.text, true
		}
	}
	return "", false
}

// withTLS13 adds to a default what it also holds once TLS 1.3 is on: seen in the output of pasearch on z/OS 3.1, x25519
// among the client's curves and the RSASSA-PSS pairs among the signatures.
func withTLS13[T comparable](s Setting[[]T], on Setting[bool], more ...T) Setting[[]T] {
	if !s.Default || !s.Known {
		return s
	}
	s.Known = on.Known
	if on.Value {
		s.Value = append(s.Value[:len(s.Value):len(s.Value)], more...)
	}
	return s
}
