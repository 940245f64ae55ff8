package syntax

import (
	"errors"
	"io/fs"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestFollow(t *testing.T) {
	const policy = "TTLSGroupAction G\n{\n  TTLSEnabled On\n}\n"
	const main = "LogLevel 31\nTcpImage TCPIP /etc/image.conf FLUSH 600\n"
	for name, c := range map[string]struct {
		files    map[string]string
		sources  []string
		problems []string
	}{
		"a policy by itself": {map[string]string{"main": policy}, []string{"main"}, nil},
		"image and common, common first": {map[string]string{
			"main":            "TcpImage TCPIP /etc/image.conf\nCommonTTLSConfig /etc/common.ttls\n",
			"/etc/image.conf": "TTLSConfig /etc/own.ttls FLUSH PURGE\n", "/etc/own.ttls": policy, "/etc/common.ttls": policy,
		}, []string{"/etc/common.ttls", "/etc/own.ttls"}, nil},
		"the common one alone": {map[string]string{
			"main":            "PEPInstance TCPIP /etc/image.conf\nCommonTTLSConfig /etc/common.ttls\n",
			"/etc/image.conf": "TTLSConfig FLUSH\n", "/etc/common.ttls": policy,
		}, []string{"/etc/common.ttls"}, nil},
		"main is the image file": {map[string]string{
			"main": "TcpImage TCPIP 600\nTTLSConfig /etc/own.ttls\n", "/etc/own.ttls": policy,
		}, []string{"/etc/own.ttls"}, nil},
		"main is the image file, under the path it has on z/OS": {map[string]string{
			"main":             "TcpImage TCPIP /etc/pagent.conf\nTTLSConfig /etc/own.ttls\n",
			"/etc/pagent.conf": "TcpImage TCPIP /etc/pagent.conf\nTTLSConfig /etc/own.ttls\n", "/etc/own.ttls": policy,
		}, []string{"/etc/own.ttls"}, nil},
		"itself, under the path it has on z/OS": {map[string]string{
			"main": "TTLSConfig /etc/pagent.conf\n" + policy, "/etc/pagent.conf": "TTLSConfig /etc/pagent.conf\n" + policy,
		}, []string{"main"}, []string{"main:1 " + NotFollowed}},
		"two stacks, one policy": {map[string]string{
			"main":   "TcpImage A /etc/a\nTcpImage B /etc/b\nTcpImage C /etc/a\n",
			"/etc/a": "TTLSConfig /etc/own.ttls\n", "/etc/b": "TTLSConfig /etc/own.ttls\n", "/etc/own.ttls": policy,
		}, []string{"/etc/own.ttls"}, nil},
		"the last TTLSConfig counts": {map[string]string{
			"main": "TTLSConfig /etc/old.ttls\nTTLSConfig /etc/own.ttls\n", "/etc/own.ttls": policy,
		}, []string{"/etc/own.ttls"}, []string{"main:1 " + NotFollowed}},
		"TTLSConfig in main only": {map[string]string{
			"main": main + "TTLSConfig /etc/own.ttls\n", "/etc/image.conf": "TTLSConfig /etc/other.ttls\n", "/etc/other.ttls": policy,
		}, []string{"/etc/other.ttls"}, []string{"main:3 " + NotFollowed}},
		"no TTLSConfig": {map[string]string{"main": main, "/etc/image.conf": "TcpImage X\n"},
			nil, []string{"/etc/image.conf:1 " + NoConfig}},
		"rules, but no TTLSConfig": {map[string]string{"main": "LogLevel 31\nTTLSRule R\n{\n  Direction Both\n  TTLSGroupActionRef G\n}\n"},
			[]string{"main"}, []string{"main:1 " + NoConfig}},
		"image not at hand": {map[string]string{"main": main}, nil, []string{"main:2 " + NotAtHand}},
		"data set not at hand": {map[string]string{"main": "TTLSConfig //'SYS1.TCP#PARM(TTLS)'\n"},
			nil, []string{"main:1 " + NotAtHand}},
		"data set at hand": {map[string]string{"main": "TTLSConfig //'A.B(C)'\n", "//'A.B(C)'": policy}, []string{"//'A.B(C)'"}, nil},
		"a policy that cannot be read": {map[string]string{"main": "TTLSConfig /locked\n"},
			nil, []string{"main:1 " + NotAtHand}},
		"itself": {map[string]string{"main": "TTLSConfig main\n" + policy}, []string{"main"}, []string{"main:1 " + NotFollowed}},
		"a ring": {map[string]string{"main": "TcpImage A /etc/a\n", "/etc/a": "TTLSConfig main\n"},
			nil, []string{"/etc/a:1 " + NotFollowed}},
		"a policy that names another": {map[string]string{
			"main": "TTLSConfig /etc/own.ttls\n", "/etc/own.ttls": policy + "TTLSConfig /etc/more.ttls\n", "/etc/more.ttls": policy,
		}, []string{"/etc/own.ttls"}, []string{"/etc/own.ttls:5 " + NotFollowed}},
		"a misspelt keyword in main": {map[string]string{
			"main": "TTLSConfg /etc/x\nIDSConfig /etc/ids\nTTLSConfig /etc/own.ttls\n", "/etc/own.ttls": policy,
		}, []string{"/etc/own.ttls"}, []string{"main:1 " + Unsure}},
	} {
		t.Run(name, func(t *testing.T) {
			open := func(path string) (Source, error) {
				if path == "/locked" {
					return Source{}, errors.New("permission denied")
				}
				text, ok := c.files[path]
				if !ok {
					return Source{}, fs.ErrNotExist
				}
				return Source{Data: []byte(text)}, nil
			}
			sources, problems := Follow(Source{"main", []byte(c.files["main"]), nil}, open)
			var paths, got []string
			for _, s := range sources {
				paths = append(paths, s.Path)
				assert.Equal(t, c.files[s.Path], string(s.Data))
			}
			for _, p := range problems {
				got = append(got, p.At.File+":"+string(rune('0'+p.At.Line))+" "+p.ID)
				assert.NotEmpty(t, p.Message)
			}
			assert.Equal(t, c.sources, paths)
			assert.Equal(t, c.problems, got)
		})
	}
}

func TestFollowNamesWhatIsMissing(t *testing.T) {
	_, problems := Follow(Source{"main", []byte("TTLSConfig //'SYS1.TCPPARMS(TTLS)'\n"), nil},
		func(string) (Source, error) { return Source{}, fs.ErrNotExist })
	assert.Len(t, problems, 1)
	assert.Contains(t, problems[0].Message, "the data set //'SYS1.TCPPARMS(TTLS)' that TTLSConfig names is not at hand")
}

func FuzzFollow(f *testing.F) {
	f.Add("TcpImage A b\nCommonTTLSConfig c\n", "TTLSConfig c\n", "TTLSConfig b\n")
	f.Add("TTLSConfig b", "TcpImage A a\nTTLSConfig a", "")
	f.Fuzz(func(t *testing.T, a, b, c string) {
		files := map[string]string{"a": a, "b": b, "c": c}
		sources, _ := Follow(Source{"a", []byte(a), nil}, func(path string) (Source, error) {
			if text, ok := files[path]; ok {
				return Source{Data: []byte(text)}, nil
			}
			return Source{}, fs.ErrNotExist
		})
		seen := map[string]bool{}
		for _, s := range sources {
			assert.False(t, seen[s.Path], "%s is read twice", s.Path)
			seen[s.Path] = true
		}
	})
}
