package text

// Style is how a word looks where colour is wanted. It never says more than the word.
type Style uint8

// The styles.
const (
	Plain Style = iota
	Strong
	Good
	Notice
	Warning
	Bad
)

// Paint adds the style's colour to text that is clean.
func (s Style) Paint(clean string) string {
	if s == Plain || clean == "" {
		return clean
	}
	return "\x1b[" + s.sgr() + "m" + clean + "\x1b[0m"
}

// sgr are the parameters of ECMA-48 SELECT GRAPHIC RENDITION.
func (s Style) sgr() string {
	switch s {
	case Strong:
		return "1"
	case Good:
		return "32"
	case Notice:
		return "36"
	case Warning:
		return "33"
	case Bad:
		return "1;31"
	}
	return ""
}
