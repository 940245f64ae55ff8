package sqldb

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	clean "github.com/portseal/portseal/report/text"
	"github.com/portseal/portseal/scan"
)

// held is what a table is held against, and what is found.
type held struct {
	pruned map[string]bool   // runs whose reports are not kept
	first  map[string]string // of each endpoint, by estate and id: the first run whose report is kept that looked at it

	rows     int // that are as the reports and the ledger say
	resting  int // that rest on reports which are not kept
	problems []string
}

func (h *held) problem(format string, args ...any) {
	h.problems = append(h.problems, fmt.Sprintf(format, args...))
}

// compare holds the rows of a table against those that follow from the runs.
func (h *held) compare(d derived, columns []string, are, want []row) {
	index := func(rows []row) map[string][]row {
		out := map[string][]row{}
		for _, r := range rows {
			var key []string
			for _, c := range columns[:d.keys] {
				key = append(key, r[c])
			}
			k := strings.Join(key, "\x00")
			out[k] = append(out[k], r)
		}
		return out
	}
	is, wanted := index(are), index(want)
	keys := maps.Clone(is)
	maps.Copy(keys, wanted)
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		h.same(d, columns, is[key], wanted[key])
	}
}

// same compares the rows of one key. Those that are alike in all come first, then each with the one that it is most like.
func (h *held) same(d derived, columns []string, are, want []row) {
	said := columns[d.keys:]
	if len(are) == 1 && len(want) == 1 && sentence(said, are[0]) == sentence(said, want[0]) { // nearly all are
		h.rows++
		return
	}
	are, want = allPlainly(are), allPlainly(want)
	alike := map[string][]row{}
	for _, w := range want {
		k := sentence(said, w)
		alike[k] = append(alike[k], w)
	}
	var odd []row
	for _, is := range are {
		if k := sentence(said, is); len(alike[k]) > 0 {
			alike[k] = alike[k][1:]
			h.rows++
			continue
		}
		odd = append(odd, is)
	}
	var left []row
	for _, w := range want { // in their order
		if k := sentence(said, w); len(alike[k]) > 0 {
			left = append(left, alike[k][0])
			alike[k] = alike[k][1:]
		}
	}
	for _, is := range odd {
		best, fewest := -1, len(said)+1
		for i, w := range left {
			if n := len(h.differing(d, said, is, w)); n < fewest {
				best, fewest = i, n
			}
		}
		if best < 0 || fewest > 0 && d.absent != nil && d.absent(h, is) {
			h.extra(d, columns, is)
			continue
		}
		h.differs(d, columns, is, left[best])
		left = slices.Delete(left, best, best+1)
	}
	for _, w := range left {
		if !h.mayLack(d, w) {
			h.problem("%s: its row is missing", clean.Cut(d.title(columns, w), 200))
		}
	}
}

func allPlainly(rows []row) []row {
	out := make([]row, len(rows))
	for i, r := range rows {
		out[i] = plainly(r)
	}
	return out
}

// mayLack says that a row may be missing that follows from the reports that are kept: a certificate goes with the last report that needs it, and
// to skip a listener is no news of one that was looked at before.
func (h *held) mayLack(d derived, want row) bool {
	return len(h.pruned) > 0 && (d.name == "certificate" || scan.State(want["state"]+want["_state"]) == scan.StateSkipped)
}

func sentence(columns []string, r row) string {
	var b strings.Builder
	for _, c := range columns {
		b.WriteString(r[c])
		b.WriteByte(0)
	}
	return b.String()
}

// differing are the columns in which a row is not what it should be.
func (h *held) differing(d derived, said []string, is, want row) (out []string) {
	for _, c := range said {
		if is[c] != want[c] && !strings.HasPrefix(c, "_") && (d.loose == nil || !d.loose(h, c, is, want)) {
			out = append(out, c)
		}
	}
	return out
}

func (h *held) extra(d derived, columns []string, is row) {
	if d.absent != nil && d.absent(h, is) {
		h.resting++
		return
	}
	h.problem("%s: %s gives this row: it was put in, or changed", clean.Cut(d.title(columns, is), 200), d.none())
}

func (h *held) differs(d derived, columns []string, is, want row) {
	bad := h.differing(d, columns[d.keys:], is, want)
	if len(bad) == 0 {
		h.resting++
		return
	}
	var said []string
	for _, c := range bad {
		if isDocument(c) {
			said = append(said, c+" is not what "+d.say())
			continue
		}
		said = append(said, fmt.Sprintf("%s is %q, and %s %q", c, clean.Cut(is[c], 60), d.say(), clean.Cut(want[c], 60)))
	}
	h.problem("%s: its row was changed: %s", clean.Cut(d.title(columns, is), 200), strings.Join(said, "; "))
}
