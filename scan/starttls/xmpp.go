package starttls

import (
	"context"
	"encoding/xml"
	"fmt"
	"strings"
)

const (
	streamsNS = "http://etherx.jabber.org/streams"
	tlsNS     = "urn:ietf:params:xml:ns:xmpp-tls"

	saslNS     = "urn:ietf:params:xml:ns:xmpp-sasl"
	oldAuthNS  = "http://jabber.org/features/iq-auth" // XEP-0078
	dialbackNS = "urn:xmpp:features:dialback"         // XEP-0220

	xmppClientNS = "jabber:client"
	xmppServerNS = "jabber:server"
)

// xmpp is the client's stream of RFC 6120 section 5.4.
func xmpp(_ context.Context, p *peer, host string) error { return p.stream(xmppClientNS, host) }

// xmppClear looks whether a client may log in without TLS: TLS is not required, and there is a mechanism of SASL, or the login of XEP-0078.
func xmppClear(_ context.Context, p *peer, host string) error {
	return p.streamClear(xmppClientNS, host)
}

// xmppServerClear looks whether another server may identify itself without TLS: by dialback (XEP-0220) or a mechanism of SASL.
func xmppServerClear(_ context.Context, p *peer, host string) error {
	return p.streamClear(xmppServerNS, host)
}

// xmppServer is the stream between servers, which differs in its content's namespace (RFC 6120 section 4.8.3).
func xmppServer(_ context.Context, p *peer, host string) error { return p.stream(xmppServerNS, host) }

// streamClear opens a stream to a host, and looks what it may go on with beside TLS.
func (p *peer) streamClear(content, host string) error {
	_, offered, err := p.openStream(content, host)
	switch {
	case err != nil:
		return err
	case offered.required:
		return p.refused("the stream's features require starttls")
	case offered.login:
		return nil
	case content == xmppServerNS: // a server may take dialback without saying so
		p.want = "dialback or a SASL mechanism among the features, or starttls as required"
		return p.unexpected()
	}
	return p.refused("the stream's features have nothing to log in by")
}

// stream opens a stream to a host, and asks for TLS where that is offered.
func (p *peer) stream(content, host string) error {
	x, offered, err := p.openStream(content, host)
	if err != nil {
		return err
	}
	if !offered.starttls {
		return p.refused("the stream's features do not offer starttls")
	}
	if err := p.send([]byte("<starttls xmlns='"+tlsNS+"'/>"), "<proceed/> or <failure/> in reply to <starttls/>"); err != nil {
		return err
	}
	answer, err := x.element()
	if err != nil {
		return err
	}
	if err := x.d.Skip(); err != nil { // to the end of the element
		return x.fault()
	}
	switch answer.Name {
	case xml.Name{Space: tlsNS, Local: "proceed"}:
		return nil
	case xml.Name{Space: tlsNS, Local: "failure"}:
		return p.refused("the reply to <starttls/>")
	}
	return p.unexpected()
}

// openStream opens a stream to a host, and reads its features.
func (p *peer) openStream(content, host string) (*xmppStream, xmppFeatures, error) {
	var to strings.Builder
	if err := xml.EscapeText(&to, []byte(host)); err != nil {
		return nil, xmppFeatures{}, err
	}
	open := "<?xml version='1.0'?><stream:stream to='" + to.String() + "' version='1.0' xml:lang='en' " +
		"xmlns='" + content + "' xmlns:stream='" + streamsNS + "'>"
	if err := p.send([]byte(open), "an XMPP stream with features"); err != nil {
		return nil, xmppFeatures{}, err
	}
	if err := p.first("<"); err != nil {
		return nil, xmppFeatures{}, err
	}
	x := &xmppStream{peer: p, d: xml.NewDecoder(p)}
	offered, err := x.features(host)
	return x, offered, err
}

// xmppStream is the peer's half of a stream.
type xmppStream struct {
	*peer
	d *xml.Decoder
}

// xmppFeatures is what a stream may go on with (RFC 6120 section 4.3.2).
type xmppFeatures struct {
	starttls, required bool // TLS, and nothing before it (section 5.4.1)
	login              bool // SASL's mechanisms, the login of XEP-0078, or dialback
}

// features reads the header and the features of a stream to a host. A stream without version has none (RFC 6120 section 4.7.5).
func (x *xmppStream) features(host string) (xmppFeatures, error) {
	var offered xmppFeatures
	header, err := x.element()
	if err != nil {
		return offered, err
	}
	if header.Name != (xml.Name{Space: streamsNS, Local: "stream"}) {
		return offered, x.unexpected()
	}
	versioned := false
	for _, a := range header.Attr {
		versioned = versioned || a.Name == xml.Name{Local: "version"}
	}
	if !versioned {
		return offered, nil
	}
	from := x.asked + int(x.d.InputOffset())
	features, err := x.element()
	if err != nil {
		return offered, err
	}
	switch features.Name {
	case xml.Name{Space: streamsNS, Local: "features"}:
	case xml.Name{Space: streamsNS, Local: "error"}:
		return offered, x.streamError(from, host)
	default:
		return offered, x.unexpected()
	}
	for depth := 0; ; {
		token, err := x.d.Token()
		if err != nil {
			return offered, x.fault()
		}
		switch el := token.(type) {
		case xml.StartElement:
			depth++
			offered.note(el.Name)
		case xml.EndElement:
			if depth == 0 {
				return offered, nil
			}
			depth--
		}
	}
}

// streamError is what a server says of a stream that it does not serve, mostly that it has no such domain, without the long header before it: the
// element from an octet on (RFC 6120 section 4.9), to its first child, which names the condition.
func (x *xmppStream) streamError(from int, host string) error {
	if _, err := x.element(); err != nil {
		return err
	}
	return &Unexpected{Want: fmt.Sprintf("%s for the domain %q, which is the server name", x.want, host), Said: x.said[from:]}
}

// note takes an element of the features, at any depth: SASL's list may be empty, and then has no mechanism.
func (f *xmppFeatures) note(name xml.Name) {
	switch name {
	case xml.Name{Space: tlsNS, Local: "starttls"}:
		f.starttls = true
	case xml.Name{Space: tlsNS, Local: "required"}:
		f.required = true
	case xml.Name{Space: saslNS, Local: "mechanism"}, xml.Name{Space: oldAuthNS, Local: "auth"}, xml.Name{Space: dialbackNS, Local: "dialback"}:
		f.login = true
	}
}

// element reads to the next start of an element.
func (x *xmppStream) element() (xml.StartElement, error) {
	for {
		token, err := x.d.Token()
		if err != nil {
			return xml.StartElement{}, x.fault()
		}
		switch el := token.(type) {
		case xml.StartElement:
			return el, nil
		case xml.EndElement: // of the stream
			return xml.StartElement{}, x.unexpected()
		}
	}
}

// fault is why the decoder failed: the connection, or what came over it.
func (x *xmppStream) fault() error {
	if x.err != nil {
		return x.err
	}
	return x.unexpected()
}
