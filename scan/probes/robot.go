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
// (byhand.Block names the paper). A listener that answers them all alike tells nothing. Where answers differ all are put once more: only
// what repeats is an oracle. It is weak where it takes the right block to make a difference (section 3.4 of the paper). What it does
// not see: differences in time, and those that show only behind the first alert.
type robot struct{}

// Name returns "robot".
func (robot) Name() string { return scan.FeatureROBOT }

func robotQuestion(b byhand.Block) string { return "robot/" + strconv.Itoa(int(b)+1) }

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

// Next asks all blocks side by side, and all once more where the answers differ.
func (p robot) Next(t scan.Target, log *scan.Log) []scan.Question {
	v, list, _ := p.offer(t, log)
	if v == 0 {
		return nil
	}
	var first, second []scan.Question
	for _, b := range byhand.Blocks() {
		id := robotQuestion(b)
		build := func() scan.Question { return p.question(log, id, offer(t, log, v, list), b) }
		first = append(first, ask(log, id, build)...)
		second = append(second, ask(log, id+again, func() scan.Question {
			q := build()
			q.ID += again
			return q
		})...)
	}
	if len(first) > 0 {
		return first
	}
	if said, _, why := robotAnswers(log, ""); why == "" && !alike(said) {
		return second
	}
	return nil
}

func (robot) question(log *scan.Log, id string, h hello.ClientHello, b byhand.Block) scan.Question {
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
		return slices.Concat(withoutCertificate(f), byhand.KeyExchange(v, byhand.EncryptRSA(modulus, exponent, block)),
			byhand.ChangeCipherSpec(v), byhand.Record(byhand.HandshakeRecord, v, slices.Repeat([]byte{0x5A}, 64)))
	})
}

// robotAnswers is what the listener said to each block in one round; why says that a round proves nothing.
func robotAnswers(log *scan.Log, round string) (said, evidence []string, why string) {
	asksClient := false
	for _, b := range byhand.Blocks() {
		r, asked := read(log, robotQuestion(b)+round)
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
	case alike(said) && said[0] == string(scan.EndTimeout):
		return said, evidence, "no answer within the time limit, whatever was sent"
	case alike(said) && asksClient && !aboutDecryption(said[0]):
		return said, evidence, "the listener asks for a client certificate, and " + said[0] + " may be its answer to none"
	}
	return said, evidence, ""
}

// aboutDecryption says whether an answer shows that the key exchange was worked on.
func aboutDecryption(said string) bool {
	return slices.Contains([]string{"alert " + alertName(20), "alert " + alertName(21), "alert " + alertName(51)}, said)
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
	said, evidence, why := robotAnswers(log, "")
	f = scan.Feature{Name: scan.FeatureROBOT, Basis: why, Evidence: evidence}
	switch {
	case why != "":
	case alike(said):
		f.Answer, f.Basis = scan.No, "five key exchanges, four of them malformed, have one answer: "+said[0]
	default:
		p.differ(log, said, &f)
	}
	o.Features = append(o.Features, f)
}

// differ reads the second round.
func (robot) differ(log *scan.Log, first []string, f *scan.Feature) {
	second, evidence, why := robotAnswers(log, again)
	f.Evidence = append(f.Evidence, evidence...)
	if !stillDiffer(f, "key exchanges are answered differently", first, second, why) {
		return
	}
	f.Answer, f.Values = scan.Yes, []string{strengthOf(first)}
	f.Basis = "key exchanges are answered differently, twice: " + strings.Join(first, ", ")
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
