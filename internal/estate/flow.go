package estate

import (
	"unicode/utf8"

	"github.com/goccy/go-yaml/token"
)

// joinPlain makes one scalar again of gsk2:35, ::1 or 2001:db8::1 in a list within braces. The lexer takes every colon there
// for that of a key; in YAML it is one only where a blank, a comma or a bracket follows (YAML 1.2.2 section 7.3.3).
func joinPlain(in token.Tokens) token.Tokens {
	var out token.Tokens
	var open []token.Type
	for i := 0; i < len(in); i++ {
		tk := in[i]
		switch tk.Type {
		case token.SequenceStartType, token.MappingStartType:
			open = append(open, tk.Type)
		case token.SequenceEndType, token.MappingEndType:
			open = open[:max(0, len(open)-1)]
		case token.MappingValueType:
			if inList := len(open) > 0 && open[len(open)-1] == token.SequenceStartType; !inList || i+1 == len(in) {
				break
			}
			before, after := out[len(out)-1], in[i+1]
			starts := before.Type == token.SequenceStartType || before.Type == token.CollectEntryType
			continues := isPlain(before) && touch(before, tk)
			if !starts && !continues || !isPlain(after) || !touch(tk, after) {
				break
			}
			text, at := tk.Value, tk.Position
			if continues {
				text, at = before.Value+text, before.Position
				out = out[:len(out)-1]
			}
			i++
			text += in[i].Value
			tk = token.New(text, text, at)
		}
		out.Add(tk)
	}
	return out
}

func isPlain(tk *token.Token) bool { return tk.Indicator == token.NotIndicator }

// touch says whether one token begins where another ends.
func touch(tk, next *token.Token) bool {
	return tk.Position.Line == next.Position.Line && tk.Position.Column+utf8.RuneCountInString(tk.Value) == next.Position.Column
}
