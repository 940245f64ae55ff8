package diff

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// setting is one key of an expectation, as the estate file has it.
type setting struct{ key, value string }

// settings writes an expectation down key by key, lists in no order. Which vantage looks, and where each part was written, is none.
func settings(x *report.Expectation) []setting {
	days := strconv.Itoa(x.MinDaysLeft)
	return []setting{
		{"role", x.Role}, {"zos_release", x.ZOSRelease}, {"expect", x.Expect}, {"versions", set(x.Versions)},
		{"cipher_suites", set(x.CipherSuites)}, {"required_cipher_suites", set(x.RequiredCipherSuites)}, {"groups", set(x.Groups)},
		{"names", set(x.Names)}, {"served_by", x.ServedBy}, {"label", x.Label}, {"trusted_by", set(x.TrustedBy)},
		{"not_trusted_by", set(x.NotTrustedBy)}, {"client_auth", x.ClientAuth}, {"starttls", x.StartTLS}, {"retire_by", x.RetireBy},
		{"min_days_left", days}, {"peers", set(x.Peers)}, {"reach", x.Reach}, {"touch", x.Touch},
		{"distributed", strconv.FormatBool(x.Distributed)}, {"jobname", x.Jobname},
	}
}

// set writes a list in no order of its own.
func set[T any](items []T) string {
	var out []string
	for _, i := range items {
		out = append(out, fmt.Sprint(i))
	}
	slices.Sort(out)
	return strings.Join(slices.Compact(out), " ")
}

// expectations compares what the estate file says of a listener.
func (c *comparison) expectations(p *pair) {
	if p.oldX == nil || p.nowX == nil {
		c.skipUnless(p.oldX != nil, p.nowX != nil, p.id, "expectation")
		return
	}
	is := settings(p.nowX)
	for i, was := range settings(p.oldX) {
		if was.value != is[i].value {
			p.changed[was.key] = true
			c.add(report.ExpectationChanged, p.id, was.key, was.value, is[i].value)
		}
	}
}

// policies compares what the AT-TLS policy says of a listener. A setting that made the expectation another is a change of that already.
func (c *comparison) policies(p *pair) {
	if p.oldX == nil || p.nowX == nil {
		return
	}
	was, is := p.oldX.Policy, p.nowX.Policy
	if was == nil || is == nil {
		c.skipUnless(was != nil, is != nil, p.id, "AT-TLS policy")
		return
	}
	c.differs(report.PolicyInstalled, p.id, "", yesNo(was.Installs), yesNo(is.Installs))
	for _, m := range was.Matches {
		what := strings.TrimSuffix(m.From+"/"+m.Address, "/")
		i := slices.IndexFunc(is.Matches, func(o report.PolicyMatch) bool { return o.From == m.From && o.Address == m.Address })
		if i < 0 {
			c.skip(p.id, "AT-TLS rule of "+m.From, onlyOld)
			continue
		}
		c.match(p.id, what, m, is.Matches[i])
	}
	for _, m := range is.Matches {
		if !slices.ContainsFunc(was.Matches, func(o report.PolicyMatch) bool { return o.From == m.From && o.Address == m.Address }) {
			c.skip(p.id, "AT-TLS rule of "+m.From, onlyNow)
		}
	}
	for _, s := range was.Settings {
		if o, ok := is.Setting(s.Key); ok && !p.changed[s.Key] {
			c.differs(report.PolicySettingChanged, p.id, s.Key, s.Value, o.Value)
		}
	}
}

// match compares the rule that takes one connection, and whether it leaves it in clear text.
func (c *comparison) match(endpoint, what string, was, is report.PolicyMatch) {
	c.differs(report.PolicyRuleChanged, endpoint, what, orNone(was.Rule), orNone(is.Rule))
	if was.ClearText != scan.Unknown && is.ClearText != scan.Unknown {
		c.differs(report.PolicyClearText, endpoint, what, was.ClearText.String(), is.ClearText.String())
	}
}

func orNone(s string) string {
	if s == "" {
		return "none"
	}
	return s
}

func yesNo(b bool) string { return scan.FactOf(b).String() }
