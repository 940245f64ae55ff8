package pasearch

import (
	"strings"
	"time"

	"github.com/portseal/portseal/internal/attls/syntax"
	"github.com/portseal/portseal/internal/zos"
	"github.com/portseal/portseal/report"
)

// Output is one file of pasearch output.
type Output struct {
	Path     string
	Encoding string // a name of internal/ebcdic
	Images   []*Image
	Problems []syntax.Problem // in the order of their positions; none is hard: nothing is installed from a listing
}

// Image is what is listed of one TCP/IP stack.
type Image struct {
	Name       string // empty when the listing has no heading
	At         report.Location
	CS         string      // the release of Communications Server as printed: "3.1", "V2R5"
	Release    zos.Release // empty when CS is none that portseal knows
	Date       time.Time   // when pasearch ran: local time of the system, written as UTC; zero when not said
	InstanceID string      // changes with every installation
	Rules      []*Rule     // the TTLS ones, in their order, which is the one that they are asked in
	Actions    []*Action   // those that stand outside of a rule (pasearch -a)
	Others     int         // rules and actions of other kinds, which were passed over
	Fields     []Field     // every key of the heading
}

// Field is one "Key: value", or a line of a list (then Key is empty). A value that is not at hand is "<not available>".
type Field struct {
	Key, Value  string
	At, ValueAt report.Location
}

const notAvailable = "<not available>"

// Available says whether the value is one.
func (f Field) Available() bool { return f.Value != notAvailable }

// Rule is a policyRule of type TTLS.
type Rule struct {
	Name        string
	At          report.Location
	Status      string // "Active"; empty when not said
	StatusAt    report.Location
	Priority    uint32 // 0 when not said
	PriorityAt  report.Location
	Uses        []Use       // the actions that it names
	Actions     []*Action   // those that follow it in full
	Summary     *Condition  // nil when not listed
	Listed      []Condition // each condition of a group, where they are listed
	Periods     []Period
	Created     time.Time // local time of the system, written as UTC; zero when not said
	Updated     time.Time
	UpdatedAt   report.Location // of the later of the two
	Fields      []Field         // every key of the rule's own part, those above among them
	unsureAbout []string        // what of its conditions could not be read
}

// Active says whether the rule is in force: one is not whose status says something else.
func (r *Rule) Active() bool { return r.Status == "" || strings.EqualFold(r.Status, "Active") }

// Use is an action that a rule names.
type Use struct {
	Name, Type string // "TTLS Group", "TTLS Environment", "TTLS Connection"
	At         report.Location
}

// Action is a TTLS Action in full.
type Action struct {
	Name             string
	At               report.Location
	Scope            string // Group, Environment or Connection; empty when not said
	Status           string
	Parms            Block // its own parameters, and its blocks
	Created, Updated time.Time
	UpdatedAt        report.Location
	Fields           []Field // its heading: version, status, scope, times
}

// Block is the parameters of an action, or of one kind of parms within it.
type Block struct {
	Keyword    string // TTLSKeyringParms; empty for the action's own
	At         report.Location
	Parameters []Parameter
	Blocks     []*Block
}

// Parameter is a keyword with its value, or with a list: the codes that stand below it, or its words.
type Parameter struct {
	Field
	Keyword string // the policy language's spelling; as printed when that does not know it
	List    []Field
}

// Condition is the conditions of a rule: the summary, or one of a group. A condition that is not listed is empty.
type Condition struct {
	Heading               Field
	LocalAddr, RemoteAddr []AddrSpan
	LocalPort, RemotePort []PortSpan
	Job, User, Direction  Field
	Fields                []Field
}

// AddrSpan is a range of addresses as printed: both ends, or an address and the length of a prefix.
type AddrSpan struct {
	From, To string
	Prefix   bool
	At       report.Location
}

// PortSpan is a range of ports; 0 and 0 is any port.
type PortSpan struct {
	From, To uint16
	At       report.Location
}

// Period is one time period of a rule, as printed.
type Period struct {
	At     report.Location
	Fields []Field
}

// get is the first field of a period with a key.
func (p Period) get(key string) Field { return find(p.Fields, key) }

func find(fields []Field, key string) Field {
	for _, f := range fields {
		if strings.EqualFold(f.Key, key) {
			return f
		}
	}
	return Field{}
}

// Image finds a stack by its name, or the only one when the name is empty.
func (o *Output) Image(name string) *Image {
	for _, i := range o.Images {
		if strings.EqualFold(i.Name, name) || name == "" && len(o.Images) == 1 {
			return i
		}
	}
	return nil
}
