package attls

import (
	"encoding/binary"
	"strings"

	"github.com/portseal/portseal/scan"
)

// maxName is how long a name may be for nameSpans; job names and user IDs have at most 8 characters.
const maxName = 16

// matchName says whether a Jobname or Userid condition takes a name. A pattern is a name, or the beginning of one and "*".
// What could not be verified is unknown: whether Policy Agent folds lower case, and what "%" or a "*" in the middle mean.
func matchName(pattern, name string) scan.Fact {
	beginning, open := strings.CutSuffix(pattern, "*")
	switch {
	case pattern == "" || pattern == name || open && strings.HasPrefix(name, beginning):
		return scan.Yes
	case strings.ContainsAny(beginning, "*%"):
		return scan.Unknown
	case strings.EqualFold(pattern, name), open && hasPrefixFold(name, beginning):
		return scan.Unknown
	}
	return scan.No
}

func hasPrefixFold(s, prefix string) bool {
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}

// nameSpans is the set of names that a pattern takes, and whether that is certain: see matchName. A pattern in lower
// case takes other names, or the same ones, so it is not.
func nameSpans(pattern string) (set spans, certain bool) {
	beginning, open := strings.CutSuffix(pattern, "*")
	switch {
	case pattern == "" || pattern == "*":
		return everything(), true
	case len(beginning) > maxName || strings.ContainsAny(beginning, "*%") || beginning != strings.ToUpper(beginning):
		return nil, false
	}
	var from, to [maxName]byte
	copy(from[:], beginning)
	copy(to[:], beginning)
	for i := len(beginning); open && i < maxName; i++ {
		to[i] = 0xFF
	}
	return spans{{bytesPoint(from), bytesPoint(to)}}, true
}

func bytesPoint(b [maxName]byte) point {
	return point{binary.BigEndian.Uint64(b[:8]), binary.BigEndian.Uint64(b[8:])}
}
