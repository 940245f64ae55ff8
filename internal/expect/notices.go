package expect

import (
	"fmt"

	"github.com/portseal/portseal/internal/estate"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/report/text"
)

// notices says what the estate file names that nothing reads yet: once a key, with how many systems have it.
func notices(e *estate.Estate) []Notice {
	keys := []struct {
		key, what string
		has       func(*estate.System) (report.Location, bool)
	}{
		{"sysplex", "the sysplex of a system is", func(s *estate.System) (report.Location, bool) { return s.At, s.Sysplex != "" }},
	}
	var out []Notice
	for _, n := range e.Notes {
		out = append(out, Notice{n.At, n.Message})
	}
	for _, k := range keys {
		count, first := 0, report.Location{}
		for _, s := range e.Systems {
			if at, ok := k.has(s); ok {
				if count++; count == 1 {
					first = at
				}
			}
		}
		if count > 0 {
			out = append(out, Notice{first, fmt.Sprintf("%s: %s not read yet, and nothing was judged by it (%s)", k.key, k.what, text.Count(count, "system"))})
		}
	}
	return out
}
