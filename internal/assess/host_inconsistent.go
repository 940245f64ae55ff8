package assess

import (
	"fmt"
	"slices"
	"strings"

	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/report/text"
	"github.com/portseal/portseal/scan"
)

// HostInconsistent is the id of the finding about connections that were answered by different members.
const HostInconsistent = "HOST-INCONSISTENT"

func hostInconsistent() Rule {
	return Rule{
		ID:       HostInconsistent,
		Severity: report.Medium,
		Title:    "the servers behind one name or address are not alike",
		Why: "Several servers answer where clients see one: at the addresses of one name, or at one address behind a distributor or load " +
			"balancer. They differ, so what a client meets is chance, and one of them may take what the others refuse. Where one " +
			"address has them all, no fact that a connection showed is said of the others.",
		Remediation: refreshFirst + "See why the members differ: one policy for all stacks of the sysplex, one ring (or one certificate) for " +
			"all jobs behind a distributed DVIPA (VIPADCFG with NETSTAT) or shared port (SHAREPORT). Declare the listener distributed: " +
			"true, where the estate does not yet; where members have addresses of their own list them (addresses), and each is asked in full.",
		Elsewhere: "See why the members differ. Declare the listener distributed: true, where the estate does not yet, and list the members' own addresses.",
		References: []string{
			"RFC 8446 section 4.4.2", ibmKeyring,
		},
		Check: func(c *Case) []report.Finding {
			found := c.differentAnswers()
			found = append(found, c.differentChains()...)
			found = append(found, c.differentAddresses()...)
			if len(found) == 0 {
				return nil
			}
			var observed, evidence []string
			for _, d := range found {
				observed = append(observed, d.text)
				evidence = append(evidence, d.evidence...)
			}
			slices.Sort(observed)
			return []report.Finding{{
				Expected: "one certificate and chain for each name, version and key type; the same versions and suites from all servers",
				Observed: strings.Join(slices.Compact(observed), "; "),
				Evidence: distinct(evidence),
			}}
		},
	}
}

// difference is one way in which servers are not alike.
type difference struct {
	text     string
	evidence []string
}

// differentChains are chains of this endpoint that one server would not both send.
func (c *Case) differentChains() []difference {
	if !c.tls() {
		return nil
	}
	var out []difference
	for i, a := range c.Endpoint.Presented {
		for _, b := range c.Endpoint.Presented[i+1:] {
			if c.contradict(a, b) {
				names := []string{c.chainName(a), c.chainName(b)}
				slices.Sort(names)
				out = append(out, difference{list(names), slices.Concat(a.Evidence, b.Evidence)})
			}
		}
	}
	return out
}

// differentAnswers are the questions to which the same octets brought several answers.
func (c *Case) differentAnswers() []difference {
	var order []string
	answers := map[string][]scan.MemberAnswer{}
	for _, a := range c.Endpoint.Members {
		if answers[a.Question] == nil {
			order = append(order, a.Question)
		}
		answers[a.Question] = append(answers[a.Question], a)
	}
	var out []difference
	for _, question := range order {
		if len(answers[question]) < 2 {
			continue
		}
		d := difference{}
		var said []string
		for _, a := range answers[question] {
			said = append(said, fmt.Sprintf("%s from %s", c.answerName(a), text.Count(a.Connections, "connection")))
			d.evidence = append(d.evidence, a.Evidence...)
		}
		d.text = question + ": " + strings.Join(said, ", ")
		out = append(out, d)
	}
	return out
}

func (c *Case) answerName(a scan.MemberAnswer) string {
	if a.Refused != "" {
		return "refusal (" + string(a.Refused) + ")"
	}
	name := a.Version.String() + " " + a.CipherSuite.Name
	if a.Group != 0 {
		name += " " + cipher.DescribeGroup(a.Group).Name
	}
	if cert := c.Endpoint.Certificates[a.Leaf]; cert != nil {
		name += " " + certificateName(cert) + " (" + keyType(cert) + ")"
	}
	return name
}

// contradict says whether two chains answered the same question: same name asked for, same version, same type of key.
func (c *Case) contradict(a, b scan.Presented) bool {
	same := func(v cipher.Version) bool { return slices.Contains(b.Versions, v) }
	if a.SNI != b.SNI || !slices.ContainsFunc(a.Versions, same) {
		return false
	}
	keyA, keyB := c.Endpoint.Certificates[a.Leaf], c.Endpoint.Certificates[b.Leaf]
	return keyA != nil && keyB != nil && keyType(keyA) == keyType(keyB)
}

// keyType is what a client can ask for by its suites, signature schemes and curves.
func keyType(cert *certchain.Certificate) string {
	return strings.TrimSpace(cert.Key.Algorithm + " " + cert.Key.Curve)
}

func (c *Case) chainName(p scan.Presented) string {
	return certificateName(c.Endpoint.Certificates[p.Leaf]) + " with " + text.Count(len(p.Sent)-1, "CA certificate")
}
