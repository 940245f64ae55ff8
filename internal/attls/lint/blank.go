package lint

import (
	"strings"

	"github.com/portseal/portseal/internal/attls/syntax"
)

// Blank returns a policy file as a report keeps it: what is found in it is what is found in the file itself.
func Blank(src syntax.Source) syntax.Decoded {
	return syntax.Blanked(src, func(comment string) bool { return strings.Contains(comment, ignoreMark) })
}
