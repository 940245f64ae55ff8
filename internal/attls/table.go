package attls

import (
	"slices"
	"strings"
	"sync"

	"github.com/portseal/portseal/internal/attls/syntax"
)

// refersTo is the type of statement that a parameter of a block names; empty when the parameter is no reference.
func refersTo(block, keyword string) string {
	p, ok := syntax.Lookup(block, keyword)
	if !ok || p.Kind != syntax.KindRef {
		return ""
	}
	return p.To
}

// holds says whether a block may hold an inline statement of a type.
func holds(block, keyword string) bool {
	p, ok := syntax.Lookup(block, keyword)
	return ok && p.Kind == syntax.KindBlock
}

func isOn(value string) bool { return strings.EqualFold(value, "On") }

// levels returns the types of statement that set something, by what they set: within one group the first wins (the
// connection's before the environment's before the group's), and the groups have nothing in common.
func levels() [][]string {
	return [][]string{
		{typeConnAdv, typeConnection, typeEnvAdv, typeEnvironment, typeGroupAdv, typeGroup},
		{typeKeyring}, {typeGskAdvanced}, {"TTLSGskLdapParms"}, {"TTLSGskOcspParms"}, {"TTLSGskHttpCdpParms"},
	}
}

// setting is a keyword that the fold carries, with the statements it may stand in.
type setting struct {
	keyword    string
	levels     []string           // the one that wins first
	parameters []syntax.Parameter // one a level
}

// settings are the keywords of all actions and their parms that have one value, in the order of the table of keywords.
// Lists of suites, curves and signature pairs are folded by themselves.
var settings = sync.OnceValue(func() []setting {
	var out []setting
	for _, related := range levels() {
		first := len(out)
		for _, level := range slices.Backward(related) {
			block, _ := syntax.LookupBlock(level)
			for _, p := range block.Parameters {
				if p.Kind == syntax.KindBlock || p.Kind == syntax.KindRef {
					continue
				}
				at := slices.IndexFunc(out[first:], func(s setting) bool { return s.keyword == p.Keyword })
				if at < 0 {
					out = append(out, setting{keyword: p.Keyword})
					at = len(out) - 1 - first
				}
				s := &out[first+at]
				s.levels = append([]string{level}, s.levels...)
				s.parameters = append([]syntax.Parameter{p}, s.parameters...)
			}
		}
	}
	return out
})

// settingNamed finds a setting by its keyword.
func settingNamed(keyword string) setting { return settingIndex()[keyword] }

var settingIndex = sync.OnceValue(func() map[string]setting {
	index := map[string]setting{}
	for _, s := range settings() {
		index[s.keyword] = s
	}
	return index
})
