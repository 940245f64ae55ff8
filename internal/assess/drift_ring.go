package assess

import "github.com/portseal/portseal/report"

// driftRing finds changes of what is on key rings.
func driftRing() Rule {
	return drift("DRIFT-RING", report.Medium, "low for personal certificates and whole rings", "what is on a key ring is not what it was",
		"An anchor more lets its owner stand for every server; one that is gone cuts off those whose certificates it issued.",
		"List the ring, and ask who connected or removed the certificate. ",
		report.RingAdded, report.RingGone, report.RingAnchorAdded, report.RingAnchorGone, report.RingPersonalAdded, report.RingPersonalGone, report.RingChanged)
}
