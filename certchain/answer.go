package certchain

// Answer is a three-valued answer. Its zero value is Unknown: a question that was not asked, or that failed, is never "no".
type Answer string

// The three answers as they are written everywhere. The empty string is Unknown too.
const (
	Unknown Answer = "unknown"
	Yes     Answer = "yes"
	No      Answer = "no"
)

// AnswerOf turns a known truth into Yes or No.
func AnswerOf(b bool) Answer {
	if b {
		return Yes
	}
	return No
}

// String returns "yes", "no" or "unknown".
func (a Answer) String() string {
	if a == Yes || a == No {
		return string(a)
	}
	return string(Unknown)
}

// MarshalText writes String's form, so that the zero value is written as "unknown".
func (a Answer) MarshalText() ([]byte, error) { return []byte(a.String()), nil }
