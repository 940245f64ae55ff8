package target

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestParse(t *testing.T) {
	for text, want := range map[string][]Spec{
		"example.com":            {{Host: "example.com", Ports: []uint16{443}}},
		"example.com.:8443":      {{Host: "example.com", Ports: []uint16{8443}}},
		"bücher.example":         {{Host: "xn--bcher-kva.example", Ports: []uint16{443}}},
		"192.0.2.1:1,3,5-7,6":    {{Host: "192.0.2.1", Ports: []uint16{1, 3, 5, 6, 7}}},
		"[2001:db8::1]:992":      {{Host: "2001:db8::1", Ports: []uint16{992}}},
		"2001:db8::1":            {{Host: "2001:db8::1", Ports: []uint16{443}}},
		"192.0.2.0/30:443":       {{Host: "192.0.2.1", Ports: []uint16{443}}, {Host: "192.0.2.2", Ports: []uint16{443}}},
		"192.0.2.0/31:443":       {{Host: "192.0.2.0", Ports: []uint16{443}}, {Host: "192.0.2.1", Ports: []uint16{443}}},
		"[2001:db8::/127]:65535": {{Host: "2001:db8::", Ports: []uint16{65535}}, {Host: "2001:db8::1", Ports: []uint16{65535}}},
		"2001:db8::8/127":        {{Host: "2001:db8::8", Ports: []uint16{443}}, {Host: "2001:db8::9", Ports: []uint16{443}}},
		" 192.0.2.9/32:23 ":      {{Host: "192.0.2.9", Ports: []uint16{23}}},
	} {
		got, err := Parse(text)
		require.NoError(t, err, text)
		assert.Equal(t, want, got, text)
	}
}

func TestParseFaults(t *testing.T) {
	for text, want := range map[string]string{
		"":                      `target "": empty; want host, host:port, [v6]:port or CIDR:ports`,
		"host:":                 `target "host:": no port after the colon; want a port from 1 to 65535, or leave the colon out for 443`,
		"host:0":                `target "host:0": port "0": want a number from 1 to 65535`,
		"host:65536":            `target "host:65536": port "65536": want a number from 1 to 65535`,
		"host:9-5":              `target "host:9-5": port range "9-5" runs backwards; want 5-9`,
		"host:https":            `target "host:https": port "https": want a number from 1 to 65535`,
		"https://me:secret@h:1": `target "...@h:1": a target has no user; want host or host:port`,
		"https://example.com/":  `target "https://example.com/": a URL is no target; want host or host:port`,
		"[::1":                  `target "[::1": no closing bracket; want [v6]:port`,
		"[127.0.0.1]:443":       `target "[127.0.0.1]:443": "127.0.0.1" is no IPv6 address`,
		"1.2.3.4.5":             `target "1.2.3.4.5": "1.2.3.4.5" is no IPv4 address`,
		"a:b:c":                 `target "a:b:c": more than one colon; write an IPv6 address or block with a port as [v6]:port`,
		"10.0.0.0/8:443":        `target "10.0.0.0/8:443": 10.0.0.0/8 has more than 65536 addresses; name a smaller block`,
		":443":                  `target ":443": no host before the colon`,
		"a b":                   `target "a b": "a b" is no host name`,
	} {
		_, err := Parse(text)
		assert.EqualError(t, err, want)
	}
}

func TestRead(t *testing.T) {
	got, err := Read("list", strings.NewReader("\ufeffa.example # first\r\n\n#none\nb.example:1-2\n"))
	require.NoError(t, err)
	assert.Equal(t, []Spec{{Host: "a.example", Ports: []uint16{443}}, {Host: "b.example", Ports: []uint16{1, 2}}}, got)

	_, err = Read("list", strings.NewReader("a.example\nhost:0\n[x\n"))
	assert.EqualError(t, err, "list:2: target \"host:0\": port \"0\": want a number from 1 to 65535\n"+
		"list:3: target \"[x\": no closing bracket; want [v6]:port")
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"a", "[::1]:1-3", "10.0.0.0/24:1", "1:2:3"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		specs, err := Parse(text)
		if err == nil {
			require.NotEmpty(t, specs)
			for _, s := range specs {
				require.NotEmpty(t, s.Host)
				require.NotEmpty(t, s.Ports)
			}
		}
	})
}
