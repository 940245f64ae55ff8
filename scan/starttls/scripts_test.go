package starttls

import "strings"

const (
	ldapRequest  = "\x30\x1d\x02\x01\x01\x77\x18\x80\x161.3.6.1.4.1.1466.20037"
	mysqlRequest = "\x20\x00\x00\x01\x00\x8a\x00\x00\x00\x00\x00\x01\x21"
	xmppOpen     = "<?xml version='1.0'?><stream:stream to='host.example.com' version='1.0' xml:lang='en' " +
		"xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>"
	xmppHeader = "<?xml version='1.0'?><stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' " +
		"id='1' from='host.example.com' version='1.0'>"
	xmppServerOpen = "<?xml version='1.0'?><stream:stream to='host.example.com' version='1.0' xml:lang='en' " +
		"xmlns='jabber:server' xmlns:stream='http://etherx.jabber.org/streams'>"
	xmppServerHeader = "<?xml version='1.0'?><stream:stream xmlns='jabber:server' xmlns:stream='http://etherx.jabber.org/streams' " +
		"id='1' from='host.example.com' version='1.0'>"
	xmppTLS = " xmlns='urn:ietf:params:xml:ns:xmpp-tls'"
	// What telnet's sides say: DO, WILL, FOLLOWS.
	doTLS, willTLS, follows = "\xff\xfd\x2e", "\xff\xfb\x2e", "\xff\xfa\x2e\x01\xff\xf0"

	rdpRequest = "\x03\x00\x00\x13\x0e\xe0\x00\x00\x00\x00\x00\x01\x00\x08\x00\x0b\x00\x00\x00"
	rfbTypes   = "\x02\x02\x13" // VNC authentication and VeNCrypt
)

// rdpConfirm is an X.224 connection confirm with negotiation data.
func rdpConfirm(kind, value byte) string {
	return "\x03\x00\x00\x13\x0e\xd0\x00\x00\x12\x34\x00" + string([]byte{kind, 0, 8, 0, value, 0, 0, 0})
}

// tdsRequest is PRELOGIN as it is sent, and tdsAnswer a response to it, in packets of so many octets.
func tdsRequest(encryption byte) string {
	return "\x12\x01\x00\x29\x00\x00\x01\x00" + "\x00\x00\x15\x00\x06\x01\x00\x1b\x00\x01\x02\x00\x1c\x00\x01\x03\x00\x1d\x00\x04\xff" +
		strings.Repeat("\x00", 6) + string([]byte{encryption}) + strings.Repeat("\x00", 5)
}

func tdsAnswer(encryption byte, each int) string {
	body := "\x00\x00\x0b\x00\x06\x01\x00\x11\x00\x01\xff\x0f\x00\x07\xd0\x00\x00" + string([]byte{encryption})
	var out strings.Builder
	for at := 0; at < len(body); at += each {
		data := body[at:min(at+each, len(body))]
		status := byte(0)
		if at+each >= len(body) {
			status = 1
		}
		out.Write([]byte{4, status, 0, byte(8 + len(data)), 0, 0, 1, 0})
		out.WriteString(data)
	}
	return out.String()
}

// mysqlGreeting is a handshake packet with these lower capabilities, as MariaDB writes it.
func mysqlGreeting(capabilities string) string {
	packet := "\x0a8.0.36\x00\x01\x00\x00\x00abcdefgh\x00" + capabilities + "\x21\x02\x00\xff\xc1\x15" + strings.Repeat("\x00", 10) +
		"abcdefghijkl\x00caching_sha2_password\x00"
	return string([]byte{byte(len(packet)), 0, 0, 0}) + packet
}

// ldapAnswer is an ExtendedResponse with short lengths.
func ldapAnswer(id, code byte, diagnostic string) string {
	op := "\x0a\x01" + string([]byte{code}) + "\x04\x00\x04" + string([]byte{byte(len(diagnostic))}) + diagnostic
	body := "\x02\x01" + string([]byte{id}) + "\x78" + string([]byte{byte(len(op))}) + op
	return "\x30" + string([]byte{byte(len(body))}) + body
}

// good are dialogues that lead to TLS, by kind; the first of each is the usual one.
func good() map[string][]script {
	return map[string][]script{
		"smtp": {
			{"S:220 mail.example.com ESMTP\r\n", "C:EHLO localhost\r\n",
				"S:250-mail.example.com\r\n250-SIZE 1000\r\n250-STARTTLS\r\n250 HELP\r\n",
				"C:STARTTLS\r\n", "S:220 2.0.0 go ahead\r\n"},
			{"S:220-mail.example.com\r\n220 welcome\r\n", "C:EHLO localhost\r\n", "S:250-mail\r\n250 starttls\r\n", "C:STARTTLS\r\n",
				"S:220\r\n"},
		},
		"lmtp": {{"S:220 mail.example.com LMTP\r\n", "C:LHLO localhost\r\n", "S:250-mail.example.com\r\n250 STARTTLS\r\n",
			"C:STARTTLS\r\n", "S:220 2.0.0 go ahead\r\n"}},
		"ftp": {
			{"S:220-FTPD1 IBM FTP CS at SYSA, 10:00:00 on 2026-11-22.\r\n220 Connection will close if idle for more than 5 minutes.\r\n",
				"C:AUTH TLS\r\n", "S:234 Security environment established - ready for negotiation\r\n"},
			{"S:120 in a minute\r\n220-a banner\r\n  221 of free text\r\n220 ready\r\n", "C:AUTH TLS\r\n", "S:234 yes\r\n"},
		},
		"ftp-implicit": {{"S:220-FTPD1 IBM FTP CS at SYSA\r\n220 Connection will close if idle.\r\n"}},
		"imap": {
			{"S:* OK [CAPABILITY IMAP4rev1] ready\r\n", "C:p1 STARTTLS\r\n", "S:p1 OK begin TLS\r\n"},
			{"S:* ok hello\n", "C:p1 STARTTLS\r\n", "S:* CAPABILITY IMAP4rev2\r\np1 ok\r\n"},
		},
		"pop3": {{"S:+OK POP3 <1@example.com>\r\n", "C:STLS\r\n", "S:+OK begin TLS\r\n"}},
		"nntp": {
			{"S:200 news.example.com ready\r\n", "C:STARTTLS\r\n", "S:382 continue\r\n"},
			{"S:201 no posting\r\n", "C:STARTTLS\r\n", "S:382\r\n"},
		},
		"sieve": {
			{"S:\"IMPLEMENTATION\" \"x\"\r\n\"STARTTLS\"\r\nOK \"ready\"\r\n", "C:STARTTLS\r\n", "S:OK \"begin TLS\"\r\n"},
			{"S:\"IMPLEMENTATION\" {6+}\r\nNO\r\nOK\r\nok {4}\r\nNO\r\n\r\n", "C:STARTTLS\r\n", "S:OK (WARNINGS) {2}\r\nx\n\r\n"},
		},
		"ldap": {
			{"C:" + ldapRequest, "S:" + ldapAnswer(1, 0, "")},
			{"C:" + ldapRequest, "S:\x30\x84\x00\x00\x00\x28\x02\x01\x01" +
				"\x78\x84\x00\x00\x00\x1f\x0a\x01\x00\x04\x00\x04\x00\x8a\x161.3.6.1.4.1.1466.20037"},
		},
		"postgres": {{"C:\x00\x00\x00\x08\x04\xd2\x16\x2f", "S:S"}},
		"mysql":    {{"S:" + mysqlGreeting("\xff\xff"), "C:" + mysqlRequest + strings.Repeat("\x00", 23)}},
		"xmpp": {
			{"C:" + xmppOpen, "S:" + xmppHeader,
				"S:<stream:features><starttls" + xmppTLS + "><required/></starttls><other xmlns='x'><deep/></other></stream:features>",
				"C:<starttls" + xmppTLS + "/>", "S:<proceed" + xmppTLS + "/>"},
			{"C:" + xmppOpen, "S:" + xmppHeader + "<stream:features><starttls" + xmppTLS + "/></stream:features>",
				"C:<starttls" + xmppTLS + "/>", "S: <proceed" + xmppTLS + "></proceed>"},
		},
		"irc": {
			{"C:STARTTLS\r\n", "S::irc.example.com 670 * :STARTTLS successful, go ahead with TLS handshake\r\n"},
			{"C:STARTTLS\r\n", "S:NOTICE AUTH :*** Looking up your hostname...\r\nPING :42\r\n", "C:PONG :42\r\n",
				"S:@time=x :irc.example.com  NOTICE * :hello\r\n:irc.example.com 670 * :go\r\n"},
		},
		"rdp": {
			{"C:" + rdpRequest, "S:" + rdpConfirm(2, 1)},
			{"C:" + rdpRequest, "S:" + rdpConfirm(2, 8)},
		},
		"mssql": {
			{"C:" + tdsRequest(1), "S:" + tdsAnswer(1, 99)},
			{"C:" + tdsRequest(1), "S:" + tdsAnswer(3, 7)},
		},
		"vnc": {
			{"S:RFB 003.008\n", "C:RFB 003.008\n", "S:" + rfbTypes, "C:\x13", "S:\x00\x02", "C:\x00\x02",
				"S:\x00\x03\x00\x00\x01\x00\x00\x00\x01\x02\x00\x00\x01\x05", "C:\x00\x00\x01\x05", "S:\x01"},
			{"S:RFB 003.007\n", "C:RFB 003.007\n", "S:\x01\x13", "C:\x13", "S:\x00\x02", "C:\x00\x02",
				"S:\x00\x01\x00\x00\x01\x01", "C:\x00\x00\x01\x01", "S:\x01"},
			{"S:RFB 005.000\n", "C:RFB 003.008\n", "S:\x01\x13", "C:\x13", "S:\x00\x02", "C:\x00\x02",
				"S:\x00\x01\x00\x00\x01\x04", "C:\x00\x00\x01\x04", "S:\x01"},
		},
		"telnet": {
			{"C:" + willTLS, "S:" + doTLS, "C:" + follows, "S:" + follows},
			{"C:" + willTLS, "S:\xff\xfb\x01", "C:\xff\xfe\x01", "S:" + doTLS, "C:" + follows, "S:" + follows},
		},
		"xmpp-server": {{"C:" + xmppServerOpen, "S:" + xmppServerHeader + "<stream:features><starttls" + xmppTLS + "/></stream:features>",
			"C:<starttls" + xmppTLS + "/>", "S:<proceed" + xmppTLS + "/>"}},
		"tn3270": {
			{"S:" + doTLS, "C:" + willTLS + follows, "S:" + follows},
			// The server asks for its other options too: they are refused, and never after FOLLOWS.
			{"S:\xff\xfd\x18", "C:" + willTLS + "\xff\xfc\x18", "S:\xff\xfb\x01", "C:\xff\xfe\x01",
				"S:\xff\xfe\x03" + doTLS, "C:" + follows,
				"S:\xff\xfd\x28" + doTLS + "\xff\xfa\x18\x01\xff\xff\xff\xf0" + follows},
			// The server waits to be offered it.
			{"C:" + willTLS, "S:" + doTLS, "C:" + follows, "S:\xff\xf1" + follows},
		},
	}
}

// refusals are dialogues in which the peer says no, by kind.
func refusals() map[string][]script {
	ehlo := func(last string) script {
		return script{"S:220 m\r\n", "C:EHLO localhost\r\n", "S:250-m\r\n250 STARTTLS\r\n", "C:STARTTLS\r\n", "S:" + last}
	}
	return map[string][]script{
		"smtp": {
			{"S:220 m\r\n", "C:EHLO localhost\r\n", "S:250-m\r\n250 SIZE\r\n"},
			{"S:220 m\r\n", "C:EHLO localhost\r\n", "S:250 STARTTLS\r\n"}, // that is the server's name
			{"S:220 m\r\n", "C:EHLO localhost\r\n", "S:502 unknown\r\n"},
			ehlo("454 not now\r\n"), ehlo("502-no\r\n502 such command\r\n"),
		},
		"lmtp": {{"S:220 m\r\n", "C:LHLO localhost\r\n", "S:250 m\r\n"}},
		"ftp": {{"S:220 m\r\n", "C:AUTH TLS\r\n", "S:534 Server is not willing to accept security.\r\n"}, {"S:220 m\r\n",
			"C:AUTH TLS\r\n", "S:431 no\r\n"}},
		"imap": {{"S:* OK x\r\n", "C:p1 STARTTLS\r\n", "S:p1 BAD unknown\r\n"}, {"S:* OK x\r\n", "C:p1 STARTTLS\r\n",
			"S:p1 NO\r\n"}, {"S:* PREAUTH x\r\n"}},
		"pop3":     {{"S:+OK x\r\n", "C:STLS\r\n", "S:-ERR unknown\r\n"}},
		"nntp":     {{"S:200 x\r\n", "C:STARTTLS\r\n", "S:580 no\r\n"}, {"S:200 x\r\n", "C:STARTTLS\r\n", "S:500 what\r\n"}},
		"sieve":    {{"S:OK\r\n", "C:STARTTLS\r\n", "S:NO \"no TLS\"\r\n"}},
		"ldap":     {{"C:" + ldapRequest, "S:" + ldapAnswer(1, 2, "unsupported")}},
		"postgres": {{"C:\x00\x00\x00\x08\x04\xd2\x16\x2f", "S:N"}},
		"mysql":    {{"S:" + mysqlGreeting("\xff\xf7")}},
		"xmpp": {
			{"C:" + xmppOpen, "S:" + xmppHeader + "<stream:features><other xmlns='x'/></stream:features>"},
			{"C:" + xmppOpen, "S:<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>"},
			{"C:" + xmppOpen, "S:" + xmppHeader + "<stream:features><starttls" + xmppTLS + "/></stream:features>",
				"C:<starttls" + xmppTLS + "/>",
				"S:<failure" + xmppTLS + "/></stream:stream>"},
		},
		"irc": {
			{"C:STARTTLS\r\n", "S::irc.example.com 691 * :STARTTLS failure\r\n"},
			{"C:STARTTLS\r\n", "S::irc.example.com 421 * STARTTLS :Unknown command\r\n"},
			{"C:STARTTLS\r\n", "S::irc.example.com 451 * :Connection not registered\r\n"},
		},
		"rdp": {
			{"C:" + rdpRequest, "S:" + rdpConfirm(2, 0)}, {"C:" + rdpRequest, "S:" + rdpConfirm(3, 2)}, {"C:" + rdpRequest, "S:" + rdpConfirm(3, 3)},
			{"C:" + rdpRequest, "S:\x03\x00\x00\x0b\x06\xd0\x00\x00\x12\x34\x00"},
		},
		"mssql": {{"C:" + tdsRequest(1), "S:" + tdsAnswer(2, 99)}},
		"vnc": {
			{"S:RFB 003.003\n", "C:RFB 003.003\n", "S:\x00\x00\x00\x02"}, {"S:RFB 003.008\n", "C:RFB 003.008\n", "S:\x02\x01\x02"},
			{"S:RFB 003.008\n", "C:RFB 003.008\n", "S:\x01\x13", "C:\x13", "S:\x00\x02", "C:\x00\x02", "S:\x00\x01\x00\x00\x01\x00"},
			{"S:RFB 003.008\n", "C:RFB 003.008\n", "S:\x01\x13", "C:\x13", "S:\x00\x02", "C:\x00\x02", "S:\x00\x01\x00\x00\x01\x04",
				"C:\x00\x00\x01\x04", "S:\x00"},
		},
		"telnet":      {{"C:" + willTLS, "S:\xff\xfe\x2e"}},
		"xmpp-server": {{"C:" + xmppServerOpen, "S:" + xmppHeader + "<stream:features/>"}},
		"tn3270": {
			{"S:\xff\xfd\x18", "C:" + willTLS + "\xff\xfc\x18", "S:\xff\xfe\x2e"},
			{"C:" + willTLS, "S:\xff\xfc\x2e"},
		},
	}
}

// mistakes are dialogues in the right protocol that say nothing about TLS, by kind.
func mistakes() map[string][]script {
	return map[string][]script{
		"smtp": {
			{"S:554 no service\r\n"}, {"S:421 busy\r\n"}, {"S:22\r\n"}, {"S:220_\r\n"},
			{"S:220 m\r\n", "C:EHLO localhost\r\n", "S:550 who are you\r\n"},
			{"S:220 m\r\n", "C:EHLO localhost\r\n", "S:250-m\r\n250 STARTTLS\r\n", "C:STARTTLS\r\n", "S:421 shutting down\r\n"},
			{"S:220 m\r\n", "C:EHLO localhost\r\n", "S:250-m\r\n250 STARTTLS\r\n", "C:STARTTLS\r\n", "S:250 fine\r\n"},
		},
		"ftp":          {{"S:421 busy\r\n"}, {"S:220 x\r\n", "C:AUTH TLS\r\n", "S:334 more\r\n"}},
		"ftp-implicit": {{"S:421 busy\r\n"}},
		"imap": {{"S:* BYE busy\r\n"}, {"S:* OK x\r\n", "C:p1 STARTTLS\r\n", "S:* BYE\r\n"}, {"S:* OK x\r\n",
			"C:p1 STARTTLS\r\n", "S:p2 OK\r\n"}},
		"pop3":  {{"S:-ERR busy\r\n"}, {"S:+OK\r\n", "C:STLS\r\n", "S:+ what\r\n"}},
		"nntp":  {{"S:400 busy\r\n"}, {"S:200 x\r\n", "C:STARTTLS\r\n", "S:400 busy\r\n"}},
		"sieve": {{"S:BYE\r\n"}, {"S:OK\r\n", "C:STARTTLS\r\n", "S:BYE \"busy\"\r\n"}, {"S:OK {99999}\r\n"}},
		"ldap": {
			{"C:" + ldapRequest, "S:" + ldapAnswer(0, 52, "going down")},
			{"C:" + ldapRequest, "S:" + ldapAnswer(1, 51, "busy")},
			{"C:" + ldapRequest, "S:\x30\x80\x02\x01\x01\x00\x00"},
			{"C:" + ldapRequest, "S:\x30\x84\x7f\xff\xff\xff"},
			{"C:" + ldapRequest, "S:\x30\x03\x02\x01\x01"},
			{"C:" + ldapRequest, "S:\x30\x05\x02\x01\x01\x78\x00"},
			{"C:" + ldapRequest, "S:\x30\x05\x02\x01\x01\x78\x10"},
		},
		"postgres": {{"C:\x00\x00\x00\x08\x04\xd2\x16\x2f", "S:E\x00\x00\x00\x10too many\x00"}},
		"mysql": {{"S:\x17\x00\x00\x00\xff\x10\x04Too many connections"}, {"S:\x02\x00\x00\x00\x09\x00"},
			{"S:\x02\x00\x00\x00\x0a\x00"}, {"S:\x00\x00\x00\x00"}},
		"xmpp": {
			{"C:" + xmppOpen, "S:" + xmppHeader + "<stream:error><host-unknown/></stream:error></stream:stream>"},
			{"C:" + xmppOpen, "S:" + xmppHeader + "</stream:stream>"},
			{"C:" + xmppOpen, "S:<html></html>"},
			{"C:" + xmppOpen, "S:" + xmppHeader + "<stream:features><a></b>"},
			{"C:" + xmppOpen, "S:" + xmppHeader + "<stream:features><starttls" + xmppTLS + "/></stream:features>",
				"C:<starttls" + xmppTLS + "/>", "S:<message/>"},
		},
		"irc": {{"C:STARTTLS\r\n", "S:ERROR :Closing link: too many connections\r\n"}},
		"rdp": {
			{"C:" + rdpRequest, "S:" + rdpConfirm(3, 4)}, {"C:" + rdpRequest, "S:" + rdpConfirm(2, 4)}, {"C:" + rdpRequest, "S:" + rdpConfirm(9, 1)},
			{"C:" + rdpRequest, "S:\x03\x00\x00\x04"}, {"C:" + rdpRequest, "S:\x03\x00\x00\x0b\x06\x80\x00\x00\x12\x34\x00"},
			{"C:" + rdpRequest, "S:\x03\x00\x00\x0b\x07\xd0\x00\x00\x12\x34\x00"},
		},
		"mssql": {
			{"C:" + tdsRequest(1), "S:" + tdsAnswer(0, 99)}, {"C:" + tdsRequest(1), "S:\x04\x01\x00\x09\x00\x00\x01\x00\xff"},
			{"C:" + tdsRequest(1), "S:\x04\x01\x00\x07\x00\x00\x01\x00"},
			{"C:" + tdsRequest(1), "S:\x04\x01\x00\x0e\x00\x00\x01\x00\x01\xff\xff\x00\x01\xff"},
		},
		"vnc": {
			{"S:RFB 00a.008\n"}, {"S:RFB 003.003\n", "C:RFB 003.003\n", "S:\x00\x00\x00\x00\x00\x00\x00\x04busy"}, {"S:RFB 003.008\n", "C:RFB 003.008\n", "S:\x00\x00\x00\x00\x04busy"}, {"S:RFB 003.008\n", "C:RFB 003.008\n", "S:\x01\x12"},
			{"S:RFB 003.008\n", "C:RFB 003.008\n", "S:\x00\x00\x01\x00\x00"},
			{"S:RFB 003.008\n", "C:RFB 003.008\n", "S:\x01\x13", "C:\x13", "S:\x00\x01"},
			{"S:RFB 003.008\n", "C:RFB 003.008\n", "S:\x01\x13", "C:\x13", "S:\x00\x02", "C:\x00\x02", "S:\xff\x00"},
			{"S:RFB 003.008\n", "C:RFB 003.008\n", "S:\x01\x13", "C:\x13", "S:\x00\x02", "C:\x00\x02", "S:\x00\x01\x00\x00\x01\x04",
				"C:\x00\x00\x01\x04", "S:\x02"},
		},
		"telnet":      {{"C:" + willTLS, "S:login: "}},
		"xmpp-server": {{"C:" + xmppServerOpen, "S:<html></html>"}},
		"tn3270": {
			{"S:" + follows}, // before anybody asked for it
			{"S:" + doTLS, "C:" + willTLS + follows, "S:\xff\xfa\x2e\x02\xff\xf0"},
		},
	}
}
