package facts

import (
	"fmt"
	"strings"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/report/text"
	"github.com/portseal/portseal/scan"
)

// Members words the answers to repeated hellos, a line a question.
func Members(e *report.Endpoint) []string {
	var out []string
	for i := 0; i < len(e.Members); {
		question := e.Members[i].Question
		var said []string
		total := 0
		for ; i < len(e.Members) && e.Members[i].Question == question; i++ {
			total += e.Members[i].Connections
			said = append(said, fmt.Sprintf("%d %s", e.Members[i].Connections, member(e.Members[i])))
		}
		alike := "alike"
		if len(said) > 1 {
			alike = "not alike"
		}
		out = append(out, fmt.Sprintf("%s, %s %s: %s", question, text.Count(total, "connection"), alike, strings.Join(said, ", ")))
	}
	return out
}

func member(a scan.MemberAnswer) string {
	if a.Refused != "" {
		return "refused (" + string(a.Refused) + ")"
	}
	parts := []string{a.Version.String()}
	if a.CipherSuite != nil {
		parts = append(parts, a.CipherSuite.Name)
	}
	if a.Group != 0 {
		parts = append(parts, cipher.DescribeGroup(a.Group).Name)
	}
	if a.Leaf != "" {
		parts = append(parts, fmt.Sprintf("certificate %.16s", a.Leaf))
	}
	return strings.Join(parts, " ")
}
