package starttls

import "strings"

const (
	ldapRequest  = "\x30\x1d\x02\x01\x01\x77\x18\x80\x161.3.6.1.4.1.1466.20037"
	mysqlRequest = "\x20\x00\x00\x01\x00\x8a\x00\x00\x00\x00\x00\x01\x21"
	xmppOpen     = "<?xml version='1.0'?><stream:stream to='host.example.com' version='1.0' xml:lang='en' " +
		"xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>"
	xmppHeader = "<?xml version='1.0'?><stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' " +
		"id='1' from='host.example.com' version='1.0'>"
	xmppTLS = " xmlns='urn:ietf:params:xml:ns:xmpp-tls'"
	// What telnet's sides say: DO, WILL, FOLLOWS.
	doTLS, willTLS, follows = "\xff\xfd\x2e", "\xff\xfb\x2e", "\xff\xfa\x2e\x01\xff\xf0"
)

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
		"tn3270": {
			{"S:" + follows}, // before anybody asked for it
			{"S:" + doTLS, "C:" + willTLS + follows, "S:\xff\xfa\x2e\x02\xff\xf0"},
		},
	}
}
