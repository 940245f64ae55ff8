package saf

import (
	"fmt"
	"slices"
	"strings"

	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/report"
)

// virtual takes all certificates of the virtual ring's owner. Whether all were listed nobody can see; one of another owner is
// certainly not on the ring.
func (j *joiner) virtual() error {
	user, _, _ := strings.Cut(j.ring.Virtual, "/")
	owner, usage := "ID("+user+")", certchain.UsagePersonal
	switch strings.ToUpper(user) {
	case "*AUTH*":
		owner, usage = ownerCertAuth, certchain.UsageCertAuth
	case "*SITE*":
		owner, usage = ownerSite, certchain.UsageSite
	}
	j.listing.Ring, j.listing.Whole = j.ring.Virtual, false
	any := false
	for i := range j.out.Certificates {
		c := &j.out.Certificates[i]
		its := strings.EqualFold(c.Owner, owner)
		j.add(Connection{Label: c.Label, Owner: c.Owner, Usage: usage, At: c.At}, !its) // a virtual ring has no default
		any = any || its
	}
	if !any {
		return fmt.Errorf("%s lists no certificate of %s, which the virtual ring %s stands for; want the output of RACDCERT LIST", j.out.Path,
			owner, j.ring.Virtual)
	}
	return nil
}

// real takes the rows of one ring. A listing without a ring only knows its certificates.
func (j *joiner) real(name string) error {
	r, err := j.out.Ring(name)
	if err != nil {
		return err
	}
	if r == nil {
		j.listing.Whole = false
		for i := range j.out.Certificates {
			c := &j.out.Certificates[i]
			j.add(Connection{Label: c.Label, Owner: c.Owner, At: c.At}, false)
		}
		return nil
	}
	j.listing.Ring, j.listing.At = r.FullName(), place(r.At)
	for _, c := range r.Connections {
		j.add(c, false)
	}
	return nil
}

func place(l report.Location) certchain.Place { return certchain.Place(l) }

// Ring picks a ring by NAME or OWNER/NAME; an empty name is the only one. It is nil when no ring is listed.
func (o *Output) Ring(name string) (*Ring, error) {
	var names []string
	var found []*Ring
	for i := range o.Rings {
		r := &o.Rings[i]
		if !slices.Contains(names, r.FullName()) {
			names = append(names, r.FullName())
		}
		if name == "" || r.Name == name || r.FullName() == name {
			found = append(found, r) // of the same ring, listed twice, the last is the newest
		}
	}
	switch {
	case len(names) == 0:
		return nil, nil
	case len(found) == 0:
		return nil, fmt.Errorf("%s lists no ring %q; want %s", o.Path, name, strings.Join(names, " or "))
	case slices.ContainsFunc(found, func(r *Ring) bool { return r.FullName() != found[0].FullName() }):
		return nil, fmt.Errorf("%s lists several rings; want one of them named: %s", o.Path, strings.Join(names, " or "))
	}
	return found[len(found)-1], nil
}

// key is what RACF knows a certificate by. Owners are user IDs, which have no case.
type key struct{ label, owner string }

func keyOf(label, owner string) key { return key{label, strings.ToUpper(owner)} }

// index finds what RACDCERT LIST says of each certificate: the block that says most, of several.
func (o *Output) index() map[key]*Certificate {
	out := make(map[key]*Certificate, len(o.Certificates))
	for i := range o.Certificates {
		c := &o.Certificates[i]
		if have := out[keyOf(c.Label, c.Owner)]; have == nil || have.SHA256 == "" && c.SHA256 != "" {
			out[keyOf(c.Label, c.Owner)] = c
		}
	}
	return out
}

// add adds a row, each certificate once.
func (j *joiner) add(c Connection, elsewhere bool) {
	k := keyOf(c.Label, c.Owner)
	if !j.known[k] {
		j.known[k] = true
		j.rows = append(j.rows, row{Connection: c, details: j.details[k], elsewhere: elsewhere})
	}
}
