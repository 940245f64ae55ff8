package assess

import (
	"fmt"
	"slices"
	"strings"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// group says whether a group is accepted in some version of those that the listener may have.
func (c *Case) group(g cipher.Group) scan.Fact {
	answer := scan.No
	found := false
	for _, f := range c.Endpoint.Groups {
		if f.Code != g || !c.mayHave(f.Version) {
			continue
		}
		found = true
		switch f.Supported {
		case scan.Yes:
			return scan.Yes
		case scan.Unknown:
			answer = scan.Unknown
		}
	}
	if !found || len(c.groupsUnasked()) > 0 {
		return scan.Unknown
	}
	return answer
}

// groupsUnasked are the versions that have groups, of which none was asked.
func (c *Case) groupsUnasked() []cipher.Version {
	var out []cipher.Version
	for _, v := range c.versions() {
		asked := slices.ContainsFunc(c.Endpoint.Groups, func(f scan.GroupFact) bool { return f.Version == v })
		if v >= cipher.TLSv12 && !asked && c.mayUseGroups(v) {
			out = append(out, v)
		}
	}
	return out
}

// mayUseGroups says whether some suite of the version may use a group: always in TLS 1.3, else when it is not known that no
// suite with elliptic-curve key exchange is accepted.
func (c *Case) mayUseGroups(v cipher.Version) bool {
	ecdhe := func(id cipher.ID) bool { return cipher.Describe(id).In("ecdhe") }
	p := c.Endpoint.Protocol(v)
	switch {
	case v >= cipher.TLSv13:
		return true
	case p.Enumeration == scan.EnumerationFull:
		return slices.ContainsFunc(p.CipherSuites, func(s scan.CipherSuite) bool { return ecdhe(s.Code) })
	case p.Enumeration == scan.EnumerationOutsideRefused && len(c.Expect.CipherSuites) > 0:
		return slices.ContainsFunc(c.Expect.CipherSuites, ecdhe)
	}
	return true
}

// groupFacts returns the facts with an answer about groups that the expectation does, or does not, name.
func (c *Case) groupFacts(answer scan.Fact, expected bool) []scan.GroupFact {
	var out []scan.GroupFact
	for _, f := range c.Endpoint.Groups {
		if f.Supported == answer && c.mayHave(f.Version) && slices.Contains(c.Expect.Groups, f.Code) == expected {
			out = append(out, f)
		}
	}
	return out
}

// groupEvidence returns the exchanges that asked about groups.
func (c *Case) groupEvidence() []string {
	var out []string
	for _, x := range c.Endpoint.Evidence {
		if strings.HasPrefix(x.Question, "groups/") {
			out = append(out, x.ID)
		}
	}
	return out
}

// groupQuestionOpen is NOT-ASSESSED for a question about groups.
func (c *Case) groupQuestionOpen(question string) report.Finding {
	return c.unknown(question, "groups/")
}

func groupName(g cipher.Group) string {
	return fmt.Sprintf("%s (%04d)", cipher.DescribeGroup(g).Name, uint16(g))
}

func groupNames(groups []cipher.Group) string {
	var out []string
	for _, g := range groups {
		out = append(out, groupName(g))
	}
	return list(out)
}
