package querymon

import (
	"fmt"
	"strings"
)

// isJCL says whether the lines are job control rather than parameters.
func isJCL(lines []line) bool {
	for _, l := range lines {
		if l.has(0, "//") {
			return true
		}
	}
	return false
}

// instream returns the lines of the in-stream data of a DD statement; an empty name takes every DD's. Where the DD names a file
// instead, or is not there, the file gets a problem.
func (f *File) instream(lines []line, name string) []line {
	var out []line
	found, inside, current := false, false, ""
	end := "/*"
	data := false
	for _, l := range lines {
		if inside && (l.has(0, end) || !data && l.has(0, "//")) {
			inside = false
		}
		if inside {
			out = append(out, l)
			continue
		}
		dd, operands, ok := ddStatement(l)
		if !ok {
			continue
		}
		if dd != "" {
			current = dd
		}
		if name != "" && current != name {
			continue
		}
		operand, _, _ := strings.Cut(operands, ",")
		switch data = operand == "DATA"; {
		case operand == "*" || data:
			found, inside, end = true, true, delimiter(operands)
		case name != "":
			found = true
			f.problem(Unreadable, l.at(f.Path, 0), "", fmt.Sprintf("the %s DD statement has no parameters in it but names a file; want that file", name))
		}
	}
	if !found {
		f.problem(Unreadable, lines[0].at(f.Path, 0), "", strings.TrimSpace("the JCL has no "+name)+" DD * statement; want the parameters themselves, or JCL that has them")
	}
	return out
}

// ddStatement takes a DD statement apart: the last part of its name, which is empty for a concatenation, and its operands.
func ddStatement(l line) (name, operands string, ok bool) {
	if !l.has(0, "//") || l.has(0, "//*") {
		return "", "", false
	}
	fields := strings.Fields(string(l.text[2:]))
	if len(l.text) > 2 && isBlank(l.text[2]) {
		fields = append([]string{""}, fields...)
	}
	if len(fields) < 3 || !strings.EqualFold(fields[1], "DD") {
		return "", "", false
	}
	name = strings.ToUpper(fields[0])
	return name[strings.LastIndexByte(name, '.')+1:], strings.ToUpper(fields[2]), true
}

// delimiter is what ends the in-stream data.
func delimiter(operands string) string {
	for operand := range strings.SplitSeq(operands, ",") {
		if v, ok := strings.CutPrefix(operand, "DLM="); ok {
			if v = strings.Trim(v, "'"); v != "" {
				return v
			}
		}
	}
	return "/*"
}
