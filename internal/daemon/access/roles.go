package access

import (
	"fmt"
	"strings"
)

// Role is what a user may do.
type Role string

// The roles.
const (
	Viewer   Role = "viewer"   // sees every page and report
	Operator Role = "operator" // a viewer who may run, cancel, waive and reload
	Auditor  Role = "auditor"  // a viewer who may read the audit log and verify the history
)

// Roles lists them all.
func Roles() []Role { return []Role{Viewer, Operator, Auditor} }

// ParseRole reads the name of a role.
func ParseRole(name string) (Role, error) {
	var names []string
	for _, r := range Roles() {
		if string(r) == name {
			return r, nil
		}
		names = append(names, string(r))
	}
	return "", fmt.Errorf("role %q is none; want %s", name, strings.Join(names, ", "))
}

// may says whether a role allows what another one is for. An operator is no auditor: who acts is not who checks.
func (r Role) may(what Role) bool {
	switch r {
	case Viewer, Operator, Auditor:
		return what == r || what == Viewer
	}
	return false
}

// within is the role, or as much of it as another one allows.
func (r Role) within(most Role) Role {
	if most.may(r) {
		return r
	}
	return Viewer
}
