package nearest

import (
	"strconv"
	"strings"
)

// Meant is `did you mean "x"? ` for the name that a misspelt one is nearest to, and empty where none is near.
func Meant(s string, names []string) string {
	near := Names(s, names)
	if len(near) == 0 {
		return ""
	}
	return "did you mean " + strconv.Quote(near[0]) + "? "
}

// AnyOf is "a, b or c".
func AnyOf(names []string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " or " + names[last]
}
