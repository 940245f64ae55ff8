package estate

import "github.com/portseal/portseal/report"

// CheckWaiver says what an estate file with this waiver would be refused for, each as "key: what is wrong; what would be right", and returns
// the waiver as the file would mean it. Findings are the ids that it may name; nil accepts any. It is for waivers that stand in no file.
func CheckWaiver(w report.Waiver, findings []string) (read report.Waiver, faults []string) {
	src := &source{name: "waiver"}
	n := &node{kind: mapping, at: src.at(0, 0)}
	for _, p := range waiverKeys(w) {
		if p[1] != "" {
			n.entries = append(n.entries, entry{&node{kind: scalar, text: p[0], at: n.at}, &node{kind: scalar, text: p[1], at: n.at}})
		}
	}
	l := &loader{decoder: decoder{opts: Options{Findings: findings}}}
	if object := waiverObject(); object.read(&l.decoder, n, &read) && object.need(&l.decoder, n, waiverHints()) && read.Finding != "" {
		l.checkWaiver(n, read)
	}
	for _, f := range l.faults.list {
		faults = append(faults, f.err.Message)
	}
	return read, faults
}

func waiverHints() map[string]string {
	return map[string]string{"finding": "the id of a finding", "until": "the last day, YYYY-MM-DD", "reason": "why the finding is accepted"}
}
