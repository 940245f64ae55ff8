package text

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Markdown makes s text of GitHub-flavoured Markdown (CommonMark 0.31 and GFM 0.29) that cannot become anything else, in a paragraph, a
// list item or a cell of a table: Visible, with markup escaped. A word that readers would make a link or a mention of (an address of the
// web, of mail, of a user, of an issue) becomes code.
func Markdown(s string) string {
	var out strings.Builder
	for i, word := range strings.Split(strings.TrimFunc(Visible(s), unicode.IsSpace), " ") {
		if i > 0 {
			out.WriteByte(' ')
		}
		if linked.MatchString(word) {
			out.WriteString(MarkdownCode(word))
			continue
		}
		escapeMarkdown(&out, word, i == 0)
	}
	return out.String()
}

// linked finds what GFM (section 6.9) and GitHub make links of: addresses with a scheme, www., mail addresses, mentions of users, and
// references to issues, changes and commits.
var linked = regexp.MustCompile(`(?i)://|www\.|mailto:|xmpp:|(^|[^0-9a-z])@|@.*\.|#[0-9]|(^|[^a-z])GH-[0-9]|(^|[^0-9a-z])[0-9a-f]{7,40}($|[^0-9a-z])`)

// escapeMarkdown writes a word with its markup escaped; what is markup at the beginning of a line only is escaped there, and
// a number sign at the beginning of a word, which may end a heading.
func escapeMarkdown(out *strings.Builder, word string, first bool) {
	before := ' '
	for i, r := range word {
		after, _ := utf8.DecodeRuneInString(word[i+utf8.RuneLen(r):])
		switch {
		case r == '|':
			out.WriteString("&#124;") // a backslash before it means different things to different readers of tables
		case r == '_' && alphanumeric(before) && alphanumeric(after):
			out.WriteRune(r)
		case strings.ContainsRune("\\`*_[]<&~$", r), r == '#' && i == 0, first && i == 0 && strings.ContainsRune("-+=:>", r),
			first && (r == '.' || r == ')') && strings.Trim(word[:i], "0123456789") == "" && i > 0:
			out.WriteByte('\\')
			out.WriteRune(r)
		default:
			out.WriteRune(r)
		}
		before = r
	}
}

func alphanumeric(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// MarkdownCode makes s a code span, which shows it as it is: Visible, fenced by more backticks than s has in a row. Where s has a pipe,
// which would end a cell of a table, the span ends, and begins again behind it. Nothing at all gives nothing.
func MarkdownCode(s string) string {
	parts := strings.Split(Visible(s), "|")
	for i, part := range parts {
		if part == "" {
			continue
		}
		fence := "`"
		for strings.Contains(part, fence) {
			fence += "`"
		}
		pad := ""
		if part[0] == '`' || part[len(part)-1] == '`' || part[0] == ' ' && part[len(part)-1] == ' ' && strings.Trim(part, " ") != "" {
			pad = " " // which a reader takes off again
		}
		parts[i] = fence + pad + part + pad + fence
	}
	return strings.Join(parts, "&#124;")
}
