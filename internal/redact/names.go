package redact

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// names are all names of a report, and what stands for each.
type names struct {
	kinds  map[string]treatment // by name in lower case
	aliens map[string]string    // pseudonyms, by name in lower case
	match  matcher
}

func newNames() *names { return &names{kinds: map[string]treatment{}, aliens: map[string]string{}} }

// known words are no names, wherever they stand.
func known(how treatment, s string) bool {
	switch s {
	case "", "none", word:
		return true
	case "local":
		return how == aVantage
	case "system":
		return how == aRing // the machine's own roots
	case "localhost", "127.0.0.1", "::1":
		return true // everybody's
	}
	return false
}

// precedence decides which kind a name is that stands in fields of several.
var precedence = []treatment{anAddress, aPrint, aSystem, aHost, anEstate, aSubject, aRing, aFile, aLabel, aRule, aJob, aPerson, aVantage, aTicket, aSerial, aListener, aName}

func (n *names) learn(how treatment, s string) {
	if known(how, s) {
		return
	}
	if _, err := netip.ParseAddr(s); err == nil {
		how = anAddress
	}
	s = fold(s)
	if have, ok := n.kinds[s]; !ok || slices.Index(precedence, how) < slices.Index(precedence, have) {
		n.kinds[s] = how
	}
}

// form compiles an expression when it is first asked for: most starts of the program need none.
func form(expression string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expression) })
}

// The forms by which names are told in sentences. Each has one group: the name.
var (
	addressForm = form(`(?:^|[^0-9A-Za-z.:])((?:\d{1,3}\.){3}\d{1,3}|[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7})`)
	hostForm    = form(`((?:[A-Za-z0-9_*][A-Za-z0-9_-]*\.)+[A-Za-z][A-Za-z0-9-]+)`)
	pathForm    = form(`(?:^|[\s"'(=])((?:/|\.\.?/|//')[^\s"',;:()]+)`)
	quoteForm   = form(`"([^"]+)"`)
	personForm  = form(`([A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+)`)
	printForm   = form(`\b([0-9a-f]{12,64})\b`)
	ruleForm    = form(`\b(?:TTLS[A-Za-z]+|Jobname|Userid|rules?|rings?|job|label|profile) ([^\s,;:()"]*[^a-z\s,;:()"][^\s,;:()"]*)`)
	numberForm  = form(`^(?:[0-9]+(?:[, :-]+[0-9]+)*|(?:TLS|SSL)v[0-9.]+|TLS_[A-Z0-9_]+|[0-9A-F]{4}(?:[, ]+[0-9A-F]{4})*|On|Off|Y|N|YES|NO|Yes|No|Required|Full|PassThru|SAFCheck|Server|Client|ServerWithClientAuth|ANY|FIPS140|Any|Optional|Never)$`)
)

// collect notes the names in a text; it changes nothing.
func (n *names) collect(how treatment, s string) string {
	switch how {
	case keep, drop, hidden:
	case prose:
		n.read(s)
	case rule:
		if verb, name, ok := strings.Cut(s, " "); ok && strings.HasPrefix(verb, "TTLS") {
			n.learn(aRule, name)
		} else {
			n.read(s)
		}
	case values:
		if !numberForm().MatchString(s) {
			n.learn(aName, s)
			n.read(s)
		}
	case id:
		n.endpoint(s)
	case aSubject:
		n.learn(aSubject, s)
		for _, part := range strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == '+' }) {
			if _, value, ok := strings.Cut(part, "="); ok && len(value) > 2 {
				n.learn(aName, strings.Trim(value, ` "\`))
			}
		}
	case aFile:
		n.learn(aFile, s)
		if at := strings.LastIndexAny(s, `/\`); at >= 0 && at < len(s)-1 {
			n.learn(aFile, s[at+1:])
		}
	case aRing:
		n.learn(aRing, s)
		for part := range strings.FieldsFuncSeq(s, func(r rune) bool { return r == '@' || r == '/' }) { // RING@SYSTEM, OWNER/RING
			if part != "*" && !strings.HasPrefix(part, "*") {
				n.learn(aRing, part)
			}
		}
	default:
		n.learn(how, s)
	}
	return s
}

// endpoint takes an id apart: SYSTEM/LISTENER[:PORT][@ADDRESS], or HOST:PORT.
func (n *names) endpoint(s string) {
	rest, address, _ := strings.Cut(s, "@")
	n.learn(anAddress, address)
	system, listener, ok := strings.Cut(rest, "/")
	if ok {
		for how, part := range map[treatment]string{aSystem: system, aListener: withoutPort(listener)} {
			if !glob(part) {
				n.learn(how, part)
			}
		}
		return
	}
	n.learn(aHost, strings.Trim(withoutPort(rest), "[]"))
}

func withoutPort(s string) string {
	if at := strings.LastIndexByte(s, ':'); at > 0 && strings.Trim(s[at+1:], "0123456789") == "" {
		return s[:at]
	}
	return s
}

// read finds names in a sentence by their form.
func (n *names) read(s string) {
	for _, f := range []struct {
		form func() *regexp.Regexp
		how  treatment
	}{{quoteForm, aName}, {personForm, aPerson}, {pathForm, aFile}, {hostForm, aHost}, {printForm, aPrint}, {ruleForm, aName}} {
		for _, m := range f.form().FindAllStringSubmatch(s, -1) {
			name := strings.TrimRight(m[1], ".")
			if !numberForm().MatchString(name) && !ordinary(name) {
				n.learn(f.how, name)
			}
		}
	}
	for _, m := range addressForm().FindAllStringSubmatch(s, -1) {
		if _, err := netip.ParseAddr(m[1]); err == nil {
			n.learn(anAddress, m[1])
		}
	}
}

// assign gives every name its pseudonym.
func (n *names) assign(key []byte) {
	counts := map[treatment]int{}
	sorted := slices.Sorted(maps.Keys(n.kinds))
	for i, name := range slices.Backward(sorted) {
		how := n.kinds[name]
		if how == aPrint && i+1 < len(sorted) && strings.HasPrefix(sorted[i+1], name) {
			n.aliens[name] = n.aliens[sorted[i+1]] // a fingerprint that a sentence has only the beginning of
			continue
		}
		counts[how]++
		n.aliens[name] = pseudonym(how, name, counts[how], key)
	}
	n.match = newMatcher(n.aliens)
}

// pseudonym is what stands for a name: a number, or what the key makes of it. Fingerprints and serial numbers stay hexadecimal.
func pseudonym(how treatment, name string, count int, key []byte) string {
	digits := fmt.Sprint(count)
	full := fmt.Sprintf("%064x", count)
	if key != nil {
		mac := hmac.New(sha256.New, key)
		mac.Write([]byte(name))
		full = hex.EncodeToString(mac.Sum(nil))
		digits = full[:12]
	}
	switch how {
	case aPrint:
		return full
	case aSerial:
		return full[len(full)-16:]
	case aSubject:
		return "CN=subject-" + digits
	}
	return string(how) + "-" + digits
}

// replace returns what stands for a text.
func (n *names) replace(how treatment, s string) string {
	switch how {
	case keep:
		return s
	case drop:
		return ""
	case hidden:
		return word
	case prose, rule:
		return n.match.prose(s)
	case id:
		return n.match.id(s)
	case values:
		if numberForm().MatchString(s) {
			return s
		}
	}
	if known(how, s) {
		return s
	}
	return n.aliens[fold(s)]
}
