package netstat

import (
	"strings"
)

// setters are the names whose values are kept, without blanks and in lower case.
var setters = map[string]func(*reader, string){
	"clientname":     func(r *reader, v string) { r.begin(v) },
	"clientid":       func(r *reader, v string) { r.identify(v) },
	"connid":         func(r *reader, v string) { r.begin(""); r.identify(v) },
	"jobname":        func(r *reader, v string) { r.set(&r.now.Job, v) },
	"localsocket":    func(r *reader, v string) { r.socket(&r.now.Local, v) },
	"foreignsocket":  func(r *reader, v string) { r.socket(&r.now.Foreign, v) },
	"remotesocket":   func(r *reader, v string) { r.socket(&r.now.Foreign, v) },
	"state":          func(r *reader, v string) { r.now.State = parseState(v) },
	"startdate":      func(r *reader, v string) { r.startDate(v) },
	"starttime":      func(r *reader, v string) { r.startTime(v) },
	"ttlspolicy":     func(r *reader, v string) { r.set(&r.now.Policy, strings.ToLower(v)) },
	"ttlsrule":       func(r *reader, v string) { r.set(&r.now.Rule, v) },
	"ttlsgrpaction":  func(r *reader, v string) { r.set(&r.now.GroupAction, v) },
	"ttlsenvaction":  func(r *reader, v string) { r.set(&r.now.EnvironmentAction, v) },
	"ttlsconnaction": func(r *reader, v string) { r.set(&r.now.ConnectionAction, v) },
	"seclevel":       func(r *reader, v string) { r.set(&r.now.SecurityLevel, v) },
	"cipher":         func(r *reader, v string) { r.set(&r.now.Cipher, v) },
}

// longestName bounds how far before a colon a name is looked for.
const longestName = 24

// pair is one Name: value of a line.
type pair struct {
	name        string
	from, value int // where the name and the value begin
}

// pairs finds the known Name: values of a line. Other colons, as IPv6 addresses and times have them, are left alone.
func pairs(line string) []pair {
	var out []pair
	for i := 0; i < len(line); i++ {
		if line[i] != ':' {
			continue
		}
		if name, from := nameBefore(line, i); name != "" {
			out = append(out, pair{name, from, i + 1})
		}
	}
	return out
}

// nameBefore returns the known name of one or two words that ends at a colon, and where it begins.
func nameBefore(line string, colon int) (name string, from int) {
	end := colon
	for range 2 {
		start := end
		for start > max(0, colon-longestName) && line[start-1] != ' ' && line[start-1] != ':' {
			start--
		}
		key := strings.ToLower(strings.ReplaceAll(line[start:colon], " ", ""))
		if _, known := setters[key]; known {
			name, from = key, start
		}
		if start == 0 || line[start-1] != ' ' || start == end {
			break
		}
		end = start - 1
	}
	return name, from
}

// valueOf is what stands between a name and the next one: one word, or for the names that have more, all up to two blanks.
func valueOf(line string, all []pair, i int) string {
	end := len(line)
	if i+1 < len(all) {
		end = max(all[i].value, all[i+1].from)
	}
	v := strings.TrimSpace(line[all[i].value:end])
	cut := " "
	if all[i].name == "seclevel" || all[i].name == "cipher" {
		cut = "  "
	}
	v, _, _ = strings.Cut(v, cut)
	return v
}
