package scan

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Proxy is a machine that connections are made through: with CONNECT of HTTP (RFC 9110 section 9.3.6), or SOCKS5 (RFC 1928, RFC 1929).
type Proxy struct {
	url      url.URL // without a password
	password string
}

// ParseProxy reads http://[USER@]HOST:PORT or socks5://[USER@]HOST:PORT. The password comes from elsewhere: one in the URL is an error that does
// not repeat it.
func ParseProxy(text, password string) (*Proxy, error) {
	u, err := url.Parse(text)
	if err != nil {
		return nil, errors.New("not a URL: want http://HOST:PORT or socks5://HOST:PORT")
	}
	if _, given := u.User.Password(); given {
		return nil, errors.New("a password does not belong on a command line: want it in a file of its own")
	}
	port, err := strconv.ParseUint(u.Port(), 10, 16)
	switch {
	case u.Scheme != "http" && u.Scheme != "socks5":
		return nil, fmt.Errorf("scheme %q: want http://HOST:PORT or socks5://HOST:PORT", u.Scheme)
	case u.Hostname() == "" || err != nil || port == 0 || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "":
		return nil, fmt.Errorf("%q: want %s://HOST:PORT", u.Redacted(), u.Scheme)
	case password != "" && u.User.Username() == "":
		return nil, fmt.Errorf("a password without a user: want %s://USER@%s", u.Scheme, u.Host)
	case len(u.User.Username()) > 255 || len(password) > 255:
		return nil, errors.New("user or password is longer than 255 octets (RFC 1929 section 2)")
	}
	u.Path = ""
	return &Proxy{url: *u, password: password}, nil
}

// String is the proxy's URL, without the password.
func (p *Proxy) String() string { return p.url.String() }

// connect asks the proxy, over a connection to it, for one to an address. A failure of the proxy itself is of kind local: it says nothing about
// the target.
func (p *Proxy) connect(ctx context.Context, conn net.Conn, to netip.AddrPort) *Failure {
	stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	kind, err := KindLocal, error(nil)
	if p.url.Scheme == "socks5" {
		kind, err = p.socks5(conn, to)
	} else {
		kind, err = p.http(conn, to)
	}
	switch {
	case err == nil:
		return nil
	case kind == "" && ctx.Err() != nil:
		return &Failure{StageConnect, KindTimeout, "no answer in time through the proxy " + p.url.Host}
	case kind == "":
		kind = KindLocal
	}
	message := dialMessage(err)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		message = "it closes the connection without a whole answer"
	}
	return &Failure{StageConnect, kind, "the proxy " + p.url.Host + ": " + message}
}

// http asks with CONNECT. What stands in an answer is the proxy's word: only a time-out of its own tells of the target.
func (p *Proxy) http(conn net.Conn, to netip.AddrPort) (FailureKind, error) {
	request := "CONNECT " + to.String() + " HTTP/1.1\r\nHost: " + to.String() + "\r\n"
	if user := p.url.User.Username(); user != "" {
		request += "Proxy-Authorization: Basic " + base64.StdEncoding.EncodeToString([]byte(user+":"+p.password)) + "\r\n"
	}
	if _, err := io.WriteString(conn, request+"\r\n"); err != nil {
		return "", err
	}
	head, err := readHead(conn)
	if err != nil {
		return "", err
	}
	line, _, _ := strings.Cut(head, "\r\n")
	fields := strings.SplitN(line, " ", 3)
	if len(fields) < 2 || !strings.HasPrefix(fields[0], "HTTP/1.") || len(fields[1]) != 3 {
		return KindLocal, errors.New("its answer is not HTTP")
	}
	switch status := fields[1]; {
	case status[0] == '2':
		return "", nil
	case status == "407" || status == "401": // tinyproxy says 401 to a wrong password
		return KindLocal, fmt.Errorf("it wants a user and a password that it knows (%s)", status)
	case status == "504":
		return KindTimeout, errors.New("no answer in time from the target (504)")
	default:
		return KindProtocol, fmt.Errorf("it makes no connection to the target (%s)", status)
	}
}

// readHead reads an answer up to its empty line, and no octet further: what follows is the target's.
func readHead(conn net.Conn) (string, error) {
	const most = 16 << 10
	var head []byte
	octet := make([]byte, 1)
	for !bytes.HasSuffix(head, []byte("\r\n\r\n")) {
		if len(head) == most {
			return "", errors.New("its answer has no end")
		}
		if _, err := io.ReadFull(conn, octet); err != nil {
			return "", err
		}
		head = append(head, octet[0])
	}
	return string(head), nil
}

// socks5 asks as RFC 1928 has it, with a user's password (RFC 1929) where there is a user. Silence is the proxy's own until it has been asked for the
// target.
func (p *Proxy) socks5(conn net.Conn, to netip.AddrPort) (FailureKind, error) {
	const version, noPassword, withPassword, connectCommand, ipv4, ipv6 = 5, 0, 2, 1, 1, 4
	method := byte(noPassword)
	if p.url.User.Username() != "" {
		method = withPassword
	}
	chosen, err := exchanged(conn, []byte{version, 1, method}, 2)
	switch {
	case err != nil:
		return KindLocal, err
	case chosen[0] != version:
		return KindLocal, errors.New("its answer is not SOCKS5")
	case chosen[1] != method:
		return KindLocal, errors.New("it does not take this way to sign in, or wants a user and a password")
	}
	if method == withPassword {
		user := p.url.User.Username()
		ask := append([]byte{1, byte(len(user))}, user...)
		ask = append(append(ask, byte(len(p.password))), p.password...)
		if said, err := exchanged(conn, ask, 2); err != nil {
			return KindLocal, err
		} else if said[1] != 0 {
			return KindLocal, errors.New("it refuses the user or the password")
		}
	}
	kind := byte(ipv4)
	if to.Addr().Is6() {
		kind = ipv6
	}
	ask := append([]byte{version, connectCommand, 0, kind}, to.Addr().AsSlice()...)
	said, err := exchanged(conn, append(ask, byte(to.Port()>>8), byte(to.Port())), 4)
	if err != nil {
		return "", err
	}
	if said[1] != 0 {
		return socksReply(said[1])
	}
	return "", bound5(conn, said[3])
}

// exchanged sends, and reads an answer of so many octets.
func exchanged(conn net.Conn, ask []byte, n int) ([]byte, error) {
	if _, err := conn.Write(ask); err != nil {
		return nil, err
	}
	answer := make([]byte, n)
	_, err := io.ReadFull(conn, answer)
	return answer, err
}

// bound5 reads away the address that the proxy connects from.
func bound5(conn net.Conn, kind byte) error {
	lengths := map[byte]int{1: 4, 4: 16}
	n, known := lengths[kind]
	if kind == 3 { // a name, with its length before it
		length, err := exchanged(conn, nil, 1)
		if err != nil {
			return err
		}
		n, known = int(length[0]), true
	}
	if !known {
		return errors.New("its answer is not SOCKS5")
	}
	_, err := exchanged(conn, nil, n+2)
	return err
}

// socksReply is a reply of RFC 1928 section 6. The proxy has seen what it says.
func socksReply(code byte) (FailureKind, error) {
	switch code {
	case 2:
		return KindProtocol, errors.New("its rules do not allow this connection")
	case 3:
		return KindUnreachable, errors.New("it says that the network is unreachable")
	case 4:
		return KindUnreachable, errors.New("it says that the host is unreachable")
	case 5:
		return KindRefused, errors.New("it says that the connection was refused")
	case 6:
		return KindTimeout, errors.New("it says that the time to live has expired")
	}
	return KindProtocol, fmt.Errorf("it makes no connection to the target (reply %d)", code)
}

// URL is the proxy with its password: for a client of HTTP that connects through it.
func (p *Proxy) URL() *url.URL {
	out := p.url
	if user := p.url.User.Username(); user != "" {
		out.User = url.UserPassword(user, p.password)
	}
	return &out
}
