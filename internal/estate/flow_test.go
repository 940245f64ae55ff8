package estate

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A colon within a plain scalar is that of a key only where a blank follows, in a list within braces too.
func TestColonsInFlowLists(t *testing.T) {
	for text, want := range map[string][]string{
		"a: [gsk2:35, ::1]":                      {"gsk2:35", "::1"},
		"a: {b: [gsk2:35]}":                      {"gsk2:35"},
		"a: {b: [C030, gsk2:0A,gsk2:35, 0035 ]}": {"C030", "gsk2:0A", "gsk2:35", "0035"},
		"a: {b: [::1]}":                          {"::1"},
		"a: {b: [ö, 2001:db8::1, fe80::1:2]}":    {"ö", "2001:db8::1", "fe80::1:2"},
		"a: [{b: [x, attls:0029], c: d}]":        {"x", "attls:0029"},
		"a: {b: [\n  gsk2:35,\n  ::1\n]}":        {"gsk2:35", "::1"},
	} {
		var f faults
		s := source{text: []byte(text + "\n")}
		n := s.parse(&f)
		require.Empty(t, f.list, "%s", text)
		n = n.entries[0].value
		for n.kind != list || n.items[0].kind == mapping {
			if n.kind == list {
				n = n.items[0]
			}
			n = n.entries[0].value
		}
		var got []string
		for _, item := range n.items {
			got = append(got, item.text)
		}
		assert.Equal(t, want, got, "%s", text)
	}
}

func TestPairsInFlowListsStayPairs(t *testing.T) {
	for _, text := range []string{"a: {b: [c: d]}", "a: {b: [{c: d}]}", `a: {b: ["c":d]}`} {
		var f faults
		s := source{text: []byte(text + "\n")}
		n := s.parse(&f)
		require.Empty(t, f.list, "%s", text)
		item := n.entries[0].value.entries[0].value.items[0]
		require.Equal(t, mapping, item.kind, "%s", text)
		assert.Equal(t, "c", item.entries[0].key.text, "%s", text)
	}
}
