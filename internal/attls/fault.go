package attls

import (
	"fmt"
	"slices"

	"github.com/portseal/portseal/internal/attls/syntax"
	"github.com/portseal/portseal/report"
)

// The ids of the kinds of fault that Load finds beyond those of the syntax.
const (
	DuplicateName     = "ATTLS-DUPLICATE-NAME"
	RefDangling       = "ATTLS-REF-DANGLING"
	RefWrongType      = "ATTLS-REF-WRONG-TYPE"
	RuleNoCondition   = "ATTLS-RULE-NO-CONDITION"
	RuleNoEnvironment = "ATTLS-RULE-NO-ENVIRONMENT"
	BadAddress        = "ATTLS-ADDRESS"
	BadPort           = "ATTLS-PORT"
	BadTime           = "ATTLS-TIME"
	BadSuite          = "ATTLS-SUITE"
	SuiteConstant     = "ATTLS-SUITE-CONSTANT"
	BadGroup          = "ATTLS-GROUP"
	BadSignature      = "ATTLS-SIGNATURE-PAIR"
)

// Faults returns every kind of fault that Load finds beyond those of the syntax.
func Faults() []syntax.FaultKind { return slices.Clone(faults[:]) }

// What Policy Agent makes of two statements of one name, and of a suite, curve or pair that System SSL does not have, could
// not be read, so those are not hard. The name of a suite in V3CipherSuites4Char is not: IBM's support found that the
// suites are silently not offered.
var faults = [...]syntax.FaultKind{
	{ID: DuplicateName, Severity: report.High, Title: "Two statements of one type have the same name", Remediation: "Give each statement its own name."},
	{ID: RefDangling, Severity: report.High, Hard: true, Title: "A reference leads nowhere", Remediation: "Define the statement, or correct the name: its case counts."},
	{ID: RefWrongType, Severity: report.High, Hard: true, Title: "A reference names a statement of another type", Remediation: "Use the reference keyword of that type, or the name of a statement of the right one."},
	{ID: RuleNoCondition, Severity: report.High, Hard: true, Title: "A rule has no condition", Remediation: "Add a local or remote address or port, a Jobname or a Userid."},
	{ID: RuleNoEnvironment, Severity: report.High, Hard: true, Title: "TTLSEnabled On without an environment", Remediation: "Add a TTLSEnvironmentActionRef to the rule."},
	{ID: BadAddress, Severity: report.High, Hard: true, Title: "An IP address is wrong", Remediation: "Write an address, address/prefix, address-address or All."},
	{ID: BadPort, Severity: report.High, Hard: true, Title: "A port is wrong", Remediation: "Write a port or a range of ports, 0 to 65535."},
	{ID: BadTime, Severity: report.Low, Title: "A time condition is not understood", Remediation: "Compare it with the IP Configuration Reference: whether the rule is in force is taken as unknown."},
	{ID: BadSuite, Severity: report.High, Title: "System SSL does not have the cipher suite", Remediation: "Write codes or a constant of \"Cipher suite definitions\" in System SSL Programming."},
	{ID: SuiteConstant, Severity: report.High, Title: "V3CipherSuites4Char with the name of a suite", Remediation: "Write the name after V3CipherSuites, or its code after V3CipherSuites4Char."},
	{ID: BadGroup, Severity: report.High, Title: "System SSL does not have the curve or group", Remediation: "Write codes of four decimal digits, such as 0023 for secp256r1."},
	{ID: BadSignature, Severity: report.High, Title: "System SSL does not have the signature pair", Remediation: "Write codes of four hexadecimal digits, such as 0401."},
}

// maxFaults bounds what Load reports beyond the syntax, which has a bound of its own.
const maxFaults = 1000

func (l *loader) fault(id string, at report.Location, format string, args ...any) {
	if l.faults++; l.faults > maxFaults {
		return
	}
	kind := faults[slices.IndexFunc(faults[:], func(k syntax.FaultKind) bool { return k.ID == id })]
	p := syntax.Problem{ID: id, Severity: kind.Severity, Hard: kind.Hard, At: at, Message: fmt.Sprintf(format, args...)}
	if p.Hard {
		p.Message += " (Policy Agent would install no AT-TLS policy at all)"
	}
	l.p.Problems = append(l.p.Problems, p)
}
