package sqldb

import (
	"bytes"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestPack(t *testing.T) {
	for _, doc := range [][]byte{nil, {0}, []byte("ab"), bytes.Repeat([]byte("evidence "), 1000)} {
		packed, err := new(packer).pack(doc)
		require.NoError(t, err)
		assert.LessOrEqual(t, len(packed), len(doc)+1)
		got, err := unpack(packed)
		require.NoError(t, err)
		assert.True(t, bytes.Equal(doc, got))
	}
	for _, bad := range [][]byte{nil, {7}, {compressed}, {compressed, 0xff, 0xff}} {
		_, err := unpack(bad)
		require.ErrorIs(t, err, errUnpack)
	}
}

// FuzzUnpack: whatever someone has put into the database is unpacked, or refused.
func FuzzUnpack(f *testing.F) {
	for _, doc := range []string{"", "x", "evidence evidence evidence evidence"} {
		packed, err := new(packer).pack([]byte(doc))
		require.NoError(f, err)
		f.Add(packed)
	}
	f.Fuzz(func(t *testing.T, packed []byte) {
		doc, err := unpack(packed)
		if err != nil {
			require.ErrorIs(t, err, errUnpack)
			return
		}
		again, err := new(packer).pack(doc)
		require.NoError(t, err)
		got, err := unpack(again)
		require.NoError(t, err)
		require.True(t, bytes.Equal(doc, got))
	})
}

// FuzzText: what goes into a text column is what both databases take, and the same each time.
func FuzzText(f *testing.F) {
	f.Add("SYSA/web")
	f.Add("a\x00b\xff")
	f.Fuzz(func(t *testing.T, s string) {
		got := text(s)
		require.True(t, utf8.ValidString(got))
		require.NotContains(t, got, "\x00")
		require.Equal(t, got, text(got))
	})
}

func TestArguments(t *testing.T) {
	numbered := Dialect{Numbered: true}
	assert.Equal(t, "SELECT a FROM b WHERE c = $1 AND d IN ($2, $3)", numbered.args("SELECT a FROM b WHERE c = ? AND d IN (?, ?)"))
	assert.Equal(t, "SELECT 1", numbered.args("SELECT 1"))
	assert.Equal(t, "c = ?", Dialect{}.args("c = ?"))
	marks, args := in([]int{1, 2, 3})
	assert.Equal(t, "(?, ?, ?)", marks)
	assert.Equal(t, []any{1, 2, 3}, args)
}

// Every migration has a number of its own, from 1 on without a gap, and no word is left that a dialect does not have.
func TestMigrations(t *testing.T) {
	all, err := steps()
	require.NoError(t, err)
	require.NotEmpty(t, all)
	for i, m := range all {
		assert.EqualValues(t, i+1, m.version)
		words := Dialect{Text: "TEXT", Bytes: "BLOB", ID: "INTEGER"}.words(m.text)
		assert.NotContains(t, words, "{")
		assert.NotContains(t, m.text, "?")
	}
}
