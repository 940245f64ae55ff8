package ber

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestRead(t *testing.T) {
	cases := []struct {
		name       string
		in         string
		body, rest string
		long, indf bool
		err        string
	}{
		{"short", "\x04\x02abc", "ab", "c", false, false, ""},
		{"long", "\x04\x81\x02ab", "ab", "", true, false, ""},
		{"long with zeros", "\x04\x83\x00\x00\x02ab", "ab", "", true, false, ""},
		{"indefinite", "\x30\x80\x04\x01a\x00\x00z", "\x04\x01a", "z", false, true, ""},
		{"indefinite in indefinite", "\x30\x80\x30\x80\x00\x00\x00\x00z", "\x30\x80\x00\x00", "z", false, true, ""},
		{"high tag", "\x5F\x81\x01\x01a", "a", "", false, false, ""},
		{"truncated", "\x04\x05ab", "ab", "", false, false, "the input ends inside an element"},
		{"indefinite without an end", "\x30\x80\x04\x01a", "\x04\x01a", "", false, true, "the input ends inside an element"},
		{"nothing", "", "", "", false, false, "no element where one is expected"},
		{"no length", "\x04", "", "", false, false, "the length of an element is missing"},
		{"length cut off", "\x04\x82\x01", "", "", false, false, "the length of an element is cut off"},
		{"primitive, indefinite", "\x04\x80\x00\x00", "", "", false, false, "a primitive element has an indefinite length"},
		{"tag too long", "\x5F\x81\x81\x81\x81\x01\x00", "", "", false, false, "a tag number is too long or cut off"},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			e, rest, err := Read([]byte(tc.in))
			if tc.err != "" {
				require.EqualError(t, err, tc.err)
			} else {
				require.NoError(t, err)
				assert.Equal(t, tc.in, string(e.Full)+string(rest))
			}
			assert.Equal(t, tc.body, string(e.Body))
			assert.Equal(t, tc.rest, string(rest))
			assert.Equal(t, tc.long, e.LongLength)
			assert.Equal(t, tc.indf, e.Indefinite)
		})
	}
}

func TestValues(t *testing.T) {
	assert.Equal(t, "1.2.840.113549", Element{Body: []byte("\x2A\x86\x48\x86\xF7\x0D")}.OID())
	assert.Equal(t, "2.999.3", Element{Body: []byte("\x88\x37\x03")}.OID())
	for _, bad := range []string{"", "\x2A\x86", "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01"} {
		assert.Empty(t, Element{Body: []byte(bad)}.OID())
	}
	assert.Equal(t, int64(-5), Element{Body: []byte{0xFB}}.Int().Int64())
	assert.Equal(t, int64(251), Element{Body: []byte{0, 0xFB}}.Int().Int64())
	assert.Nil(t, Element{}.Int())
	joined, err := Element{Constructed: true, Body: []byte("\x04\x01a\x24\x80\x04\x01b\x00\x00\x04\x01c")}.Octets()
	require.NoError(t, err)
	assert.Equal(t, "abc", string(joined))
	want := time.Date(2026, 1, 2, 3, 4, 0, 0, time.UTC)
	for text, tag := range map[string]int{"260102030400Z": TagUTCTime, "2601020304Z": TagUTCTime, "260102050400+0200": TagUTCTime, "20260102030400Z": TagGeneralizedTime} {
		got, ok := Element{Tag: tag, Body: []byte(text)}.Time()
		assert.True(t, ok, text)
		assert.True(t, want.Equal(got), "%s: %s", text, got)
	}
	old, _ := Element{Tag: TagUTCTime, Body: []byte("500101000000Z")}.Time()
	assert.Equal(t, 1950, old.Year())
	_, ok := Element{Tag: TagUTCTime, Body: []byte("x")}.Time()
	assert.False(t, ok)
}
