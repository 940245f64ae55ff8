package estate

type kind uint8

const (
	empty   kind = iota // a key without a value
	scalar              // text
	list                // items
	mapping             // entries
)

// node is a YAML value with aliases and merge keys resolved. Aliases share nodes: a node is never changed.
type node struct {
	kind    kind
	text    string // of a scalar: its source text, unquoted and unescaped
	items   []*node
	entries []entry
	at      position
	use     string // " (template t, used at ...)" for what a use of a template gave, else empty
	hasVar  bool   // "${" stands somewhere in it
	size    int    // number of nodes in the tree, aliases followed
}

// entry is one key of a mapping.
type entry struct {
	key   *node // a scalar
	value *node
}

// get returns the value of a key, or nil.
func (n *node) get(key string) *node {
	if n == nil {
		return nil
	}
	for _, e := range n.entries {
		if e.key.text == key {
			return e.value
		}
	}
	return nil
}

// what names the node's kind in errors.
func (n *node) what() string {
	switch n.kind {
	case scalar:
		return "a single value"
	case list:
		return "a list"
	case mapping:
		return "a mapping"
	}
	return "empty"
}
