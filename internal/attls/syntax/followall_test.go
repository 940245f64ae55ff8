package syntax

import (
	"io/fs"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestFollowAll(t *testing.T) {
	const policy = "TTLSGroupAction G\n{\n  TTLSEnabled On\n}\n"
	const main = "TcpImage TCPIP /etc/image.conf\nCommonTTLSConfig //'SYS1.TCPPARMS(COMMON)'\n"
	const image = "TTLSConfig /etc/own.ttls\n"
	beside := map[string]string{"in/other.ttls": policy}
	for name, c := range map[string]struct {
		files    []Source
		sources  []string
		problems []string
	}{
		"policies as they are given": {[]Source{{"b", []byte(policy), nil}, {"a", []byte(policy), nil}}, []string{"b", "a"}, nil},
		"the same file twice":        {[]Source{{"a", []byte(policy), nil}, {"a", []byte(policy), nil}}, []string{"a"}, nil},
		"a main file places the others": {[]Source{{"in/own.ttls", []byte(policy), nil}, {"in/image.conf", []byte(image), nil},
			{"in/pagent.conf", []byte(main), nil}, {"in/common", []byte(policy), nil}}, []string{"in/common", "in/own.ttls"}, nil},
		"what lies beside": {[]Source{{"in/pagent.conf", []byte("TTLSConfig /etc/other.ttls\n"), nil}}, []string{"in/other.ttls"}, nil},
		"what is not there": {[]Source{{"in/pagent.conf", []byte("TTLSConfig /etc/gone.ttls\n"), nil}}, nil,
			[]string{"in/pagent.conf " + NotAtHand}},
		"the nearer of two": {[]Source{{"x/own.ttls", []byte(policy), nil}, {"in/image.conf", []byte(image), nil}, {"in/own.ttls", []byte(policy), nil}},
			[]string{"x/own.ttls", "in/own.ttls"}, nil},
		"a ring": {[]Source{{"a", []byte("TcpImage A /etc/b\n"), nil}, {"b", []byte("TcpImage A /etc/a\nTTLSConfig x\n"), nil}}, nil,
			[]string{"b " + NotAtHand}},
	} {
		t.Run(name, func(t *testing.T) {
			sources, problems := FollowAll(c.files, func(from, name string) (Source, error) {
				if text, ok := beside["in/"+name]; ok && from == "in/pagent.conf" {
					return Source{"in/" + name, []byte(text), nil}, nil
				}
				return Source{}, fs.ErrNotExist
			})
			var paths, got []string
			for _, s := range sources {
				paths = append(paths, s.Path)
			}
			for _, p := range problems {
				got = append(got, p.At.File+" "+p.ID)
			}
			assert.Equal(t, c.sources, paths)
			assert.Equal(t, c.problems, got)
		})
	}
}

func TestLastPart(t *testing.T) {
	for where, want := range map[string]string{"/etc/a.conf": "a.conf", "//'SYS1.TCPPARMS(TTLS)'": "TTLS", "a": "a", "//A.B(C)": "C"} {
		assert.Equal(t, want, LastPart(where), where)
	}
}
