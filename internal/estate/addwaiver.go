package estate

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"github.com/portseal/portseal/report"
)

// AddWaiver returns the text of an estate file with one more waiver, or with a waiver in the place of that with the index replace, which
// is -1 for none; every other octet stays. Line is where the waiver stands then. What the result means is compared with what the text
// meant: where it is not the same but for the waiver, that is an error.
func AddWaiver(text []byte, w report.Waiver, replace int) (out []byte, line int, err error) {
	src := &source{text: text}
	var f faults
	before := src.parse(&f)
	if err := f.err(); err != nil {
		return nil, 0, err
	}
	file, err := parseYAML(src.text)
	if err != nil {
		return nil, 0, err
	}
	e := newEdit(text, WaiverText(w))
	if err := e.place(file, replace); err != nil {
		return nil, 0, fmt.Errorf("%w; add it by hand: %s", err, e.item)
	}
	after := (&source{text: slices.Clone(e.out)}).parse(&f)
	if f.err() != nil || !sameButWaiver(before, after, w, replace) {
		return nil, 0, fmt.Errorf("the waivers are written in a way that is not understood; add it by hand: %s", e.item)
	}
	return e.out, e.line, nil
}

// WaiverText writes a waiver as one line of YAML.
func WaiverText(w report.Waiver) string {
	var parts []string
	for _, p := range waiverKeys(w) {
		if p[1] != "" {
			parts = append(parts, p[0]+": "+scalarText(p[1]))
		}
	}
	return "{" + strings.Join(parts, ", ") + "}"
}

func waiverKeys(w report.Waiver) [][2]string {
	return [][2]string{{"finding", w.Finding}, {"listener", w.Listener}, {"item", w.Item}, {"until", w.Until}, {"reason", w.Reason},
		{"approved_by", w.ApprovedBy}, {"ticket", w.Ticket}}
}

var plainScalar = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_./-]*$`)

// scalarText writes a value plain where nothing in it could mean anything else, else between double quotes.
func scalarText(s string) string {
	if plainScalar.MatchString(s) {
		return s
	}
	return strconv.Quote(s)
}

// edit is a text to which an item is added.
type edit struct {
	lines []string // each with its end
	end   string   // how lines end
	item  string
	out   []byte
	line  int
}

func newEdit(text []byte, item string) *edit {
	e := &edit{lines: strings.SplitAfter(string(text), "\n"), end: "\n", item: item}
	if strings.HasSuffix(e.lines[0], "\r\n") {
		e.end = "\r\n"
	}
	if last := len(e.lines) - 1; e.lines[last] == "" {
		e.lines = e.lines[:last]
	}
	return e
}

// place finds where the waiver goes, by how the waivers that are there are written.
func (e *edit) place(file *ast.File, replace int) error {
	root, waivers := waiversOf(file)
	switch value := unanchored(waivers).(type) {
	case nil:
		if root == nil || root.IsFlowStyle {
			return errors.New("the file is written within braces")
		}
		return e.append(column(root) - 1)
	case *ast.NullNode:
		at := value.GetToken().Position.Line
		if key := keyOf(root); key != nil {
			at = key.GetToken().Position.Line
		}
		e.insert(at, strings.Repeat(" ", column(root)+1)+"- "+e.item)
		return nil
	case *ast.SequenceNode:
		if value.IsFlowStyle {
			return e.flow(value, replace)
		}
		return e.block(value, replace)
	}
	return errors.New("waivers is no list")
}

// keyOf is the key waivers of a mapping.
func keyOf(root *ast.MappingNode) ast.Node {
	for _, v := range root.Values {
		if v.Key.GetToken().Value == "waivers" {
			return v.Key
		}
	}
	return nil
}

// waiversOf finds the file's mapping, and the value of its key waivers; nil without one.
func waiversOf(file *ast.File) (root *ast.MappingNode, waivers ast.Node) {
	for _, doc := range file.Docs {
		switch body := doc.Body.(type) {
		case *ast.MappingNode:
			root = body
		case *ast.MappingValueNode:
			root = &ast.MappingNode{Values: []*ast.MappingValueNode{body}}
		}
	}
	if root == nil {
		return nil, nil
	}
	for _, v := range root.Values {
		if v.Key.GetToken().Value == "waivers" {
			return root, v.Value
		}
	}
	return root, nil
}

func unanchored(n ast.Node) ast.Node {
	if a, ok := n.(*ast.AnchorNode); ok {
		return a.Value
	}
	return n
}

// column is where the keys of a mapping begin, from 1.
func column(root *ast.MappingNode) int {
	if len(root.Values) == 0 {
		return 1
	}
	return root.Values[0].Key.GetToken().Position.Column
}

// append adds the key with the waiver at the end of the document.
func (e *edit) append(indent int) error {
	at := len(e.lines)
	for i, line := range slices.Backward(e.lines) {
		if strings.TrimRight(line, " \r\n") == "..." {
			at = i
		}
	}
	blank := strings.Repeat(" ", indent)
	e.insert(at, blank+"waivers:", blank+"  - "+e.item)
	return nil
}

// insert puts lines behind the first so many. A last line without an end gets one, and the new last line then has none.
func (e *edit) insert(after int, added ...string) {
	before, rest := strings.Join(e.lines[:after], ""), strings.Join(e.lines[after:], "")
	text := strings.Join(added, e.end)
	if before != "" && !strings.HasSuffix(before, "\n") {
		text = e.end + text
	} else {
		text += e.end
	}
	e.out, e.line = []byte(before+text+rest), after+len(added)
}

// block adds an item behind the last one of a list with dashes, or in the place of one.
func (e *edit) block(list *ast.SequenceNode, replace int) error {
	dash := list.Start.Position.Column - 1
	which := len(list.Values) - 1
	if replace >= 0 {
		which = replace
	}
	first := list.Values[which].GetToken().Position.Line - 1
	for first >= 0 && indentOf(e.lines[first]) != dash || !strings.HasPrefix(strings.TrimLeft(e.lines[max(first, 0)], " "), "-") {
		if first--; first < 0 {
			return errors.New("the last waiver's dash is not found")
		}
	}
	end := first + 1
	for i := end; i < len(e.lines); i++ {
		if blank := strings.TrimSpace(e.lines[i]) == ""; !blank && indentOf(e.lines[i]) <= dash {
			break
		} else if !blank {
			end = i + 1
		}
	}
	item := strings.Repeat(" ", dash) + "- " + e.item
	if replace < 0 {
		e.insert(end, item)
		return nil
	}
	last := e.lines[end-1]
	item += last[len(strings.TrimRight(last, "\r\n")):]
	e.out, e.line = []byte(strings.Join(e.lines[:first], "")+item+strings.Join(e.lines[end:], "")), first+1
	return nil
}

func indentOf(line string) int { return len(line) - len(strings.TrimLeft(line, " ")) }

// flow adds an item before the bracket that closes a list: on a line of its own where the bracket has one.
func (e *edit) flow(list *ast.SequenceNode, replace int) error {
	if replace >= 0 {
		return errors.New("the waivers are written within brackets")
	}
	at, col := list.End.Position.Line-1, list.End.Position.Column-1
	line := []rune(e.lines[at])
	before := string(line[:col])
	if strings.TrimSpace(before) != "" || len(list.Values) == 0 {
		separator := ", "
		switch trimmed := strings.TrimRight(before, " "); {
		case len(list.Values) == 0:
			separator = ""
		case strings.HasSuffix(trimmed, ",") && strings.HasSuffix(before, " "):
			separator = ""
		case strings.HasSuffix(trimmed, ","):
			separator = " "
		}
		e.lines[at] = before + separator + e.item + string(line[col:])
		e.out, e.line = []byte(strings.Join(e.lines, "")), at+1
		return nil
	}
	last, ok := list.Values[len(list.Values)-1].(*ast.MappingNode)
	if !ok || last.End == nil {
		return errors.New("the last waiver is written in a way that is not understood")
	}
	row, end := last.End.Position.Line-1, last.End.Position.Column
	tail := []rune(e.lines[row])
	if !strings.HasPrefix(strings.TrimLeft(string(tail[end:]), " "), ",") {
		e.lines[row] = string(tail[:end]) + "," + string(tail[end:])
	}
	blank := strings.Repeat(" ", indentOf(e.lines[last.Start.Position.Line-1]))
	e.insert(at, blank+e.item)
	return nil
}

// sameButWaiver says whether two estate files mean the same but for one waiver.
func sameButWaiver(before, after *node, w report.Waiver, replace int) bool {
	if before == nil || after == nil {
		return false
	}
	var kept []entry
	for _, e := range after.entries {
		if e.key.text != "waivers" || before.get("waivers") != nil {
			kept = append(kept, e)
		}
	}
	if len(kept) != len(before.entries) {
		return false
	}
	for i, e := range kept {
		if b := before.entries[i]; b.key.text != e.key.text || e.key.text != "waivers" && !sameNode(b.value, e.value) {
			return false
		}
	}
	was, is := []*node{}, after.get("waivers")
	if list := before.get("waivers"); list != nil {
		was = slices.Clone(list.items)
	}
	if is == nil {
		return false
	}
	at := len(was)
	if replace >= len(was) {
		return false
	}
	if replace >= 0 {
		at = replace
		was = slices.Delete(was, at, at+1)
	}
	rest := slices.Clone(is.items)
	if at >= len(rest) || !isWaiver(rest[at], w) {
		return false
	}
	return slices.EqualFunc(was, slices.Delete(rest, at, at+1), sameNode)
}

func isWaiver(n *node, w report.Waiver) bool {
	count := 0
	for _, p := range waiverKeys(w) {
		if p[1] == "" {
			continue
		}
		if v := n.get(p[0]); v == nil || v.text != p[1] {
			return false
		}
		count++
	}
	return len(n.entries) == count
}

func sameNode(a, b *node) bool {
	return a.kind == b.kind && a.text == b.text && slices.EqualFunc(a.items, b.items, sameNode) &&
		slices.EqualFunc(a.entries, b.entries, func(x, y entry) bool { return x.key.text == y.key.text && sameNode(x.value, y.value) })
}
