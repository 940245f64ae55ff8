package attls

// region is a set of connections as a product: one set of intervals for each of the conditions of a rule.
type region [7]spans

// regionOf is what a rule takes for certain while it is in force, and whether it takes nothing else. A rule whose names or
// direction are not certain takes nothing for certain.
func regionOf(r *Rule) (takes region, exact bool) {
	job, jobKnown := nameSpans(r.Jobname)
	user, userKnown := nameSpans(r.Userid)
	direction := directionSpans(r.Direction)
	if r.twice != [askTimes]bool{} || direction == nil || !jobKnown || !userKnown {
		return region{}, false
	}
	takes = region{r.LocalPorts.spans(), r.RemotePorts.spans(), job, user, r.LocalAddr.spans(), r.RemoteAddr.spans(), direction}
	exact = true
	for _, unread := range []bool{!r.LocalPorts.Any() && r.LocalPorts.Unread, !r.RemotePorts.Any() && r.RemotePorts.Unread,
		!r.LocalAddr.Any() && r.LocalAddr.Unread, !r.RemoteAddr.Any() && r.RemoteAddr.Unread} {
		exact = exact && !unread
	}
	return takes, exact
}

func directionSpans(d Direction) spans {
	in, out := point{lo: 1}, point{lo: 2}
	switch d {
	case Inbound:
		return spans{{in, in}}
	case Outbound:
		return spans{{out, out}}
	case Both:
		return spans{{in, out}}
	}
	return nil
}

func (r region) empty() bool {
	for _, s := range r {
		if len(s) == 0 {
			return true
		}
	}
	return false
}

func (r region) overlaps(other region) bool {
	for i := range r {
		if len(r[i].intersect(other[i])) == 0 {
			return false
		}
	}
	return true
}

// covers says whether all of other is in r.
func (r region) covers(other region) bool {
	for i := range r {
		if len(other[i].minus(r[i])) > 0 {
			return false
		}
	}
	return true
}

// minus is what is left of r without other, as regions that do not overlap: in each dimension in turn, the part outside
// other, with the dimensions before it cut down to what is inside.
func (r region) minus(other region) []region {
	if !r.overlaps(other) {
		return []region{r}
	}
	var out []region
	for i := range r {
		if outside := r[i].minus(other[i]); len(outside) > 0 {
			piece := r
			piece[i] = outside
			out = append(out, piece)
		}
		r[i] = r[i].intersect(other[i])
	}
	return out
}
