package syntax

import "strings"

// Kind says what the value of a parameter is, and so how many words of the line belong to it.
type Kind uint8

// The kinds of value. Whatever follows a value on its line is ignored by Policy Agent.
const (
	KindUnchecked  Kind = iota // whatever follows: one line, or a block of whatever
	KindBlock                  // the parameter is an inline statement in braces, with or without a name
	KindRef                    // the name of a global statement of type Parameter.To: one word
	KindOneOf                  // one of Parameter.Values, in any case: one word
	KindNumber                 // decimal, Parameter.Min to Parameter.Max: one word
	KindWord                   // any one word: a name, a path, a host, a password
	KindText                   // the rest of the line, blanks included: a certificate label
	KindAddress                // an IP address, ip/prefix, ip-ip or All
	KindPorts                  // n, n-m, n:m or n m; 0 is any port
	KindSuites2                // V3CipherSuites: 2-character codes in one string, or one constant
	KindSuites4                // 4-character codes in one string
	KindSuitesV2               // V2CipherSuites: 1-character codes in one string, or one constant
	KindCurves                 // 4-digit codes of curves, a constant, or Any
	KindSignatures             // 4-character codes of hash and signature algorithm
	KindTime                   // a date and time, a range of them, a mask of bits, or a zone
)

// Dated is a value that counts, or may be written, from a release on.
type Dated struct {
	Since string // a z/OS release; "" is every one
	Value string
}

// Parameter is a keyword as it may stand in one block. What is not known of it is empty.
type Parameter struct {
	Keyword  string
	Kind     Kind
	Values   []string // of KindOneOf, in the manual's spelling
	Later    []Dated  // those of Values that came with a later release than the parameter itself
	Min, Max uint32   // of KindNumber
	Usual    bool     // Min and Max are what is usual; the manual's range is not known
	To       string   // of KindRef and KindBlock: the type of statement
	Required bool     // by itself, or its Ref
	Repeats  bool     // may stand several times, and all count
	Since    string   // the first z/OS release that may know it; "" is all that portseal knows
	Defaults []Dated  // oldest first; none: no default, or one that could not be verified
	Secret   bool     // a password: its value is kept in the tree and shown nowhere
	Odd      string   // met in the field but not IBM's form: what IBM's is
}

// Block is one type of statement, and what may stand in it.
type Block struct {
	Keyword    string
	Global     bool // may stand at the top level of a file, with a name, to be referred to
	Partial    bool // the list of parameters could not be verified to be complete
	Parameters []Parameter
}

// KnownIn says whether a release ("2.1" to "3.2") knows the parameter, and the value when it is one of Values.
func (p Parameter) KnownIn(release, value string) bool {
	for _, v := range p.Later {
		if strings.EqualFold(v.Value, value) && v.Since > release {
			return false
		}
	}
	return p.Since <= release
}

// Default is the value that counts in a release when the parameter is not coded.
func (p Parameter) Default(release string) (value string, ok bool) {
	for _, d := range p.Defaults {
		if d.Since <= release {
			value, ok = d.Value, true
		}
	}
	return value, ok
}

// Canonical finds an allowed value in the manual's spelling, whatever the case it was written in.
func (p Parameter) Canonical(word string) (string, bool) {
	for _, v := range p.Values {
		if strings.EqualFold(v, word) {
			return v, true
		}
	}
	return "", false
}

// Shown is a value as people may see it.
func (p Parameter) Shown(value string) string {
	if p.Secret && value != "" {
		return "(not shown)"
	}
	return value
}

// Value is the part of an attribute's line that belongs to the parameter, and the words after it, which count for nothing.
func (p Parameter) Value(a *Attribute) (value string, extra []Word) {
	n := 1
	switch p.Kind {
	case KindUnchecked, KindText, KindCurves, KindSignatures, KindTime:
		return a.Value, nil
	case KindPorts:
		n = portWords(a)
	}
	rest := a.Rest(n)
	if rest == "" {
		return a.Value, nil
	}
	return strings.TrimRightFunc(strings.TrimSuffix(a.Value, rest), blank), a.Words()[n:]
}

// portWords counts the words of n, n-m, n m and n - m.
func portWords(a *Attribute) int {
	second := a.Word(1)
	switch {
	case strings.ContainsAny(strings.TrimRight(a.Word(0), "-:"), "-:"), strings.Trim(second, "0123456789-:") != "":
		return 1
	case second == "-", second == ":":
		return 3
	}
	return 2
}
