package scan

import "fmt"

// Fact is a three-valued answer. Its zero value is Unknown.
type Fact uint8

// The three answers.
const (
	Unknown Fact = iota
	Yes
	No
)

// FactOf turns a known truth into Yes or No.
func FactOf(b bool) Fact {
	if b {
		return Yes
	}
	return No
}

// String returns "yes", "no" or "unknown".
func (f Fact) String() string {
	switch f {
	case Yes:
		return "yes"
	case No:
		return "no"
	}
	return "unknown"
}

// MarshalText writes String's form.
func (f Fact) MarshalText() ([]byte, error) { return []byte(f.String()), nil }

// UnmarshalText reads String's form.
func (f *Fact) UnmarshalText(b []byte) error {
	switch string(b) {
	case "yes":
		*f = Yes
	case "no":
		*f = No
	case "unknown":
		*f = Unknown
	default:
		return fmt.Errorf("%q is not yes, no or unknown", b)
	}
	return nil
}
