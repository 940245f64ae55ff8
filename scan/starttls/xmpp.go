package starttls

import (
	"context"
	"encoding/xml"
	"strings"
)

const (
	streamsNS = "http://etherx.jabber.org/streams"
	tlsNS     = "urn:ietf:params:xml:ns:xmpp-tls"

	xmppClientNS = "jabber:client"
	xmppServerNS = "jabber:server"
)

// xmpp is the client's stream of RFC 6120 section 5.4.
func xmpp(_ context.Context, p *peer, host string) error { return p.stream(xmppClientNS, host) }

// xmppServer is the stream between servers, which differs in its content's namespace (RFC 6120 section 4.8.3).
func xmppServer(_ context.Context, p *peer, host string) error { return p.stream(xmppServerNS, host) }

// stream opens a stream to a host, and asks for TLS where that is offered.
func (p *peer) stream(content, host string) error {
	var to strings.Builder
	if err := xml.EscapeText(&to, []byte(host)); err != nil {
		return err
	}
	open := "<?xml version='1.0'?><stream:stream to='" + to.String() + "' version='1.0' xml:lang='en' " +
		"xmlns='" + content + "' xmlns:stream='" + streamsNS + "'>"
	if err := p.send([]byte(open), "an XMPP stream with features"); err != nil {
		return err
	}
	if err := p.first("<"); err != nil {
		return err
	}
	x := &xmppStream{peer: p, d: xml.NewDecoder(p)}
	offered, err := x.features()
	if err != nil {
		return err
	}
	if !offered {
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

// xmppStream is the peer's half of a stream.
type xmppStream struct {
	*peer
	d *xml.Decoder
}

// features reads the stream's header and its features, and says whether starttls is among them. A stream without version
// has none (RFC 6120 section 4.7.5).
func (x *xmppStream) features() (offered bool, err error) {
	header, err := x.element()
	if err != nil {
		return false, err
	}
	if header.Name != (xml.Name{Space: streamsNS, Local: "stream"}) {
		return false, x.unexpected()
	}
	versioned := false
	for _, a := range header.Attr {
		versioned = versioned || a.Name == xml.Name{Local: "version"}
	}
	if !versioned {
		return false, nil
	}
	features, err := x.element()
	if err != nil {
		return false, err
	}
	if features.Name != (xml.Name{Space: streamsNS, Local: "features"}) {
		return false, x.unexpected() // <stream:error/>, as for a host that is not served here
	}
	for {
		token, err := x.d.Token()
		if err != nil {
			return false, x.fault()
		}
		switch el := token.(type) {
		case xml.StartElement:
			offered = offered || el.Name == xml.Name{Space: tlsNS, Local: "starttls"}
			if x.d.Skip() != nil {
				return false, x.fault()
			}
		case xml.EndElement:
			return offered, nil
		}
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
