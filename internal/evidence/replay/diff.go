package replay

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/portseal/portseal/report"
)

const nothing = "nothing"

// differ collects differences.
type differ struct{ found []report.Difference }

func (d *differ) add(pointer, stored, derived string) {
	d.found = append(d.found, report.Difference{Pointer: pointer, Report: stored, Evidence: derived})
}

// values compares two values as the report writes them. Most are equal.
func (d *differ) values(pointer string, stored, derived any) error {
	if reflect.DeepEqual(stored, derived) {
		return nil
	}
	a, err := json.Marshal(stored)
	if err != nil {
		return fmt.Errorf("%s: %w", pointer, err)
	}
	b, err := json.Marshal(derived)
	if err != nil {
		return fmt.Errorf("%s: %w", pointer, err)
	}
	if bytes.Equal(a, b) {
		return nil
	}
	x, err := tree(a)
	if err != nil {
		return err
	}
	y, err := tree(b)
	if err != nil {
		return err
	}
	d.trees(pointer, x, y)
	return nil
}

// tree reads JSON with its numbers as they are written.
func tree(doc []byte) (any, error) {
	dec := json.NewDecoder(bytes.NewReader(doc))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		return nil, fmt.Errorf("read JSON: %w", err)
	}
	return v, nil
}

func (d *differ) trees(pointer string, stored, derived any) {
	switch a := stored.(type) {
	case map[string]any:
		if b, ok := derived.(map[string]any); ok {
			d.objects(pointer, a, b)
			return
		}
	case []any:
		if b, ok := derived.([]any); ok {
			d.lists(pointer, a, b)
			return
		}
	}
	if x, y := shown(stored), shown(derived); x != y {
		d.add(pointer, cut(x), cut(y))
	}
}

func (d *differ) objects(pointer string, a, b map[string]any) {
	keys := map[string]bool{}
	for k := range a {
		keys[k] = true
	}
	for k := range b {
		keys[k] = true
	}
	for _, k := range sorted(keys) {
		at := pointer + "/" + escaped(k)
		x, inA := a[k]
		y, inB := b[k]
		switch {
		case !inA:
			d.add(at, nothing, cut(shown(y)))
		case !inB:
			d.add(at, cut(shown(x)), nothing)
		default:
			d.trees(at, x, y)
		}
	}
}

// lists pairs what is equal, then what has the same identity, so that an entry that was taken out is one difference, and not one for
// every entry behind it.
func (d *differ) lists(pointer string, a, b []any) {
	left := map[string][]int{} // of b, by text
	for i := range b {
		left[shown(b[i])] = append(left[shown(b[i])], i)
	}
	var restA, restB []int
	paired := make([]int, len(a))
	for i := range a {
		paired[i] = -1
		if same := left[shown(a[i])]; len(same) > 0 {
			paired[i], left[shown(a[i])] = same[0], same[1:]
			continue
		}
		restA = append(restA, i)
	}
	for i := range b {
		if slices.Contains(left[shown(b[i])], i) {
			restB = append(restB, i)
		}
	}
	if len(restA) == 0 && len(restB) == 0 {
		for i, j := range paired {
			if i != j {
				d.add(fmt.Sprintf("%s/%d", pointer, i), cut(shown(a[i])), "another order, here "+cut(shown(b[i])))
				return
			}
		}
		return
	}
	for _, i := range restA {
		at := fmt.Sprintf("%s/%d", pointer, i)
		n := slices.IndexFunc(restB, func(j int) bool { return identity(a[i]) == identity(b[j]) })
		if n < 0 && len(a) == len(b) {
			n = slices.Index(restB, i)
		}
		if n < 0 {
			d.add(at, cut(shown(a[i])), nothing)
			continue
		}
		d.trees(at, a[i], b[restB[n]])
		restB = slices.Delete(restB, n, n+1)
	}
	for _, j := range restB {
		d.add(pointer+"/-", nothing, cut(shown(b[j])))
	}
}

// identity is what tells the entries of a list apart; empty for one that has nothing of the kind.
func identity(v any) string {
	m, ok := v.(map[string]any)
	if !ok {
		return "\x00" + shown(v)
	}
	var out []string
	for _, key := range []string{"id", "endpoint", "name", "sha256", "system", "leaf", "keyring", "version", "code", "question", "item", "kind", "what", "way", "certificate"} {
		out = append(out, fmt.Sprint(m[key]))
	}
	return strings.Join(out, "\x00")
}

// escaped is a key as RFC 6901 section 3 writes it.
func escaped(key string) string {
	return strings.NewReplacer("~", "~0", "/", "~1").Replace(key)
}

// shown is a value as compact JSON: keys of objects are sorted.
func shown(v any) string {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return strconv.Quote(err.Error()) // not reached: it was read from JSON
	}
	return strings.TrimSuffix(buf.String(), "\n")
}

// mostShown is how many characters of a value a difference shows.
const mostShown = 300

func cut(s string) string {
	if r := []rune(s); len(r) > mostShown {
		return string(r[:mostShown]) + "..."
	}
	return s
}

func sorted(keys map[string]bool) []string {
	out := make([]string, 0, len(keys))
	for k := range keys {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}
