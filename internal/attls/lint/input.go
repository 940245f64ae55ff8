package lint

import (
	"slices"

	"github.com/portseal/portseal/internal/attls"
	"github.com/portseal/portseal/internal/attls/syntax"
)

// Input is what rules judge.
type Input struct {
	Policy   *attls.Policy
	Problems []syntax.Problem // of main and image files that lead to the policy (syntax.Follow)
	Release  attls.Release    // empty: not said; what depends on it is then not judged
	System   *System          // what an estate says of the policy's system; nil: nothing is known

	folds    map[actions]*attls.Effective
	shadowed *[]attls.Shadowed
}

// System is what an estate says of a system, as far as its policy is judged by it.
type System struct {
	Name      string
	Listeners []Listener
	Rings     []Ring
}

// Listener is a port of the system.
type Listener struct {
	Name     string
	Role     string // of report.Role...
	Expect   string // of report.Expect...
	StartTLS string // the start-up that leads to TLS; empty: TLS at once
	Ports    []uint16
	Job      string // that listens; empty: not known
}

// Ring is a SAF key ring of which a listing is at hand.
type Ring struct {
	Owner, Name string
	Personal    int  // certificates connected as PERSONAL
	Default     bool // one of them is the default
	Labels      []string
}

// actions are what a fold depends on: rules that share them have one.
type actions struct{ group, environment, connection *attls.Action }

// Effective folds a rule's actions, once for all rules that share them.
func (in *Input) Effective(r *attls.Rule) *attls.Effective {
	key := actions{r.Group, r.Environment, r.Connection}
	if r.Group == nil || r.Environment == nil {
		return in.fold(r) // what is missing is said of the rule itself
	}
	if e, ok := in.folds[key]; ok {
		own := *e
		own.Rule = r
		return &own
	}
	if in.folds == nil {
		in.folds = map[actions]*attls.Effective{}
	}
	in.folds[key] = in.fold(r)
	return in.folds[key]
}

func (in *Input) fold(r *attls.Rule) *attls.Effective {
	e := in.Policy.Fold(r, in.Release)
	return &e
}

// neverMatched asks the policy which rules can never match, once.
func (in *Input) neverMatched() []attls.Shadowed {
	if in.shadowed == nil {
		all := in.Policy.NeverMatched()
		in.shadowed = &all
	}
	return *in.shadowed
}

// enabled returns the rules whose connections get TLS, as far as that is known, in the order of the files.
func (in *Input) enabled() []*attls.Rule {
	return slices.DeleteFunc(slices.Clone(in.Policy.Rules), func(r *attls.Rule) bool {
		e := in.Effective(r)
		return !e.Enabled.Known || !e.Enabled.Value
	})
}

// inbound says whether a rule takes connections that the stack's socket accepted.
func inbound(r *attls.Rule) bool { return r.Direction == attls.Inbound || r.Direction == attls.Both }

// outbound says whether a rule takes connections that the stack opened.
func outbound(r *attls.Rule) bool { return r.Direction == attls.Outbound || r.Direction == attls.Both }
