package estate

import (
	"net/netip"
	"time"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/report"
)

func roles() []string {
	return []string{report.RoleCAEWeb, report.RoleCAEServerTLS, report.RoleCAEServerRC4, report.RoleCAEAgent,
		report.RoleCAEISPF, report.RoleGeneric}
}

func expects() []string {
	return []string{report.ExpectTLS, report.ExpectStartTLS, report.ExpectLegacyRC4, report.ExpectPlaintext,
		report.ExpectClosed, report.ExpectAny}
}

// defaultMinDaysLeft is what min_days_left is when nothing sets it.
const defaultMinDaysLeft = 30

// listenerObject has every key of a listener; defaults take the same ones.
func listenerObject() *object[Listener] {
	o := &object[Listener]{name: "a listener", doc: "A port that exists, or must not exist, on a system."}
	o.fields = append(o.fields, listenerIdentity()...)
	o.fields = append(o.fields, listenerTLS()...)
	o.fields = append(o.fields, listenerTrust()...)
	o.fields = append(o.fields, listenerScan()...)
	ignore := func(*decoder, *node, *Listener) {}
	o.fields = append(o.fields,
		field[Listener]{"use", "Template, or templates, whose listeners stand in this one's place; other keys here override theirs.",
			useShape(), ignore},
		field[Listener]{"with", "Values of the template's variables.", shape{"type": "object"}, ignore})
	return o
}

func useShape() shape { return eitherShape(textShape(), listShape(textShape())) }

func listenerIdentity() []field[Listener] {
	return []field[Listener]{
		nameField("name", "Name of the listener, unique on its system.", func(l *Listener) *string { return &l.Name }),
		wordField("role", "What listens: one of Query Monitor's ports, or generic (the default).", roles(),
			func(l *Listener) *string { return &l.Role }),
		{"port", "The port.", integerShape(1, 65535), func(d *decoder, n *node, l *Listener) {
			if p, ok := d.port("port", n); ok {
				l.Ports = []uint16{p}
			}
		}},
		{"ports", "Several ports: integers and ranges such as \"5610-5612\".", portsShape(), func(d *decoder, n *node, l *Listener) {
			l.Ports = d.ports(n)
		}},
		wordField("expect", "What the port must turn out to be.", expects(), func(l *Listener) *string { return &l.Expect }),
		{"host", "Name or address, when it is not the system's.", stringShape(), func(d *decoder, n *node, l *Listener) {
			l.Host, _ = d.host("host", n)
		}},
		setField("addresses", "Addresses to dial instead of resolving the host.", stringShape(),
			func(d *decoder, n *node) (netip.Addr, bool) { return d.address("addresses", n) },
			func(l *Listener) *[]netip.Addr { return &l.Addresses }),
		{"sni", "Server name to send; the default is the host when it is a name; none sends none.", stringShape(),
			func(d *decoder, n *node, l *Listener) { l.SNI, _ = d.serverName(n) }},
	}
}

func portsShape() shape {
	one := eitherShape(integerShape(1, 65535), shape{"type": "string", "pattern": "^[0-9]+(-[0-9]+)?$"})
	return eitherShape(one, listShape(one))
}

func listenerTLS() []field[Listener] {
	var versions []string
	for _, v := range cipher.Versions() {
		versions = append(versions, v.String())
	}
	suites := func(key string) func(*decoder, *node) (cipher.ID, bool) {
		return func(d *decoder, n *node) (cipher.ID, bool) { return d.suite(key, n) }
	}
	return []field[Listener]{
		anySetField("names", "Names that the certificate must cover.", stringShape(),
			func(d *decoder, n *node) (string, bool) { return d.certificateName("names", n) },
			func(l *Listener) *[]string { return &l.Names }),
		setField("versions", "Protocol versions: each is to be supported, and no other.", enumShape(versions...),
			func(d *decoder, n *node) (cipher.Version, bool) { return d.version("versions", n) },
			func(l *Listener) *[]cipher.Version { return &l.Versions }),
		setField("cipher_suites", "Suites that may be accepted: four hex digits, gsk2:35, or names.", textShape(),
			suites("cipher_suites"), func(l *Listener) *[]cipher.ID { return &l.CipherSuites }),
		anySetField("required_cipher_suites", "Suites that must be accepted.", textShape(),
			suites("required_cipher_suites"), func(l *Listener) *[]cipher.ID { return &l.RequiredCipherSuites }),
		setField("groups", "Key exchange groups, by name or code: attls:0023 (decimal) or 0x0017.", textShape(),
			func(d *decoder, n *node) (cipher.Group, bool) { return d.group("groups", n) },
			func(l *Listener) *[]cipher.Group { return &l.Groups }),
		nodeField("profile", "Compliance profile in the place of the estate's: an id, the path of a file, or none.", textShape(), func(l *Listener) **node { return &l.profile }),
		wordField("client_auth", "Whether a client certificate is asked for.", []string{"none", "requested", "required"},
			func(l *Listener) *string { return &l.ClientAuth }),
		{"starttls", "Protocol whose start-up leads to TLS.", textShape(), readStartTLS},
		{"min_days_left", "Days that the certificate must still be valid; 30 when not said.", integerShape(0, 36500),
			func(d *decoder, n *node, l *Listener) {
				if v, ok := d.integer("min_days_left", n, 0, 36500); ok {
					l.MinDaysLeft = v
				}
			}},
	}
}

func readStartTLS(d *decoder, n *node, l *Listener) {
	if d.opts.StartTLS == nil {
		l.StartTLS, _ = d.text("starttls", n)
		return
	}
	l.StartTLS, _ = d.oneOf("starttls", n, d.opts.StartTLS)
}

func listenerTrust() []field[Listener] {
	refs := func(name, doc string, to func(*Listener) *[]*ringRef) field[Listener] {
		return field[Listener]{name, doc, anyListShape(textShape()), func(d *decoder, n *node, l *Listener) {
			for _, i := range d.anyItems(name, n) {
				if r, ok := d.ringRef(name, i); ok {
					*to(l) = append(*to(l), &r)
				}
			}
		}}
	}
	return []field[Listener]{
		{"served_by", "Key ring whose default, or labelled, certificate is served.", textShape(), func(d *decoder, n *node, l *Listener) {
			if r, ok := d.ringRef("served_by", n); ok {
				l.served = &r
			}
		}},
		textField("label", "Label of the certificate in the served_by ring.", func(l *Listener) *string { return &l.Label }),
		refs("trusted_by", "Key rings that must trust what is served: RING, RING@SYSTEM, \"RING@*\".",
			func(l *Listener) *[]*ringRef { return &l.trust }),
		refs("not_trusted_by", "Key rings that must not trust what is served.", func(l *Listener) *[]*ringRef { return &l.refuse }),
	}
}

func listenerScan() []field[Listener] {
	return []field[Listener]{
		dateField("retire_by", "Last day, UTC, on which an RC4 listener may be open.", func(l *Listener) *string { return &l.RetireBy }),
		anySetField("peers", "Addresses of the real clients.", stringShape(),
			func(d *decoder, n *node) (netip.Addr, bool) { return d.address("peers", n) },
			func(l *Listener) *[]netip.Addr { return &l.Peers }),
		nameField("jobname", "Name of the job that owns the socket, for the Jobname conditions of an AT-TLS policy.",
			func(l *Listener) *string { return &l.Jobname }),
		wordField("reach", "From where it can be reached: remote (the default), or local: only from a vantage on the system.",
			[]string{"remote", "local"}, func(l *Listener) *string { return &l.Reach }),
		wordField("touch", "What a scan may send: hello (the default), or connect: nothing.",
			[]string{"hello", "connect"}, func(l *Listener) *string { return &l.Touch }),
		{"distributed", "Whether several members of a sysplex answer at this address.", shape{"type": "boolean"},
			func(d *decoder, n *node, l *Listener) { l.Distributed, _ = d.boolean("distributed", n) }},
		{"timeout", "Time for one connection, from dial to answer, as in 5s.", durationShape(), func(d *decoder, n *node, l *Listener) {
			l.Timeout, _ = d.duration("timeout", n, 100*time.Millisecond, 10*time.Minute)
		}},
	}
}

func durationShape() shape { return shape{"type": "string", "pattern": "^([0-9.]+(ns|us|ms|s|m|h))+$"} }
