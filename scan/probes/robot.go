package probes

import (
	"slices"
	"strconv"
	"strings"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/scan"
	"github.com/portseal/portseal/scan/byhand"
	"github.com/portseal/portseal/scan/hello"
)

// The strengths of an oracle, as Feature.Values.
const (
	strongOracle = "strong oracle"
	weakOracle   = "weak oracle"
)

// robot sends a key exchange for each way to fill its RSA block, right and wrong ones, each followed by a Finished that can never be right
// (byhand.Block names the paper). A listener that answers them all alike tells nothing. One whose answer is not about a record may have given it to
// the wrong blocks before it came to the Finished: it is asked by the key exchange alone too, as the authors' robot-detect does. Where answers
// differ all are put once more: only what repeats is an oracle. It is weak where it takes the right block to make a difference (section 3.4 of the
// paper). What it does not see: differences in time, and those that show only behind the first alert.
type robot struct{}

// Name returns "robot".
func (robot) Name() string { return scan.FeatureROBOT }

// The flows, by how their questions begin.
const (
	robotFlow      = "robot/"
	robotShortFlow = "robot/alone/" // the key exchange alone
)

func robotFlows() []string { return []string{robotFlow, robotShortFlow} }

func robotQuestion(flow string, b byhand.Block) string { return flow + strconv.Itoa(int(b)+1) }

// offer is the version and the suites with RSA key exchange that are accepted in it; f says why there is nothing to ask.
func (robot) offer(t scan.Target, log *scan.Log) (v cipher.Version, list []cipher.ID, f scan.Feature) {
	newest, f := askable(t, log, scan.FeatureROBOT)
	if newest == 0 {
		return 0, nil, f
	}
	known := true
	for _, v := range []cipher.Version{cipher.TLSv12, cipher.TLSv11, cipher.TLSv10} {
		fact, _ := supports(log, v)
		accepted := acceptedSuites(t, log, v)
		known = known && (fact == scan.No || len(accepted) > 0)
		if list := slices.DeleteFunc(accepted, func(id cipher.ID) bool { return !plainRSA(id) }); len(list) > 0 {
			return v, list, f
		}
	}
	f.Basis = whyNotRSA
	if fact, _ := supports(log, cipher.SSLv3); fact == scan.Yes {
		accepted := acceptedSuites(t, log, cipher.SSLv3)
		known = known && len(accepted) > 0
		if slices.ContainsFunc(accepted, plainRSA) {
			f.Basis = "suites with RSA key exchange are accepted in SSLv3 alone, where it is not asked"
			return 0, nil, f
		}
	}
	if f.Answer = scan.FactOf(!known); !known {
		f.Answer, f.Basis = scan.Unknown, "not every suite was asked, and no suite with RSA key exchange is known to be accepted"
	}
	return 0, nil, f
}

// plainRSA says whether the premaster secret comes encrypted with the key of the certificate.
func plainRSA(id cipher.ID) bool {
	s := cipher.Describe(id)
	return s.KeyExchange == "RSA" && s.Authentication == "RSA" && !s.Export
}

// Next asks all blocks of a flow side by side, and all once more where the answers differ; else those of the next flow.
func (p robot) Next(t scan.Target, log *scan.Log) []scan.Question {
	v, list, _ := p.offer(t, log)
	if v == 0 {
		return nil
	}
	put := func(flow, round string) (out []scan.Question) {
		for _, b := range byhand.Blocks() {
			id := robotQuestion(flow, b)
			out = append(out, ask(log, id+round, func() scan.Question {
				q := p.question(log, id, flow, offer(t, log, v, list), b)
				q.ID += round
				return q
			})...)
		}
		return out
	}
	for _, flow := range robotFlows() {
		if first := put(flow, ""); len(first) > 0 {
			return first
		}
		switch said, _, why := robotAnswers(log, flow, ""); {
		case why != "", alike(said) && aboutRecords(said[0]):
			return nil
		case !alike(said):
			return put(flow, again)
		}
	}
	return nil
}

// afterExchange is what is sent behind a key exchange: a Finished that is wrong; and in the short flow nothing, but for a listener that said by an
// alert that it did not like the Finished: a fatal alert, to which nobody answers by another.
func afterExchange(log *scan.Log, flow string, v cipher.Version) []byte {
	if flow == robotFlow {
		return append(byhand.ChangeCipherSpec(v), byhand.Record(byhand.HandshakeRecord, v, slices.Repeat([]byte{0x5A}, 64))...)
	}
	if r, _ := read(log, robotQuestion(robotFlow, byhand.BlockRight)); r.flight.Alert != nil {
		return byhand.Farewell(v)
	}
	return nil
}

func (robot) question(log *scan.Log, id string, flow string, h hello.ClientHello, b byhand.Block) scan.Question {
	return dialogue(log, id, h, func(f hello.Flight) []byte {
		v := f.ServerHello.Version
		if len(f.Certificates) == 0 || f.ServerKeyExchange != nil || !slices.Contains(h.Suites, f.ServerHello.Suite) {
			return nil
		}
		modulus, exponent, ok := certificateOf(log, f.Certificates[0]).RSA()
		if !ok {
			return nil
		}
		block := b.Fill(modulus, byhand.Secret(h.Version, []byte(scan.FeatureROBOT+" premaster secret")))
		if block == nil {
			return nil
		}
		return slices.Concat(withoutCertificate(f), byhand.KeyExchange(v, byhand.EncryptRSA(modulus, exponent, block)), afterExchange(log, flow, v))
	})
}

// robotAnswers is what the listener said to each block of a flow in one round; why says that a round proves nothing.
func robotAnswers(log *scan.Log, flow, round string) (said, evidence []string, why string) {
	asksClient := false
	for _, b := range byhand.Blocks() {
		r, asked := read(log, robotQuestion(flow, b)+round)
		if !asked {
			return nil, evidence, "not every question was put"
		}
		s, ok := r.spokeOn()
		if !ok {
			return nil, []string{r.ID}, noAnswer(r).basis
		}
		asksClient = asksClient || r.flight.CertificateRequest != nil
		said, evidence = append(said, s), append(evidence, r.ID)
	}
	switch {
	case flow == robotShortFlow: // where nobody is waited for, or everybody is
	case alike(said) && said[0] == string(scan.EndTimeout):
		return said, evidence, "no answer within the time limit, whatever was sent"
	case alike(said) && asksClient && !aboutDecryption(said[0]):
		return said, evidence, "the listener asks for a client certificate, and " + said[0] + " may be its answer to none"
	}
	return said, evidence, ""
}

// aboutRecords says whether an answer is about a record, bad_record_mac or decryption_failed: then the listener went on to the Finished.
func aboutRecords(said string) bool {
	return slices.Contains([]string{"alert " + alertName(20), "alert " + alertName(21)}, said)
}

// aboutDecryption says whether an answer shows that the key exchange was worked on.
func aboutDecryption(said string) bool {
	return aboutRecords(said) || said == "alert "+alertName(51)
}

func alike(said []string) bool {
	return !slices.ContainsFunc(said, func(s string) bool { return s != said[0] })
}

// Derive writes the feature.
func (p robot) Derive(t scan.Target, log *scan.Log, o *scan.Observation) {
	if !spokeTLSAtAll(log) {
		return
	}
	v, _, f := p.offer(t, log)
	if v == 0 {
		o.Features = append(o.Features, f)
		return
	}
	f = scan.Feature{Name: scan.FeatureROBOT}
	o.Features = append(o.Features, p.read(log, f))
}

func (p robot) read(log *scan.Log, f scan.Feature) scan.Feature {
	for _, flow := range robotFlows() {
		said, evidence, why := robotAnswers(log, flow, "")
		f.Evidence = append(f.Evidence, evidence...)
		switch {
		case why != "" && flow == robotShortFlow:
			f.Basis += "; without a Finished behind them they prove nothing: " + why
			return f
		case why != "":
			f.Basis = why
			return f
		case !alike(said):
			p.differ(log, flow, said, &f)
			return f
		case flow == robotFlow:
			f.Basis = "five key exchanges, four of them malformed, have one answer: " + said[0]
			if aboutRecords(said[0]) {
				f.Answer = scan.No
				return f
			}
		default:
			f.Answer, f.Basis = scan.No, f.Basis+"; and one without a Finished behind them: "+said[0]
		}
	}
	return f
}

// differ reads the second round.
func (robot) differ(log *scan.Log, flow string, first []string, f *scan.Feature) {
	second, evidence, why := robotAnswers(log, flow, again)
	f.Evidence = append(f.Evidence, evidence...)
	differ := "key exchanges are answered differently"
	if flow == robotShortFlow {
		differ = "key exchanges without a Finished behind them are answered differently"
	}
	if !stillDiffer(f, differ, first, second, why) {
		return
	}
	f.Answer, f.Values = scan.Yes, []string{strengthOf(first)}
	f.Basis = differ + ", twice: " + strings.Join(first, ", ")
}

// stillDiffer says whether questions that had answers of their own had the same ones when they were put again; else f says why nothing is known.
func stillDiffer(f *scan.Feature, differ string, first, second []string, why string) bool {
	switch {
	case why != "":
		f.Basis = differ + ", and the second round proves nothing: " + why
	case !slices.Equal(first, second):
		f.Basis = differ + ", and otherwise the second time"
	default:
		return true
	}
	return false
}

// strengthOf says how strong the oracle is: weak where a block that does not begin with 00 02 is answered like those that do and are wrong
// behind it.
func strengthOf(said []string) string {
	if said[byhand.BlockWrongType] == said[byhand.BlockWrongPlace] && said[byhand.BlockWrongType] == said[byhand.BlockNoSeparator] {
		return weakOracle
	}
	return strongOracle
}
