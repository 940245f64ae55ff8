package report

import "fmt"

// Severity says how bad a finding is. The zero value is unknown and sorts below all.
type Severity uint8

// The severities, mildest first.
const (
	SeverityUnknown Severity = iota
	Info
	Low
	Medium
	High
	Critical
)

// Severities returns all, worst first.
func Severities() []Severity { return []Severity{Critical, High, Medium, Low, Info} }

// String returns the severity's name in lower case.
func (s Severity) String() string {
	switch s {
	case Info:
		return "info"
	case Low:
		return "low"
	case Medium:
		return "medium"
	case High:
		return "high"
	case Critical:
		return "critical"
	}
	return "unknown"
}

// ParseSeverity reads a severity's name.
func ParseSeverity(name string) (Severity, error) {
	for _, s := range Severities() {
		if s.String() == name {
			return s, nil
		}
	}
	return SeverityUnknown, fmt.Errorf("unknown severity %q: want info, low, medium, high or critical", name)
}

// MarshalText writes the name.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads the name.
func (s *Severity) UnmarshalText(b []byte) error {
	got, err := ParseSeverity(string(b))
	if err != nil {
		return err
	}
	*s = got
	return nil
}
