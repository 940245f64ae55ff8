package words

import (
	"fmt"
	"strings"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/report"
)

// Asked is one thing that an expectation may ask of an endpoint.
type Asked struct {
	Key  string // in the estate file, and in the expectation's Sources
	Name string
	Want string // empty: nothing is asked
}

// Asks are all the things that an expectation may ask, in the order of a page; none of them is asked where nothing is expected, x == nil.
func Asks(x *report.Expectation) []Asked {
	if x == nil {
		x = &report.Expectation{}
	}
	return []Asked{
		{"expect", "State", x.Expect},
		{"retire_by", "To be off after", x.RetireBy},
		{"versions", "Versions", names(x.Versions, cipher.Version.String)},
		{"cipher_suites", "Cipher suites", names(x.CipherSuites, suite)},
		{"required_cipher_suites", "Cipher suites required", names(x.RequiredCipherSuites, suite)},
		{"groups", "Groups", names(x.Groups, group)},
		{"names", "Names that the certificate must cover", strings.Join(x.Names, ", ")},
		{"served_by", "Served by ring", strings.TrimSpace(x.ServedBy + " " + x.Label)},
		{"trusted_by", "Trusted by", strings.Join(x.TrustedBy, ", ")},
		{"not_trusted_by", "Not trusted by", strings.Join(x.NotTrustedBy, ", ")},
		{"client_auth", "Client certificate", clientAuth(x.ClientAuth)},
		{"starttls", "STARTTLS", x.StartTLS},
	}
}

func names[T any](list []T, name func(T) string) string {
	var out []string
	for _, v := range list {
		out = append(out, name(v))
	}
	return strings.Join(out, ", ")
}

func suite(id cipher.ID) string { return fmt.Sprintf("%s (%s)", cipher.Describe(id).Name, id) }

func group(g cipher.Group) string { return cipher.DescribeGroup(g).Name }

// clientAuth says client_auth as ClientAuth does, so that the two can be compared.
func clientAuth(want string) string {
	if want == "none" {
		return "not requested"
	}
	return want
}
