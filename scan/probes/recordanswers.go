package probes

import (
	"strings"

	"github.com/portseal/portseal/scan"
	"github.com/portseal/portseal/scan/byhand"
)

// What a listener may be found to do with wrong records, as Feature.Values.
const (
	takesPadding = "wrong padding is taken (POODLE)"
	takesMAC     = "a wrong MAC is taken"
	tellsPadding = "wrong padding and wrong MAC are told apart (Zombie POODLE, GOLDENDOODLE)"
	tellsEmpty   = "wrong empty records are told apart (CVE-2019-1559)"
)

// recordAnswer is what the listener said to one record: "alert bad_record_mac (20)", "alert close_notify (0)", "close", "reset" or "timeout". Why says that
// the session never stood, or what came of it is not known.
func recordAnswer(log *scan.Log, id string) (said, why string) {
	r, asked := read(log, id)
	if !asked {
		return "", "not every question was put"
	}
	var heard byhand.Heard
	if s := recordSession(log, r.Sent, r.Received, id); s != nil {
		heard = s.Hear(r.Received)
	}
	switch {
	case !heard.Finished && r.flight.CertificateRequest != nil && r.flight.Alert != nil:
		return "", "a client certificate is required, and no handshake is gone through by hand with one"
	case !heard.Finished:
		return "", "no handshake was completed: " + noAnswer(r).basis
	case heard.Alert != nil:
		return "alert " + alertName(heard.Alert[1]), ""
	case heard.Opaque:
		return "a record that does not open", ""
	case id == poodleQuestion(byhand.RecordRight) && r.End == scan.EndTimeout:
		return "", "a session that is ended in order has no answer within the time limit"
	}
	return string(r.End), ""
}

// recordAnswers is what the listener said to each record in one round, to the right one first; why says that a round proves nothing.
func recordAnswers(log *scan.Log, round string) (said, evidence []string, why string) {
	for _, b := range byhand.BadRecords() {
		if r, asked := read(log, poodleQuestion(b)+round); asked {
			evidence = append(evidence, r.ID)
		}
		s, because := recordAnswer(log, poodleQuestion(b)+round)
		if because != "" {
			return nil, evidence, because
		}
		said = append(said, s)
	}
	return said, evidence, ""
}

// readRecords says what a round shows. That a wrong record is taken shows where it is answered like the right one; but nobody can take one without room
// for a MAC: where that is answered like the right one too, the answers do not tell who takes what.
func readRecords(said []string) (values []string) {
	right, wrong := said[byhand.RecordRight], said[byhand.RecordPadding:]
	if said[byhand.RecordTooLong] != right {
		for _, v := range []struct {
			record byhand.BadRecord
			value  string
		}{{byhand.RecordPadding, takesPadding}, {byhand.RecordMAC, takesMAC}} {
			if said[v.record] == right {
				values = append(values, v.value)
			}
		}
	}
	switch {
	case len(values) > 0 || alike(wrong):
	case alike(wrong[:byhand.RecordTooLong]):
		values = append(values, tellsEmpty)
	default:
		values = append(values, tellsPadding)
	}
	return values
}

// readAgain reads the second round.
func readAgain(log *scan.Log, first []string, f *scan.Feature) {
	second, evidence, why := recordAnswers(log, again)
	f.Evidence = append(f.Evidence, evidence...)
	if !stillDiffer(f, "wrong records are not all refused alike", first, second, why) {
		return
	}
	f.Answer, f.Values = scan.Yes, readRecords(first)
	f.Basis = "a right record is answered by " + first[0] + ", five wrong ones, twice, by " + strings.Join(first[1:], ", ")
}
