package assess

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// Causes of a reset or close after a ClientHello that no setting of a policy names.
const (
	causeOthers = "zERT enforcement, traffic regulation or intrusion detection refused this source"
	causeCommon = "no suite or version in common, refused by reset (RC 402, 412)"
	causeStart  = "the TLS environment could not start (RC 5006)"
	causeBytes  = "the application closed a connection whose first bytes it did not understand"
)

// How much a policy, and the estate's copy of a ring, say for a cause.
const (
	likely = iota
	possible
	unlikely
)

// cause is one candidate.
type cause struct {
	rank int
	text string
}

// abortCauses are what may be behind a reset or close after a ClientHello, the likelier ones first as far as the policy tells. Those of
// client authentication (RC 5001, 5002) are none: they come after the server's own flight.
func (c *Case) abortCauses() []string {
	p := c.policy()
	switch {
	case c.serverOwnTLS():
		return []string{"an AT-TLS rule covers the port of a server that does its own TLS", "the server found no usable certificate or key"}
	case p == nil || c.taking().ClearText == scan.Unknown:
		return []string{
			"the ring has no usable certificate, its label or private key is not found, or ICSF is down (RC 6, 7, 428)",
			"the ring holds no CA certificate, or cannot be opened or listed (RC 109, 202, 416)",
			causeStart, causeCommon, causeOthers, causeBytes,
		}
	case c.taking().ClearText == scan.Yes:
		out := []string{causeBytes + ", since " + policyWords(p.Listed) + " leaves it in clear text (" + c.taking().Why + ")", causeOthers}
		if !p.Listed {
			out = append(out, "what is installed is not what the policy files say (compare with pasearch -t), and AT-TLS refused the connection")
		}
		return out
	}
	all := append(c.roleCauses(), c.certificateCause(), c.ringCause(), c.anchorsCause())
	slices.SortStableFunc(all, func(a, b cause) int { return cmp.Compare(a.rank, b.rank) })
	var out []string
	for _, one := range all {
		out = append(out, one.text)
	}
	return append(out, causeStart, causeCommon, causeOthers, "AT-TLS is not active (TCPCONFIG TTLS), or has another policy, and "+causeBytes)
}

// roleCauses are settings that would always end like this.
func (c *Case) roleCauses() []cause {
	p := c.policy()
	var out []cause
	add := func(key, value, text string) {
		if s, ok := p.Setting(key); ok && s.Value == value {
			out = append(out, cause{likely, text + settingPlace(s)})
		}
	}
	add("HandshakeRole", "Client", "both sides begin as clients: HandshakeRole Client")
	add("application_controlled", "On", "the program did not ask for TLS: ApplicationControlled On")
	add("cipher_suites", "", "no cipher suite is left (RC 402)")
	if len(c.policyVersions(cipher.Versions(), "Off")) == len(cipher.Versions()) {
		out = append(out, cause{likely, "no protocol version is On (RC 412)"})
	}
	return out
}

// certificateCause is about the certificate that the policy lets the server serve.
func (c *Case) certificateCause() cause {
	s, ok := c.policy().Setting("label")
	if !ok {
		return cause{possible, "the ring has no usable certificate (its default, where no label is coded), or not its private key, or ICSF is down (RC 7, 428)"}
	}
	out := cause{possible, fmt.Sprintf("certificate label %s is not on the ring, or not its private key, or ICSF is down (RC 6, 428)%s", s.Value, settingPlace(s))}
	ring := c.Rings[c.Expect.ServedBy]
	if ring == nil {
		return out
	}
	for _, e := range ring.Entries {
		if e.Label == s.Value && e.Personal() && e.Usable() {
			return cause{unlikely, out.text + ", though the estate's copy of ring " + ring.Name + " has it"}
		}
	}
	return cause{likely, out.text + ", and the estate's copy of ring " + ring.Name + " does not have it"}
}

// ringCause is about the way to the ring.
func (c *Case) ringCause() cause {
	s, ok := c.policy().Setting("keyring")
	if !ok {
		return cause{possible, "the ring cannot be opened or listed (RC 202, 416)"}
	}
	return cause{possible, fmt.Sprintf("key ring %s does not exist, or the job's user may not list it (RC 202, 416)%s", s.Value, settingPlace(s))}
}

// anchorsCause is about the ring's CA certificates. A server that asks for certificates names them to its clients.
func (c *Case) anchorsCause() cause {
	out := cause{possible, "the ring holds no CA certificate (RC 109)"}
	if ring := c.Rings[c.Expect.ServedBy]; ring != nil && len(ring.Anchors()) > 0 {
		return cause{unlikely, out.text + ", though the estate's copy of ring " + ring.Name + " does"}
	}
	if s, ok := c.policy().Setting("client_auth"); ok && c.Expect.ClientAuth != "none" && c.Expect.ClientAuth != "" {
		return cause{likely, out.text + ", which client authentication needs" + settingPlace(s)}
	}
	return out
}

// handshakeTimeout says how long AT-TLS waits, where the policy tells.
func (c *Case) handshakeTimeout() string {
	s, ok := c.policy().Setting("HandshakeTimeout")
	if !ok {
		return ""
	}
	return " of " + s.Value + " s (RC 5004)" + settingPlace(s)
}

// settingPlace is where the policy says something: a line, or a default.
func settingPlace(s report.PolicySetting) string { return " (" + where(s.Location) + s.Statement + ")" }
