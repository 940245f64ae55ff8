package estate

import (
	"strings"

	"github.com/portseal/portseal/internal/nearest"
)

// didYouMean returns `did you mean "x"? ` for the known word nearest to s, or an empty string when none is near.
func didYouMean(s string, known []string) string {
	near := nearest.Names(s, known)
	if len(near) == 0 {
		return ""
	}
	return "did you mean \"" + near[0] + "\"? "
}

// orList writes "a, b or c".
func orList(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " or " + words[len(words)-1]
}
