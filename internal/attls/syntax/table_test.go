package syntax

import (
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTableIsSound(t *testing.T) {
	spelling := map[string]string{}
	for _, b := range Blocks() {
		_, inTop := Lookup(Top, b.Keyword)
		assert.Equal(t, b.Global, inTop, "%s: the top level takes what is global", b.Keyword)
		seen := map[string]bool{}
		for _, p := range b.Parameters {
			where := b.Keyword + "." + p.Keyword
			assert.False(t, seen[p.Keyword], "%s stands twice", where)
			seen[p.Keyword] = true
			if other, ok := spelling[p.Keyword]; ok {
				assert.Equal(t, other, p.Keyword)
			}
			spelling[p.Keyword] = p.Keyword
			if p.Kind == KindRef || p.Kind == KindBlock {
				to, ok := LookupBlock(p.To)
				assert.True(t, ok && to.Global, "%s leads to %q, which is no global statement", where, p.To)
			}
			assert.Equal(t, p.Kind == KindOneOf, len(p.Values) > 0, where)
			for _, d := range append(p.Defaults, p.Later...) {
				assert.Contains(t, []string{"", "2.1", "2.2", "2.3", "2.4", "2.5", "3.1", "3.2"}, d.Since, where)
				if p.Kind == KindOneOf {
					assert.Contains(t, p.Values, d.Value, where)
				}
				if p.Kind == KindNumber {
					n, err := strconv.ParseUint(d.Value, 10, 32)
					require.NoError(t, err, where)
					assert.True(t, uint32(n) >= p.Min && uint32(n) <= p.Max, "%s: the default %d is out of range", where, n)
				}
			}
		}
	}
}

// valid is a value that a parameter takes.
func valid(p Parameter) string {
	switch p.Kind {
	case KindOneOf:
		return p.Values[len(p.Values)-1]
	case KindNumber:
		return strconv.FormatUint(uint64(p.Max), 10)
	case KindPorts:
		return "1000 - 2000"
	case KindText, KindCurves, KindSignatures, KindTime:
		return "several words"
	}
	return "word"
}

// TestEveryParameterIsRead: each parameter of each block, inline and by Ref, is read without a fault beside those that
// the table itself names.
func TestEveryParameterIsRead(t *testing.T) {
	for _, b := range Blocks() {
		for _, p := range b.Parameters {
			var body []Node
			for _, other := range b.Parameters {
				if other.Required && other.Keyword != p.Keyword && other.Kind != KindBlock {
					body = append(body, NewAttribute(other.Keyword, valid(other), ""))
				} else if other.Required && other.Kind == KindBlock && other.Keyword != p.Keyword && other.Keyword+"Ref" != p.Keyword {
					body = append(body, NewAttribute(other.Keyword+"Ref", "word", ""))
				}
			}
			if p.Kind == KindBlock {
				inner, _ := LookupBlock(p.To)
				s := NewStatement(p.Keyword, "Name")
				for _, q := range inner.Parameters {
					if q.Kind == KindBlock && q.Required {
						s.Body = append(s.Body, NewAttribute(q.Keyword+"Ref", "word", ""))
					} else if q.Required {
						s.Body = append(s.Body, NewAttribute(q.Keyword, valid(q), ""))
					}
				}
				body = append(body, s)
			} else {
				body = append(body, NewAttribute(p.Keyword, valid(p), ""))
			}
			if b.Keyword != Top {
				body = []Node{NewStatement(b.Keyword, "Name", body...)}
			}
			f := parseText(write(t, &File{Body: body}))
			for _, problem := range f.Problems {
				assert.True(t, p.Odd != "" && problem.ID == OddForm, "%s.%s: %s", b.Keyword, p.Keyword, problem.Message)
			}
			assert.Equal(t, plain(body), plain(f.Body), "%s.%s", b.Keyword, p.Keyword)
		}
	}
}

func TestDefaultsOfReleases(t *testing.T) {
	for _, c := range []struct{ keyword, release, want string }{
		{"TLSv1", "2.1", "On"}, {"TLSv1.1", "3.1", "On"}, {"TLSv1", "3.2", "Off"}, {"TLSv1.1", "3.2", "Off"},
		{"TLSv1.2", "3.1", "Off"}, {"TLSv1.2", "3.2", "On"}, {"TLSv1.3", "3.2", "Off"}, {"SSLv3", "2.1", "Off"},
		{"HandshakeTimeout", "2.5", "10"}, {"ClientAuthType", "2.5", "Required"},
	} {
		p, ok := Lookup("TTLSEnvironmentAdvancedParms", c.keyword)
		require.True(t, ok)
		got, _ := p.Default(c.release)
		assert.Equal(t, c.want, got, "%s in %s", c.keyword, c.release)
	}
	p, _ := Lookup("TTLSConnectionAdvancedParms", "tlsv1.2")
	_, ok := p.Default("3.2")
	assert.False(t, ok, "a connection has no defaults: what is not coded is the environment's")
}

func TestKnownIn(t *testing.T) {
	tls13, _ := Lookup("TTLSEnvironmentAdvancedParms", "TLSv1.3")
	assert.False(t, tls13.KnownIn("2.3", "On"))
	assert.True(t, tls13.KnownIn("2.4", "On"))
	fips, _ := Lookup("TTLSGroupAction", "FIPS140")
	assert.True(t, fips.KnownIn("2.1", "on"))
	assert.False(t, fips.KnownIn("2.1", "level2"))
	assert.True(t, fips.KnownIn("3.1", "Level2"))
}

func TestLookupAndSuggest(t *testing.T) {
	p, ok := Lookup("TTLSRule", "LOCALPORTRANGE")
	assert.True(t, ok && p.Keyword == "LocalPortRange")
	_, ok = Lookup("TTLSRule", "TLSv1.2")
	assert.False(t, ok)
	_, ok = Lookup("NoBlock", "TLSv1.2")
	assert.False(t, ok)
	assert.Equal(t, []string{"TTLSRule"}, Suggest(Top, "TTSLRule"))
	assert.Equal(t, []string{"CertificateLabel"}, Suggest("TTLSRule", "CertficateLabel"), "a keyword of another block, when none of this is near")
	assert.Empty(t, Suggest(Top, "Nonsense"))
}

func TestValueAndExtra(t *testing.T) {
	for _, c := range []struct {
		block, keyword, line, value string
		extra                       int
	}{
		{"TTLSRule", "LocalPortRange", "7553-7554 trailing words", "7553-7554", 2},
		{"TTLSRule", "LocalPortRange", "7553 7554  x", "7553 7554", 1},
		{"TTLSRule", "LocalPortRange", "7553 - 7554", "7553 - 7554", 0},
		{"TTLSRule", "LocalPortRange", "7553 : 7554", "7553 : 7554", 0},
		{"TTLSRule", "LocalPortRange", "1-2 3", "1-2", 1},
		{"TTLSRule", "LocalPortRange", "443", "443", 0},
		{"TTLSRule", "LocalAddr", "10.0.0.1 10.0.0.2", "10.0.0.1", 1},
		{"TTLSEnvironmentAdvancedParms", "CertificateLabel", "Zowe  Server", "Zowe  Server", 0},
		{"TTLSCipherParms", "V3CipherSuites4Char", "C02F C030", "C02F", 1},
		{"TTLSRule", "Jobname", "", "", 0},
	} {
		p, ok := Lookup(c.block, c.keyword)
		require.True(t, ok)
		value, extra := p.Value(NewAttribute(c.keyword, c.line, ""))
		assert.Equal(t, c.value, value, c.line)
		assert.Len(t, extra, c.extra, c.line)
	}
}

func TestFaultsAreComplete(t *testing.T) {
	seen := map[string]bool{}
	for _, k := range Faults() {
		assert.False(t, seen[k.ID], k.ID)
		seen[k.ID] = true
		assert.Regexp(t, `^ATTLS-SYNTAX-[A-Z-]+$`, k.ID)
		assert.NotZero(t, k.Severity, k.ID)
		assert.NotEmpty(t, k.Title, k.ID)
		assert.NotEmpty(t, k.Remediation, k.ID)
	}
}
