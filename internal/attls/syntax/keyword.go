package syntax

import "strings"

// Kind says what the value of a parameter is, and so how many words of the line belong to it.
type Kind uint8

// The kinds of value. Whatever follows a value on its line is ignored by Policy Agent.
const (
	KindUnknown    Kind = iota
	KindBlock           // the parameter is an inline statement in braces, with or without a name
	KindRef             // the name of a global statement of type Parameter.To: one word
	KindOneOf           // one of Parameter.Values, in any case: one word
	KindNumber          // decimal, Parameter.Min to Parameter.Max: one word
	KindWord            // any one word: a name, a path, a host, a password
	KindText            // the rest of the line, blanks included: a certificate label
	KindAddress         // an IP address, ip/prefix, ip-ip or All
	KindPorts           // n, n-m, n:m or n m; 0 is any port
	KindSuites2         // V3CipherSuites: 2-character codes in one string, or one constant
	KindSuites4         // 4-character codes in one string
	KindSuitesV2        // SSLv2 suites: 1-character codes in one string, or one constant
	KindCurves          // 4-digit codes of curves, a constant, or Any
	KindSignatures      // 4-character codes of hash and signature algorithm
	KindTime            // a date and time, a range of them, a mask of bits, or a zone
)

// Default is the value that counts, from a release on, when a parameter is not coded.
type Default struct {
	Since string // a z/OS release; "" is every one
	Value string
}

// Parameter is a keyword as it may stand in one block. What is not known of it is empty.
type Parameter struct {
	Keyword  string
	Kind     Kind
	Values   []string // of KindOneOf, in the manual's spelling
	Min, Max uint32   // of KindNumber
	To       string   // of KindRef and KindBlock: the type of statement
	Required bool
	Repeats  bool      // may stand several times, and all count
	Since    string    // the first z/OS release that knows it; "" is all that portseal knows
	Defaults []Default // oldest first; none: no default, or one that could not be verified
}

// Block is one type of statement, and what may stand in it.
type Block struct {
	Keyword    string
	Global     bool // may stand at the top level of a file, with a name, to be referred to
	Parameters []Parameter
}

// KnownIn says whether a release ("2.1" to "3.2") knows the parameter.
func (p Parameter) KnownIn(release string) bool { return p.Since <= release }

// Default is the value that counts in a release when the parameter is not coded.
func (p Parameter) Default(release string) (value string, ok bool) {
	for _, d := range p.Defaults {
		if d.Since <= release {
			value, ok = d.Value, true
		}
	}
	return value, ok
}

// canonical finds an allowed value in the manual's spelling, whatever the case it was written in.
func (p Parameter) canonical(word string) (string, bool) {
	for _, v := range p.Values {
		if strings.EqualFold(v, word) {
			return v, true
		}
	}
	return "", false
}
