package certchain

// AuthorityFacts compares the CA names of a CertificateRequest with a ring's anchors.
type AuthorityFacts struct {
	Named   []string // what was sent, formatted
	Missing []string // subjects of anchors that were not named
	Extra   []string // names that no anchor of the ring has
	// Match is Yes when both are empty. An empty list of names (RFC 8446 section 4.2.4, RFC 5246 section 7.4.4) lets the
	// client choose freely: it says nothing about the ring, so it is Unknown.
	Match Answer
}

// Authorities compares certificate_authorities, each a DER Name, with the anchors of a ring. Names are compared as RFC
// 5280 section 7.1 says.
func Authorities(names [][]byte, ring *Ring) AuthorityFacts {
	f := AuthorityFacts{Match: Unknown}
	asked := map[string]bool{}
	for _, raw := range names {
		f.Named = append(f.Named, FormatName(raw))
		asked[canonicalName(raw)] = true
	}
	if len(names) == 0 || ring == nil {
		return f
	}
	have := map[string]bool{}
	for _, anchor := range ring.Anchors() {
		if !have[anchor.subjectKey] && !asked[anchor.subjectKey] {
			f.Missing = append(f.Missing, anchor.Subject)
		}
		have[anchor.subjectKey] = true
	}
	for i, raw := range names {
		if !have[canonicalName(raw)] {
			f.Extra = append(f.Extra, f.Named[i])
		}
	}
	f.Match = AnswerOf(len(f.Missing)+len(f.Extra) == 0)
	return f
}
