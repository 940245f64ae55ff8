package expect

import (
	"fmt"
	"io"
	"strings"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/report"
)

// PrintExpectations writes what was compiled, one block an endpoint, one line a key: its value and where it came from. It
// returns the writer's error.
func PrintExpectations(w io.Writer, c *Compiled) error {
	var out strings.Builder
	for i, one := range c.Endpoints {
		if i > 0 {
			out.WriteByte('\n')
		}
		printEndpoint(&out, one)
	}
	_, err := io.WriteString(w, out.String())
	return err
}

func printEndpoint(out *strings.Builder, one Endpoint) {
	fmt.Fprintln(out, one.Target.ID)
	from := map[string]string{}
	for _, s := range one.Expectation.Sources {
		from[s.Key] = s.From
	}
	from["port"] += from["ports"] // one of the two
	for _, line := range lines(one) {
		fmt.Fprintf(out, "  %-23s %s", line.key+":", line.value)
		if source := from[line.key]; source != "" {
			fmt.Fprintf(out, "  ← %s", source)
		}
		out.WriteByte('\n')
	}
	switch {
	case one.Target.Skip != "":
		fmt.Fprintf(out, "  not dialled: %s\n", one.Target.Skip)
	case one.Target.Failure != nil:
		fmt.Fprintf(out, "  not dialled: %s\n", one.Target.Failure.Message)
	}
}

type line struct{ key, value string }

// lines are the keys that say something, in the order of sourceKeys.
func lines(one Endpoint) []line {
	e, t := one.Expectation, one.Target
	address := ""
	if t.Address.IsValid() && t.Address.String() != t.Host {
		address = t.Address.String()
	}
	all := []line{
		{"role", e.Role}, {"expect", e.Expect}, {"host", t.Host}, {"addresses", address}, {"port", fmt.Sprint(t.Port)},
		{"sni", sniText(t.ServerName, e.Expect)}, {"starttls", e.StartTLS}, {"versions", join(e.Versions, cipher.Version.String)},
		{"cipher_suites", join(e.CipherSuites, suiteText)}, {"required_cipher_suites", join(e.RequiredCipherSuites, suiteText)},
		{"groups", join(e.Groups, func(g cipher.Group) string { return cipher.DescribeGroup(g).Name })},
		{"names", strings.Join(e.Names, ", ")}, {"served_by", e.ServedBy}, {"label", e.Label},
		{"trusted_by", strings.Join(e.TrustedBy, ", ")}, {"not_trusted_by", strings.Join(e.NotTrustedBy, ", ")},
		{"client_auth", e.ClientAuth}, {"min_days_left", daysText(e)}, {"profile", e.Profile}, {"retire_by", e.RetireBy},
		{"peers", strings.Join(e.Peers, ", ")}, {"jobname", e.Jobname}, {"reach", e.Reach}, {"touch", e.Touch}, {"distributed", yesText(e.Distributed)},
		{"timeout", ""},
	}
	if t.Timeout > 0 {
		all[len(all)-1].value = t.Timeout.String()
	}
	var out []line
	for _, l := range all {
		if l.value != "" {
			out = append(out, l)
		}
	}
	return out
}

func join[T any](values []T, text func(T) string) string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = text(v)
	}
	return strings.Join(out, ", ")
}

func suiteText(id cipher.ID) string { return id.String() + " " + cipher.Describe(id).Name }

func sniText(name, expect string) string {
	if name == "" && expect != report.ExpectClosed {
		return "none"
	}
	return name
}

func daysText(e report.Expectation) string {
	for _, s := range e.Sources {
		if s.Key == "min_days_left" {
			return fmt.Sprint(e.MinDaysLeft)
		}
	}
	return ""
}

func yesText(b bool) string {
	if b {
		return "true"
	}
	return ""
}
