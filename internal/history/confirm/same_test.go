package confirm

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// free are the leaves in which two looks that showed the same may differ, as Go names them. Whoever adds a key to an endpoint decides here
// whether it is one; all others make two looks differ.
var free = []string{
	"Observation.Started", "Observation.Finished", "Observation.Source", "Observation.Cost.",
	"Plan",                                                                                       // its number: what was asked is compared
	"Chains.", "ServedBy.", "Logged.", "Confirmed.", "ClientAuthCandidates.", "Vulnerabilities.", // they are judged, or say what is being decided here
	"Observation.Protocols.Evidence", "Observation.Protocols.Refused.Evidence", "Observation.DH.Evidence", "Observation.Presented.Evidence",
	"Observation.StartUps.Evidence", "Observation.Features.Evidence", "Observation.Members.Evidence", "Observation.Members.Connections", "Observation.ClientAuth.Evidence", "Observation.ClientAuth.Outcomes.Evidence",
	"Observation.Evidence.ID", "Observation.Evidence.At", "Observation.Evidence.SourcePort", "Observation.Evidence.Received",
	"Observation.Evidence.Preamble", "Observation.Evidence.Secret", "Observation.Evidence.Failure.Message", "Observation.Evidence.Handshake.Error",
	"Observation.Evidence.Sent", // of a complete handshake
}

// leaf is a value of an endpoint that is no list and no struct.
type leaf struct {
	path  string
	value reflect.Value
}

// fill makes a value with nothing empty in it, lists of one entry, and returns its leaves.
func fill(v reflect.Value, path string, out *[]leaf) {
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), path, out)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0), path, out)
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			v.Set(reflect.ValueOf(time.Unix(1, 0).UTC()))
			*out = append(*out, leaf{path, v})
			return
		}
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() && f.Tag.Get("json") != "-" {
				fill(v.Field(i), strings.TrimPrefix(path+"."+f.Name, "."), out)
			}
		}
	default:
		change(v)
		*out = append(*out, leaf{path, v})
	}
}

// change makes another value of a leaf.
func change(v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(v.String() + "x")
	case reflect.Bool:
		v.SetBool(!v.Bool())
	case reflect.Float64:
		v.SetFloat(v.Float() + 1)
	case reflect.Struct:
		v.Set(reflect.ValueOf(v.Interface().(time.Time).Add(time.Second)))
	default:
		if v.CanInt() {
			v.SetInt(v.Int() + 1)
		} else {
			v.SetUint(v.Uint() + 1)
		}
	}
}

func filled() (*report.Endpoint, []leaf) {
	var e report.Endpoint
	var out []leaf
	fill(reflect.ValueOf(&e).Elem(), "", &out)
	return &e, out
}

// Every leaf of an endpoint is changed, one at a time.
func TestEveryLeafIsDecided(t *testing.T) {
	earlier, all := filled()
	require.True(t, Same(*earlier, *earlier))
	require.Greater(t, len(all), 100)
	used := map[string]bool{}
	for i := range all {
		now, leaves := filled()
		change(leaves[i].value)
		path := leaves[i].path
		n := slices.IndexFunc(free, func(f string) bool { return path == f || strings.HasSuffix(f, ".") && strings.HasPrefix(path, f) })
		if n >= 0 {
			used[free[n]] = true
		}
		assert.Equal(t, n >= 0, Same(*earlier, *now), path)
		assert.Equal(t, n >= 0, Same(*now, *earlier), path)
	}
	for _, f := range free {
		assert.True(t, used[f], "%s is no leaf", f)
	}
}

// Every list with one entry more makes two looks differ, but for those that are judged and the ids of evidence.
func TestEveryListIsDecided(t *testing.T) {
	earlier, _ := filled()
	var lists func(v reflect.Value, path string)
	n := 0
	lists = func(v reflect.Value, path string) {
		switch v.Kind() {
		case reflect.Pointer:
			lists(v.Elem(), path)
		case reflect.Struct:
			for i := range v.NumField() {
				if f := v.Type().Field(i); f.IsExported() && f.Tag.Get("json") != "-" && v.Type() != reflect.TypeFor[time.Time]() {
					lists(v.Field(i), strings.TrimPrefix(path+"."+f.Name, "."))
				}
			}
		case reflect.Slice:
			if v.Index(0).Kind() != reflect.Slice {
				lists(v.Index(0), path)
			}
			other, _ := filled()
			place(reflect.ValueOf(other).Elem(), path).Set(reflect.Append(v, v.Index(0)))
			may := slices.ContainsFunc(free, func(f string) bool { return path == f || strings.HasPrefix(path+".", f) })
			assert.Equal(t, may, Same(*earlier, *other), path)
			n++
		}
	}
	lists(reflect.ValueOf(earlier).Elem(), "")
	require.Greater(t, n, 20)
}

// place finds a field by its path, in the first entries of lists.
func place(v reflect.Value, path string) reflect.Value {
	for _, name := range strings.Split(path, ".") {
		for v.Kind() != reflect.Struct {
			if v.Kind() == reflect.Slice {
				v = v.Index(0)
			} else {
				v = v.Elem()
			}
		}
		v = v.FieldByName(name)
	}
	return v
}

// What was cut short, and what was not looked at, is never the same.
func TestNotInFull(t *testing.T) {
	for name, spoil := range map[string]func(e *report.Endpoint){
		"interrupted": func(e *report.Endpoint) { e.Interrupted = true },
		"the budget": func(e *report.Endpoint) {
			e.NotTested = []scan.NotTested{{Question: scan.TheRest, Why: scan.UsedUp(10)}}
		},
		"not dialled":     func(e *report.Endpoint) { e.NotTested = []scan.NotTested{{Question: scan.All, Why: "reach: local"}} },
		"nothing kept":    func(e *report.Endpoint) { e.Evidence = nil },
		"own machine":     func(e *report.Endpoint) { e.Failure = &scan.Failure{Kind: scan.KindLocal} },
		"no port is free": func(e *report.Endpoint) { e.Evidence[0].Failure = &scan.Failure{Kind: scan.KindLocal} },
	} {
		e, _ := filled()
		spoil(e)
		assert.False(t, Same(*e, *e), name)
	}
}

// Random octets are no facts; a banner is one.
func TestOpaque(t *testing.T) {
	for kind, want := range map[string]bool{"opaque": true, "banner": false, "silent": false} {
		looks := [2]report.Endpoint{}
		for i := range looks {
			e, _ := filled()
			e.NonTLS = &scan.NonTLS{Kind: kind, Banner: fmt.Append(nil, i), Entropy: 7 + float64(i)/10}
			looks[i] = *e
		}
		assert.Equal(t, want, Same(looks[0], looks[1]), kind)
	}
}

// A handshake's octets are random; those of a hello are its question.
func TestSentOctets(t *testing.T) {
	a, _ := filled()
	b, _ := filled()
	a.Evidence[0].Handshake, b.Evidence[0].Handshake = nil, nil
	assert.True(t, Same(*a, *b))
	b.Evidence[0].Sent = []byte{9}
	assert.False(t, Same(*a, *b))
	b.Evidence[0].Sent, b.Evidence[0].SourcePort = a.Evidence[0].Sent, 0
	assert.False(t, Same(*a, *b), "no connection stood")
}
