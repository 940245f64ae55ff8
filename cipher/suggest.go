package cipher

import (
	"errors"
	"fmt"
	"strings"
)

const maxQuoted = 80 // of a wrong name in an error; it may be the user's whole file

// unknownError says that s is no known kind of thing, what would be right, and which known names are near.
func unknownError(kind, s, want string, near []string) error {
	msg := fmt.Sprintf("unknown %s %s", kind, quote(s))
	if len(near) > 0 {
		msg += ": did you mean " + strings.Join(near, " or ") + "?"
	}
	return errors.New(msg + " (want " + want + ")")
}

func quote(s string) string {
	if len(s) > maxQuoted {
		return fmt.Sprintf("%q...", s[:maxQuoted])
	}
	return fmt.Sprintf("%q", s)
}
