package replay_test

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"
)

// unseenLeaf is a kind of leaf that cannot be checked.
type unseenLeaf struct{ pattern, why string }

// unseen are the leaves that can be changed, or taken out, without a difference, and why no check of the report alone can know.
var unseen = []unseenLeaf{
	{`/run/(id|operator|clock/synchronised|arguments/\*)|/tool/.*`, "who made the report and how: only a signature can show that"},
	{`/run/(estate|fail_on|pace|max_connections|scope/declared|max_input_age_s)`, "what the run was to do; nothing that was seen depends on it here"},
	{`/run/finished`, "a run may end a little after its last endpoint"},
	{`/run/complete`, "a run may be interrupted after its last answer"},
	{`/run/inputs/.*`, "what files the run was given: --estate reads them again"},
	{`/expectations/.*`, "what the estate file says: --estate reads it again. What a verdict depends on is found all the same"},
	{`/keyrings/\*/(consumer|virtual|files/.*|entries/\*/(source|usage))`, "what estate file, stores and listings say of rings: --estate reads them again"},
	{`/endpoints/\*/target/(host|port)`, "which port of which host it was: the scanner's word"},
	{`/endpoints/\*/evidence/\*/handshake/library`, "which library spoke: the scanner's word"},
}

// unseenConfirmed are those of a report whose endpoints were confirmed, beside the ones above.
var unseenConfirmed = []unseenLeaf{
	{`/endpoints/\*/confirmed/(run|source_ports/\*)`, "which run's look is shown, and the ports of this one's: the scanner's word"},
	{`/endpoints/\*/confirmed/cost/bytes_.*`, "what was sent and received in a look whose evidence is not kept: the scanner's word"},
	{`/endpoints/\*/target/(host|port)`, "which port of which host it was: the scanner's word"},
}

// leaf is a value that is no list and no object, and how to change it.
type leaf struct {
	pointer string
	set     func(any)
	remove  func() // nil for one of a list
	value   any
}

func leaves(pointer string, v any, set func(any), remove func(), out *[]leaf) {
	switch v := v.(type) {
	case map[string]any:
		keys := make([]string, 0, len(v))
		for k := range v {
			keys = append(keys, k)
		}
		slices.Sort(keys)
		for _, k := range keys {
			leaves(pointer+"/"+k, v[k], func(x any) { v[k] = x }, func() { delete(v, k) }, out)
		}
	case []any:
		for i := range v {
			leaves(pointer+"/"+strconv.Itoa(i), v[i], func(x any) { v[i] = x }, nil, out)
		}
	default:
		*out = append(*out, leaf{pointer, set, remove, v})
	}
}

// changed is another value of the same form.
func changed(v any) any {
	switch v := v.(type) {
	case bool:
		return !v
	case float64:
		return v + 1
	case string:
		if at, err := time.Parse(time.RFC3339Nano, v); err == nil {
			return at.Add(time.Second).Format(time.RFC3339Nano)
		}
		for _, words := range [][]string{{"yes", "no"}, {"cut", "close"}, {"none", "requested"}, {"tls", "any"}, {"closed", "any"}, {"legacy-rc4", "any"},
			{"standard", "deep"}, {"prove", "deep"}, {"hello", "connect"}, {"medium", "high"}, {"pass", "fail"}, {"TLSv1.2", "TLSv1.1"}, {"TLSv1.3", "TLSv1.1"}} {
			if i := slices.Index(words, v); i >= 0 {
				return words[1-i]
			}
		}
		if b, err := hex.DecodeString(v); err == nil && len(v) > 3 {
			b[len(b)-1] ^= 1
			return strings.ToUpper(hex.EncodeToString(b))[:len(v)]
		}
		if b, err := base64.StdEncoding.DecodeString(v); err == nil && len(b) > 16 {
			b[len(b)/2] ^= 1
			return base64.StdEncoding.EncodeToString(b)
		}
		return v + "x"
	}
	return "x"
}

var index = regexp.MustCompile(`/\d+`)

// Every leaf of a report is changed, and every key with one is taken out, one at a time; the digest is computed anew each time. One of a kind
// is enough, kinds being told apart by the pointer without its indexes. What nothing contradicts is on the list above, with its reason.
func TestEveryLeafCounts(t *testing.T) { everyLeaf(t, demoDocument, ".*", unseen) }

// Of an endpoint that was confirmed, what is said of its two looks counts too.
func TestEveryLeafOfConfirmedCounts(t *testing.T) {
	everyLeaf(t, confirmedDocument, `/endpoints/\*/(confirmed/.*|cost/.*|target/.*|[a-z]+)|/run/source_addresses/.*|/summary/connections`, unseenConfirmed)
}

// everyLeaf changes the leaves of some kinds.
func everyLeaf(t *testing.T, document func(*testing.T) map[string]any, kindsOf string, unseen []unseenLeaf) {
	const ofKind = 1
	var all []leaf
	wanted := regexp.MustCompile("^(" + kindsOf + ")$")
	doc := document(t)
	leaves("", doc, nil, nil, &all)
	kinds := map[string]int{}
	used := map[string]bool{}
	missed := map[string]string{}
	var mu sync.Mutex
	var g errgroup.Group
	g.SetLimit(runtime.GOMAXPROCS(0))
	for i := range all {
		kind := index.ReplaceAllString(all[i].pointer, "/*")
		if !wanted.MatchString(kind) {
			continue
		}
		if kinds[kind]++; kinds[kind] > ofKind || kind == "/digest" {
			continue
		}
		for _, takeOut := range []bool{false, true} {
			g.Go(func() error {
				doc := document(t)
				var again []leaf
				leaves("", doc, nil, nil, &again)
				one := again[i]
				switch {
				case !takeOut:
					one.set(changed(one.value))
				case one.remove == nil:
					return nil
				default:
					one.remove()
				}
				if len(pointers(t, doc)) > 0 {
					return nil
				}
				mu.Lock()
				defer mu.Unlock()
				if why := reason(unseen, kind); why != "" {
					used[why] = true
					return nil
				}
				value, _ := json.Marshal(one.value)
				missed[kind] = fmt.Sprintf("%s (taken out: %t): %.100s", one.pointer, takeOut, value)
				return nil
			})
		}
	}
	require.NoError(t, g.Wait())
	for kind, example := range missed {
		assert.Fail(t, kind, example)
	}
	for _, u := range unseen {
		assert.True(t, used[u.why], "%s is found after all", u.pattern)
	}
	t.Logf("%d leaves of %d kinds", len(all), len(kinds))
}

// reason is why a change of such a leaf is not found; empty when it must be.
func reason(unseen []unseenLeaf, kind string) string {
	for _, u := range unseen {
		if regexp.MustCompile("^(" + u.pattern + ")$").MatchString(kind) {
			return u.why
		}
	}
	return ""
}
