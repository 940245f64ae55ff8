package profile

import (
	"slices"
	"strings"

	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/internal/nearest"
	"github.com/portseal/portseal/report"
)

// param is one parameter of a kind of check, and how it is read.
type param struct {
	key  string
	read func(d *decoder, n *node, c *report.ProfileCheck)
}

// Values of the parameter "of".
const (
	ofLeaf         = "leaf"
	ofSent         = "sent"
	ofCertificates = "certificates"
	ofProtocols    = "protocols"
)

// wordReader reads one member of a set, and returns its one form.
type wordReader func(d *decoder, key string, n *node) string

func setParams(one wordReader) []param {
	set := func(key string, to func(*report.ProfileCheck) *[]string) param {
		return listParam(key, one, to)
	}
	return []param{
		set("required", func(c *report.ProfileCheck) *[]string { return &c.Required }),
		set("any_of", func(c *report.ProfileCheck) *[]string { return &c.AnyOf }),
		set("allowed", func(c *report.ProfileCheck) *[]string { return &c.Allowed }),
		set("forbidden", func(c *report.ProfileCheck) *[]string { return &c.Forbidden }),
	}
}

func listParam(key string, one wordReader, to func(*report.ProfileCheck) *[]string) param {
	return param{key, func(d *decoder, n *node, c *report.ProfileCheck) {
		*to(c) = d.words(key, n, func(n *node) string { return one(d, key, n) })
	}}
}

func inVersions() param {
	return param{"versions", func(d *decoder, n *node, c *report.ProfileCheck) {
		for _, s := range d.words("versions", n, func(n *node) string { return versionWord(d, "versions", n) }) {
			if v, err := cipher.ParseVersion(s); err == nil {
				c.Versions = append(c.Versions, v)
			}
		}
	}}
}

func versionWord(d *decoder, key string, n *node) string {
	s := d.word(key, n)
	if s == "" {
		return ""
	}
	v, err := cipher.ParseVersion(s)
	if err != nil {
		d.fail(n, "%s: %v", key, err)
		return ""
	}
	return v.String()
}

// prefixed reads "class:cbc". In a list within brackets the YAML parser takes the colon for that of a mapping.
func prefixed(d *decoder, key string, n *node) string {
	if n.kind == mapping && len(n.keys) == 1 && n.keys[0].value.kind == scalar {
		return n.keys[0].key.text + ":" + n.keys[0].value.text
	}
	return d.word(key, n)
}

func suiteWord(d *decoder, key string, n *node) string {
	s := prefixed(d, key, n)
	if s == "" {
		return ""
	}
	if class, ok := strings.CutPrefix(s, classPrefix); ok {
		for part := range strings.SplitSeq(class, "&") {
			if _, err := cipher.ParseClass(strings.TrimPrefix(part, notPrefix)); err != nil {
				d.fail(n, "%s: %v", key, err)
			}
		}
		return s
	}
	id, err := cipher.Parse(s)
	switch {
	case err != nil:
		d.fail(n, "%s: %v", key, err)
	case !cipher.Describe(id).Known || cipher.Describe(id).Signalling:
		d.fail(n, "%s: %q is no known cipher suite", key, s)
	}
	return id.String()
}

func groupWord(d *decoder, key string, n *node) string {
	s := prefixed(d, key, n)
	if s == "" {
		return ""
	}
	if class, ok := strings.CutPrefix(s, classPrefix); ok {
		if known := groupClasses(); !slices.Contains(known, class) {
			d.fail(n, "%s: %q is no class of groups; %swant %s", key, class, nearest.Meant(class, known), nearest.AnyOf(known))
		}
		return s
	}
	if len(s) == 4 && strings.Trim(s, "0123456789") == "" {
		d.fail(n, "%s: %q may be decimal or hex; want attls:%s as in an AT-TLS policy, 0x%s, or a name", key, s, s, s)
		return ""
	}
	g, err := cipher.ParseGroup(s)
	if err != nil {
		d.fail(n, "%s: %v", key, err)
		return ""
	}
	info := cipher.DescribeGroup(g)
	if !info.Known {
		d.fail(n, "%s: %q is no known group", key, s)
	}
	return info.Name
}

func groupClasses() []string {
	return []string{cipher.KindElliptic, cipher.KindFiniteField, cipher.KindHybrid, cipher.KindMLKEM}
}

// among reads one of a few words.
func among(words []string) wordReader {
	return func(d *decoder, key string, n *node) string { return d.oneOf(key, n, words) }
}

func ofParam(words ...string) param {
	return param{"of", func(d *decoder, n *node, c *report.ProfileCheck) { c.Of = d.oneOf("of", n, words) }}
}

const maxBits = 1 << 16

// dhKey is the name under which the size of DHE's prime stands.
const dhKey = "DH"

func dhBits() param {
	return param{"min_bits", func(d *decoder, n *node, c *report.ProfileCheck) {
		c.MinBits = map[string]int{dhKey: d.whole("min_bits", n, 1, maxBits)}
	}}
}

func keyParams() []param {
	return []param{
		ofParam(ofLeaf, ofSent),
		listParam("algorithms", among(certchain.KeyAlgorithms()), func(c *report.ProfileCheck) *[]string { return &c.Algorithms }),
		listParam("curves", among(certchain.Curves()), func(c *report.ProfileCheck) *[]string { return &c.Curves }),
		{"min_bits", func(d *decoder, n *node, c *report.ProfileCheck) {
			if !d.keys("min_bits", n, certchain.KeyAlgorithms()) {
				return
			}
			c.MinBits = map[string]int{}
			for _, e := range n.keys {
				c.MinBits[e.key.text] = d.whole("min_bits", e.value, 1, maxBits)
			}
		}},
	}
}

func signatureParams() []param {
	names := among(append(certchain.SignatureNames(), pssAny))
	return []param{
		ofParam(ofLeaf, ofSent),
		listParam("allowed", names, func(c *report.ProfileCheck) *[]string { return &c.Allowed }),
		listParam("forbidden", names, func(c *report.ProfileCheck) *[]string { return &c.Forbidden }),
		listParam("hashes", among(certchain.Hashes()), func(c *report.ProfileCheck) *[]string { return &c.Hashes }),
	}
}

const maxLifespan = 36500 // days

func maxDays() param {
	return param{"max_days", func(d *decoder, n *node, c *report.ProfileCheck) { c.MaxDays = d.whole("max_days", n, 1, maxLifespan) }}
}

func minDaysLeft() param {
	return param{"min_days_left", func(d *decoder, n *node, c *report.ProfileCheck) {
		c.MinDaysLeft = d.whole("min_days_left", n, 0, maxLifespan)
	}}
}

func usageParams() []param {
	return []param{
		listParam("key", among(certchain.KeyUsages()), func(c *report.ProfileCheck) *[]string { return &c.KeyUsage }),
		listParam("extended", among(certchain.ExtKeyUsages()), func(c *report.ProfileCheck) *[]string { return &c.ExtKeyUsage }),
		{"san", func(d *decoder, n *node, c *report.ProfileCheck) {
			c.SAN = d.oneOf("san", n, []string{"true"}) == "true"
		}},
	}
}

func clientAuthWant() param {
	return listParam("want", among([]string{authNone, authRequested, authRequired}), func(c *report.ProfileCheck) *[]string { return &c.AnyOf })
}

func policyParams() []param {
	plain := func(d *decoder, key string, n *node) string { return d.word(key, n) }
	return []param{
		{"setting", func(d *decoder, n *node, c *report.ProfileCheck) { c.Setting = d.word("setting", n) }},
		listParam("any_of", plain, func(c *report.ProfileCheck) *[]string { return &c.AnyOf }),
	}
}

func reasonParam() param {
	return param{"reason", func(d *decoder, n *node, c *report.ProfileCheck) { c.Reason = d.word("reason", n) }}
}
