package profile

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/portseal/portseal/internal/nearest"
	"github.com/portseal/portseal/report"
)

// setsWords says what the sets of a check ask.
func setsWords(c report.ProfileCheck, what string, word func(string) string) string {
	list := func(words []string) string {
		var out []string
		for _, w := range words {
			out = append(out, word(w))
		}
		return strings.Join(out, ", ")
	}
	var out []string
	for _, s := range []struct {
		words []string
		text  string
	}{{c.Required, "required: "}, {c.AnyOf, "at least one of: "}, {c.Allowed, "no other than: "}, {c.Forbidden, "none of: "}} {
		if len(s.words) > 0 {
			out = append(out, s.text+list(s.words))
		}
	}
	if len(c.Versions) > 0 {
		what += " in " + versionNames(c.Versions)
	}
	return what + ", " + strings.Join(out, "; ")
}

func versionsWords(c report.ProfileCheck) string {
	return setsWords(c, "versions", func(w string) string { return w })
}

func suitesWords(c report.ProfileCheck) string { return setsWords(c, "cipher suites", suiteWords) }

func groupsWords(c report.ProfileCheck) string { return setsWords(c, "groups", groupWords) }

func dhWords(c report.ProfileCheck) string {
	return fmt.Sprintf("the prime of DHE has at least %d bits", c.MinBits[dhKey])
}

func preferenceWords(c report.ProfileCheck) string {
	return "the order of suites of the " + c.Of + " counts"
}

func whose(of string) string {
	if of == ofSent {
		return "of every certificate that is sent"
	}
	return "of the certificate"
}

func keyWords(c report.ProfileCheck) string {
	var out []string
	if len(c.Algorithms) > 0 {
		out = append(out, nearest.AnyOf(c.Algorithms))
	}
	for _, name := range slices.Sorted(maps.Keys(c.MinBits)) {
		out = append(out, fmt.Sprintf("%s at least %d bits", name, c.MinBits[name]))
	}
	if len(c.Curves) > 0 {
		out = append(out, "curves "+nearest.AnyOf(c.Curves))
	}
	return "key " + whose(c.Of) + ": " + strings.Join(out, "; ")
}

func signatureWords(c report.ProfileCheck) string {
	var out []string
	if len(c.Allowed) > 0 {
		out = append(out, "no other than "+nearest.AnyOf(c.Allowed))
	}
	if len(c.Forbidden) > 0 {
		out = append(out, "none of "+strings.Join(c.Forbidden, ", "))
	}
	if len(c.Hashes) > 0 {
		out = append(out, "with "+nearest.AnyOf(c.Hashes))
	}
	return "signature " + whose(c.Of) + ": " + strings.Join(out, "; ")
}

func lifespanWords(c report.ProfileCheck) string {
	return fmt.Sprintf("the certificate is issued for at most %d days", c.MaxDays)
}

func validityWords(c report.ProfileCheck) string {
	who := "every certificate that is sent"
	if c.Of == ofLeaf {
		who = "the certificate"
	}
	if c.MinDaysLeft > 0 {
		return fmt.Sprintf("%s is in date, and for %d more days", who, c.MinDaysLeft)
	}
	return who + " is in date"
}

func usageWords(c report.ProfileCheck) string {
	var out []string
	for _, u := range c.KeyUsage {
		out = append(out, "keyUsage "+u)
	}
	for _, u := range c.ExtKeyUsage {
		out = append(out, "extKeyUsage "+u)
	}
	if c.SAN {
		out = append(out, "subjectAltName")
	}
	return "the certificate has " + strings.Join(out, ", ")
}

func clientAuthWords(c report.ProfileCheck) string {
	return "client certificate: " + nearest.AnyOf(c.AnyOf)
}

func policyWords(c report.ProfileCheck) string {
	return "the AT-TLS policy has " + c.Setting + " " + nearest.AnyOf(c.AnyOf)
}

func inventoryWords(c report.ProfileCheck) string {
	if c.Of == ofCertificates {
		return "the report lists the certificates of the listener"
	}
	return "the report lists the versions of the listener and every suite that it accepts"
}
