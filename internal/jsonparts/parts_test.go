package jsonparts

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestMembers(t *testing.T) {
	members, err := Members([]byte(" { \"a\" : [1, {\"b\": \"]}\"}] , \"c\\\"\\\\\":-1.5e3,\n\"\": \"\\\\\" } "))
	require.NoError(t, err)
	var got []string
	for _, m := range members {
		got = append(got, string(m.Name), string(m.Value))
	}
	assert.Equal(t, []string{`"a"`, `[1, {"b": "]}"}]`, `"c\"\\"`, `-1.5e3`, `""`, `"\\"`}, got)
	members, err = Members([]byte(`{}`))
	require.NoError(t, err)
	assert.Empty(t, members)
}

func TestItems(t *testing.T) {
	items, err := Items([]byte(`[ {"a": [1]} ,2, [] ,"x,]"]`))
	require.NoError(t, err)
	assert.Equal(t, [][]byte{[]byte(`{"a": [1]}`), []byte(`2`), []byte(`[]`), []byte(`"x,]"`)}, items)
}

func TestRefuses(t *testing.T) {
	for _, in := range []string{``, `[]`, `{`, `{"a"`, `{"a":`, `{"a":1`, `{"a":1,`, `{"a":1,}`, `{a:1}`, `{"a" 1}`, `{"a":1 "b":2}`, `{"a":1}{`, `{"a":"\"}`, `{"a":,"b":1}`, `{,}`, `{"a`, `{"a\`} {
		_, err := Members([]byte(in))
		assert.Error(t, err, in)
	}
	for _, in := range []string{`{}`, `[1`, `[1,`, `[1,]`, `[,1]`, `[1 2]`, `[1]]`, `[:]`} {
		_, err := Items([]byte(in))
		assert.Error(t, err, in)
	}
}

// FuzzParts wants the parts of what is JSON to be those that encoding/json finds.
func FuzzParts(f *testing.F) {
	for _, in := range []string{`{"a":[1,{"b":"]}"}],"c":-1.5e3}`, `[ {"a": [1]} ,2, [] ,"x,]"]`, `{"\u0061\"":"\\"}`, `[]`, `{}`, `{"a"`, `["`} {
		f.Add([]byte(in))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		members, err := Members(in)
		var object map[string]json.RawMessage
		if json.Unmarshal(in, &object) == nil && object != nil {
			require.NoError(t, err)
			for _, m := range members {
				var name string
				require.NoError(t, json.Unmarshal(m.Name, &name))
				require.Contains(t, object, name)
				require.True(t, json.Valid(m.Value))
			}
			require.GreaterOrEqual(t, len(members), len(object))
		}
		items, err := Items(in)
		var list []json.RawMessage
		if json.Unmarshal(in, &list) == nil && list != nil {
			require.NoError(t, err)
			require.Len(t, items, len(list))
			for i := range items {
				require.Equal(t, string(list[i]), string(items[i]))
			}
		}
	})
}
