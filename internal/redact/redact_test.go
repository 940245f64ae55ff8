package redact

import (
	"encoding/json"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/evidence"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// eachText calls do for every text field of the report's types, by "Type.Field".
func eachText(do func(field string, kind reflect.Type)) {
	seen := map[reflect.Type]bool{}
	var walk func(x reflect.Type)
	walk = func(x reflect.Type) {
		for x.Kind() == reflect.Pointer || x.Kind() == reflect.Slice {
			x = x.Elem()
		}
		if x.Kind() != reflect.Struct || x == reflect.TypeFor[time.Time]() || x == reflect.TypeFor[scan.Exchange]() || seen[x] {
			return
		}
		seen[x] = true
		for i := range x.NumField() {
			f := x.Field(i)
			if !f.IsExported() || f.Tag.Get("json") == "-" {
				continue
			}
			kind := f.Type
			for kind.Kind() == reflect.Pointer || kind.Kind() == reflect.Slice && kind.Elem().Kind() != reflect.Uint8 {
				kind = kind.Elem()
			}
			if kind == reflect.TypeFor[string]() || kind.Kind() == reflect.Slice {
				do(x.Name()+"."+f.Name, kind)
			}
			walk(f.Type)
		}
	}
	walk(reflect.TypeFor[report.Report]())
}

// Whoever adds a text to the report says here whether it is a name: until then it is dropped.
func TestEveryTextHasItsTreatment(t *testing.T) {
	found := map[string]bool{}
	eachText(func(field string, _ reflect.Type) {
		found[field] = true
		if field != "ClientAuth.AuthoritiesDER" {
			assert.Contains(t, fields, field, "a new text of the report: say in fields.go what becomes of it")
		}
	})
	for field := range fields {
		assert.True(t, found[field], "%s is no text of the report", field)
	}
}

// planted fills every field of a value. Texts that are kept get a word of their own; all others get names to be found again.
func planted(v reflect.Value, field string, n *int) {
	*n++
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		planted(v.Elem(), field, n)
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			v.SetBytes([]byte("PLANTED" + field))
			return
		}
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		planted(v.Index(0), field, n)
		planted(v.Index(1), field, n)
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			v.Set(reflect.ValueOf(time.Date(2026, 1, 2, 3, 4, 5, 6, time.UTC)))
			return
		}
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() && f.Tag.Get("json") != "-" {
				planted(v.Field(i), v.Type().Name()+"."+f.Name, n)
			}
		}
	case reflect.String:
		v.SetString("kept")
		if v.Type() == reflect.TypeFor[string]() {
			v.SetString(textFor(field, *n))
		}
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
	case reflect.Bool:
		v.SetBool(true)
	}
}

func textFor(field string, n int) string {
	name := fmt.Sprintf("PLANTED%d", n)
	switch of(field) {
	case keep:
		return "kept"
	case prose:
		return fmt.Sprintf(`the host %s.planted.example at 10.77.%d.%d and fd00:77::%x, of jane%d@planted.example, in /etc/planted/%d.pem says "planted %d"; rule %s`,
			name, n/250, n%250, n, n, n, n, name)
	case id:
		return fmt.Sprintf("SYSTEM%d/%s@10.78.%d.%d", n, name, n/250, n%250)
	case rule:
		return "TTLSCipherParms " + name
	case aFile:
		return fmt.Sprintf("planted/dir%d/%s.yaml", n, name)
	case aSubject:
		return fmt.Sprintf("CN=%s.planted.example,O=Planted %d AG", name, n)
	case aPrint:
		return fmt.Sprintf("%064x", 0xabcdef000000+n)
	}
	return name
}

var leak = regexp.MustCompile(`(?i)planted|10\.7[78]\.|fd00:77|jane|system\d|abcdef0`)

func filled() *report.Report {
	rep := new(report.Report)
	n := 0
	planted(reflect.ValueOf(rep).Elem(), "", &n)
	rep.Findings[0].ID, rep.Digest = "ATTLS-X", "sha256:original"
	// names that are known from one place, in the middle of sentences in another
	rep.Endpoints[0].System, rep.Endpoints[1].Listener = "PLANTEDSYS", "payroll planted"
	rep.Findings[1].Detail = "on plantedsys (PLANTEDSYS.) the listener payroll planted, PLANTEDSYS/payroll planted, differs: Planted 7 AG"
	rep.Certificates[0].Subject = "C=CH,O=Planted 7 AG"
	return rep
}

func TestNothingPlantedIsLeft(t *testing.T) {
	for name, key := range map[string][]byte{"numbers": nil, "key": []byte("secret")} {
		t.Run(name, func(t *testing.T) {
			rep := filled()
			before, err := json.Marshal(rep)
			require.NoError(t, err)
			require.Greater(t, len(leak.FindAll(before, -1)), 200, "the test plants names")
			out, err := Report(rep, key)
			require.NoError(t, err)
			doc, err := json.MarshalIndent(out, "", " ")
			require.NoError(t, err)
			assert.Empty(t, leak.FindAllString(string(doc), -1), "%s", linesWith(string(doc), leak))
			after, err := json.Marshal(rep)
			require.NoError(t, err)
			assert.Equal(t, string(before), string(after), "the report itself is not changed")

			require.NoError(t, evidence.Verify(out))
			assert.True(t, out.Run.Redacted)
			assert.Equal(t, "sha256:original", out.Run.RedactedFrom)
			assert.Equal(t, time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC), out.Certificates[0].NotAfter)
			again, err := Report(rep, key)
			require.NoError(t, err)
			assert.Equal(t, out, again)
		})
	}
}

func linesWith(text string, form *regexp.Regexp) string {
	var out []string
	for line := range strings.Lines(text) {
		if form.MatchString(line) {
			out = append(out, strings.TrimSpace(line))
		}
	}
	return strings.Join(slices.Compact(out), "\n")
}

func small(host string) *report.Report {
	rep := new(report.Report)
	var e report.Endpoint
	e.ID, e.System, e.Listener = "SYSA/web@192.0.2.7", "SYSA", "web"
	e.Target.Host, e.Target.Address = host, "192.0.2.7"
	rep.Endpoints = []report.Endpoint{e}
	rep.Findings = []report.Finding{{ID: "X", Endpoint: e.ID, Detail: "the web listener SYSA/web of " + strings.ToUpper(host) + " at 192.0.2.7:443 speaks TLSv1.2 (RFC 8446) and 3.1"}}
	return rep
}

func TestTheSameNameHasTheSamePseudonymEverywhere(t *testing.T) {
	out, err := Report(small("sysa.example.com"), nil)
	require.NoError(t, err)
	assert.Equal(t, "system-1/listener-1@address-1", out.Endpoints[0].ID)
	assert.Equal(t, out.Endpoints[0].ID, out.Findings[0].Endpoint)
	assert.Equal(t, "system-1", out.Endpoints[0].System)
	assert.Equal(t, "the web listener system-1/web of host-1 at address-1:443 speaks TLSv1.2 (RFC 8446) and 3.1", out.Findings[0].Detail)
}

func TestKeyMakesPseudonymsStable(t *testing.T) {
	one, err := Report(small("sysa.example.com"), []byte("k"))
	require.NoError(t, err)
	two, err := Report(small("b.example.com"), []byte("k"))
	require.NoError(t, err)
	other, err := Report(small("sysa.example.com"), []byte("l"))
	require.NoError(t, err)
	assert.Equal(t, one.Endpoints[0].ID, two.Endpoints[0].ID)
	assert.NotEqual(t, one.Endpoints[0].Target.Host, two.Endpoints[0].Target.Host)
	assert.NotEqual(t, one.Endpoints[0].Target.Host, other.Endpoints[0].Target.Host)
	assert.Regexp(t, `^host-[0-9a-f]{12}$`, one.Endpoints[0].Target.Host)
}

func TestBeginningsOfFingerprints(t *testing.T) {
	rep := small("a.example.com")
	rep.Certificates = []report.Certificate{{SHA256: strings.Repeat("ab", 32)}}
	rep.Findings[0].Detail = "the certificate " + strings.Repeat("ab", 8)
	out, err := Report(rep, nil)
	require.NoError(t, err)
	assert.Equal(t, "the certificate "+out.Certificates[0].SHA256, out.Findings[0].Detail)
}

func TestGlobsOfWaivers(t *testing.T) {
	rep := small("a.example.com")
	rep.Waivers = []report.Waiver{{Listener: "SYSA/*"}, {Listener: "SYS*/web"}, {Listener: "*/web"}}
	out, err := Report(rep, nil)
	require.NoError(t, err)
	assert.Equal(t, "system-1/*", out.Waivers[0].Listener)
	assert.Equal(t, "redacted/listener-1", out.Waivers[1].Listener)
	assert.Equal(t, "*/listener-1", out.Waivers[2].Listener)
}

// A letter that has another length in lower case hides no name behind it, and takes no octet of it.
func TestLettersOfAnotherLength(t *testing.T) {
	n := newNames()
	n.collect(aSystem, "SYSA")
	n.collect(aSubject, "CN=\u0130\u015e \u212aLM,O=Bank")
	n.assign(nil)
	for _, s := range []string{"\u0130 SYSA ends", "\u0130 SYSA \u023a", "\u023a sysa", "\xff SYSA \xff", "CN=\u0130\u015e \u212aLM,O=Bank on SYSA"} {
		got := n.replace(prose, s)
		assert.Contains(t, got, " "+n.replace(aSystem, "SYSA"), s)
		assert.NotRegexp(t, `(?i)sysa|\x{212a}lm`, got, s)
	}
}

// FuzzSentence wants no panic, and a name's pseudonym wherever the name stands between quotation marks, whatever stands before.
func FuzzSentence(f *testing.F) {
	f.Add("SYSA speaks", "SYSA")
	f.Add("\xff\xfe::1 /etc/x \"q\"", "\xff")
	f.Add("İstanbul.example", "İ")
	f.Add("\u0130 of \u023a", "SYSA") // one letter is shorter in lower case, the other longer
	f.Fuzz(func(t *testing.T, sentence, name string) {
		n := newNames()
		n.collect(aSystem, name)
		n.collect(prose, sentence)
		n.assign(nil)
		_ = n.replace(id, sentence)
		got := n.replace(prose, sentence+`"`+name+`"`)
		if !known(aSystem, name) && !ordinary(name) && !strings.Contains(name, `"`) { // a longer name could hold a quoted one
			require.NotEmpty(t, n.replace(aSystem, name))
			require.True(t, strings.HasSuffix(got, `"`+n.replace(aSystem, name)+`"`), "%q", got)
		}
	})
}
