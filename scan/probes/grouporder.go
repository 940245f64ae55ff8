package probes

import (
	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/scan"
)

const featureGroupOrder = "groups-by-server-order"

// groupOrder finds whose order of groups counts under TLS 1.2 and 1.3, once the groups are known. Under TLS 1.3 no key shares are offered: a listener may
// well take a group whose share is there before one that it likes better.
type groupOrder struct{}

// Name returns "group-order".
func (groupOrder) Name() string { return "group-order" }

func groupPreference(t scan.Target, log *scan.Log, v cipher.Version) preference[cipher.Group] {
	h, ok := groupHunt(t, log, v)
	if !ok {
		return preference[cipher.Group]{}
	}
	c := h.run(log)
	if !c.full {
		return preference[cipher.Group]{}
	}
	return preference[cipher.Group]{id: "groups/" + v.String() + "/preference", hunt: h, c: c}
}

// Next asks both versions.
func (groupOrder) Next(t scan.Target, log *scan.Log) []scan.Question {
	var out []scan.Question
	for _, v := range signatureVersions() {
		out = append(out, groupPreference(t, log, v).questions(log)...)
	}
	return out
}

// Derive writes the features.
func (groupOrder) Derive(t scan.Target, log *scan.Log, o *scan.Observation) {
	for _, v := range signatureVersions() {
		f, ok := groupPreference(t, log, v).feature(log, featureGroupOrder, v)
		if !ok && v == cipher.TLSv12 {
			f, ok = orderBehindCurve(t, log)
		}
		if ok {
			o.Features = append(o.Features, f)
		}
	}
}

// orderBehindCurve reads what askGroupOrder has asked: the certificate's own curve was offered first, which the listener takes, and takes others before
// it when they are offered before it.
func orderBehindCurve(t scan.Target, log *scan.Log) (f scan.Feature, ok bool) {
	h, hunted := groupHunt(t, log, cipher.TLSv12)
	_, keep := ecdheSuites(t, log)
	if !hunted || !log.Asked(groupOrderQuestion) || !hiddenByCurve(h.run(log), keep) {
		return f, false
	}
	r, f, ok := reply(log, featureGroupOrder, cipher.TLSv12, groupOrderQuestion)
	f.Answer = scan.Unknown
	if ok {
		f.Basis = h.unread(r)
		if got, picked := h.pick(r); picked {
			f.Answer = scan.FactOf(got != keep)
		}
	}
	return f, true
}
