package syntax

import "strings"

// shownWord is a word that no table knows, as messages show it: in full only where it has the form of a keyword, and stands where no
// password does.
type shownWord struct {
	written string
	private bool // it stands where the value of a password, or of who knows what, would
}

// String is the word for a message. What follows the first character that no keyword has, as in KEYWORD=VALUE, may be a password.
func (w shownWord) String() string {
	keyword, sign := assigned(w.written)
	switch {
	case w.private || keyword == "":
		return "a word that is not shown here, since it may be a password,"
	case sign == "=" || sign == ":":
		return quote(keyword+sign) + "..., with no blank after the keyword,"
	case sign != "":
		return quote(keyword+sign) + "..."
	}
	return quote(w.written)
}

// near are the keywords of a block that the word may mean.
func (w shownWord) near(block string) []string {
	keyword, _ := assigned(w.written)
	if w.private || keyword == "" {
		return nil
	}
	return Suggest(block, keyword)
}

// assigned takes a word apart that should be two, KEYWORD=VALUE or KEYWORD:VALUE: the keyword is what has the form of one, and the sign
// the character behind it. One that does not begin like a keyword has none: 2#word.
func assigned(written string) (keyword, sign string) {
	for i, r := range written {
		letter := 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z'
		if letter || i > 0 && (r == '_' || r == '-' || '0' <= r && r <= '9') {
			continue
		}
		if i == 0 {
			return "", ""
		}
		return written[:i], written[i : i+len(string(r))]
	}
	return written, ""
}

// familiar says whether some table knows a keyword.
func familiar(keyword string) bool {
	_, block := LookupBlock(keyword)
	_, top := Lookup(Top, keyword)
	return block || top || len(homes(keyword)) > 0
}

// expectsSecret says whether the next word may be a password: the line of one, or of a keyword that is not known, has no value.
func (a *Attribute) expectsSecret() bool {
	return strings.Trim(a.Value, "=:\"' \t") == "" && (IsSecret(a.Keyword) || !familiar(a.Keyword))
}
