package syntax

import (
	"slices"
	"strings"
	"sync"

	"github.com/portseal/portseal/internal/nearest"
)

// Top is the name, in Lookup and Suggest, of what surrounds all statements: the file.
const Top = ""

// Lookup finds what a keyword means in a block (Top: outside of all), whatever the case it was written in.
func Lookup(block, keyword string) (Parameter, bool) {
	b, ok := index().blocks[block]
	if !ok {
		return Parameter{}, false
	}
	p, ok := b.parameters[keyword]
	if !ok {
		p, ok = b.parameters[strings.ToLower(keyword)]
	}
	if !ok {
		return Parameter{}, false
	}
	return *p, true
}

// LookupBlock finds a type of statement by its name in the table's spelling.
func LookupBlock(keyword string) (Block, bool) {
	b, ok := index().blocks[keyword]
	return b.Block, ok
}

// Suggest names the keywords that a misspelt one may have been meant to be: first those of the block, then any.
func Suggest(block, keyword string) []string {
	b := index().blocks[block]
	var here []string
	for _, p := range b.Parameters {
		here = append(here, p.Keyword)
	}
	if near := nearest.Names(keyword, here); len(near) > 0 {
		return near
	}
	return nearest.Names(keyword, index().keywords)
}

// IsSecret says whether a keyword's value, in whatever block, is a password: shown nowhere.
func IsSecret(keyword string) bool {
	for _, b := range Blocks() {
		for _, p := range b.Parameters {
			if p.Secret && strings.EqualFold(p.Keyword, keyword) {
				return true
			}
		}
	}
	return false
}

// Shown is the value of a keyword as people may see it, whatever block it stands in.
func Shown(keyword, value string) string {
	return Parameter{Secret: IsSecret(keyword)}.Shown(value)
}

// homes are the blocks that a keyword may stand in, in the order of the table.
func homes(keyword string) []string {
	var out []string
	for _, b := range Blocks() {
		if _, ok := Lookup(b.Keyword, keyword); ok && b.Keyword != Top {
			out = append(out, b.Keyword)
		}
	}
	return out
}

// canonical is a keyword of any block in the table's spelling, or as written.
func canonical(written string) string {
	if c, ok := index().spelling[written]; ok {
		return c
	}
	if c, ok := index().spelling[strings.ToLower(written)]; ok {
		return c
	}
	return written
}

type indexedBlock struct {
	Block
	parameters map[string]*Parameter // by keyword as spelt in the table, and in lower case
}

type tableIndex struct {
	blocks   map[string]indexedBlock
	spelling map[string]string // likewise, to the table's spelling
	keywords []string          // sorted
}

// index is the table by name: files of 10 MB have 300,000 lines.
var index = sync.OnceValue(func() tableIndex {
	x := tableIndex{blocks: map[string]indexedBlock{}, spelling: map[string]string{}}
	for _, b := range Blocks() {
		parameters := map[string]*Parameter{}
		for i, p := range b.Parameters {
			parameters[p.Keyword], parameters[strings.ToLower(p.Keyword)] = &b.Parameters[i], &b.Parameters[i]
			if x.spelling[p.Keyword] == "" {
				x.keywords = append(x.keywords, p.Keyword)
			}
			x.spelling[p.Keyword], x.spelling[strings.ToLower(p.Keyword)] = p.Keyword, p.Keyword
		}
		x.blocks[b.Keyword] = indexedBlock{b, parameters}
	}
	slices.Sort(x.keywords)
	return x
})
