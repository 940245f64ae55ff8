package starttls

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// openings are first octets, by the protocol that they are known as; those of Derby were recorded.
func openings() map[string][]string {
	return map[string][]string{
		"ssh":         {"SSH-2.0-OpenSSH_9.2p1\r\n", "SSH-1.99-x\r\n"},
		"http":        {"HTTP/1.1 400 Bad Request\r\n\r\n", "HTTP/1.0 400 x\r\n"},
		"imap":        {"* OK [CAPABILITY IMAP4rev1] Dovecot ready.\r\n", "* BYE busy\r\n", "* PREAUTH hello\r\n"},
		"pop3":        {"+OK Dovecot ready.\r\n", "+OK\r\n"},
		"sieve":       {"\"IMPLEMENTATION\" \"Dovecot Pigeonhole\"\r\n", "BYE \"Input buffer full, aborting\"\r\n", "BYE (TRYLATER) \"busy\"\r\n"},
		"irc":         {":irc.example.com NOTICE * :*** Looking up your hostname...\r\n", "NOTICE AUTH :*** Checking ident\r\n", "ERROR :Closing link: (x@y) [No more]\r\n"},
		"smtp":        {"220 ftp.example.com ESMTP Postfix\r\n", "220-mail.example.com\r\n220 SMTP\r\n", "554 SMTP synchronization error\r\n"},
		"lmtp":        {"220 mail.example.com LMTP\r\n"},
		"ftp":         {"220 (vsFTPd 3.0.3)\r\n", "220-FTPD1 IBM FTP CS V3R1 at SYSA\r\n220 x\r\n", "220 ProFTPD Server\r\n"},
		"nntp":        {"200 news.example.com InterNetNews NNRP server INN 2.7.1 ready (posting ok)\r\n", "201 NNTP\r\n"},
		"vnc":         {"RFB 003.008\n", "RFB 003.008\n\x00\x00"},
		"xmpp":        {"<?xml version='1.0'?><stream:stream xmlns:stream='http://etherx.jabber.org/streams' version='1.0' xmlns='jabber:client'>"},
		"xmpp-server": {xmppServerHeader},
		"telnet":      {"\xff\xfd\x18", doTLS},
		"tn3270":      {"\xff\xfd\x28", doTLS + "\xff\xfd\x28"},
		"rdp":         {rdpConfirm(2, 1), rdpConfirm(3, 2), "\x03\x00\x00\x09\x02\xF0\x80\x21\x80"},
		"mysql":       {mysqlGreeting("\xff\xff"), "\x17\x00\x00\x00\xff\x10\x04Too many connections"},
		"postgres":    {"E\x00\x00\x00\x20SFATAL\x00VFATAL\x00C53300\x00Mfull\x00\x00"},
		"ldap":        {"\x30\x24\x02\x01\x00\x78\x1f\x0a\x01\x02\x04\x00\x04\x00\x8a\x161.3.6.1.4.1.1466.20036"},
		"drda": {"\x00\x1b\xd0\x02\x00\x01\x00\x15\x12L\x00\x06\x11I\x00\x08\x00\x06\x00\x0c\x00\x00\x00\x05\x11J\x03",
			"\x00\x2b\xd0\x02\x00\x01\x00\x25\x14C\x00\x1d\x11^"},
		"ibm-mq": {"TSH \x00\x00\x00\x1c\x01\x05", "\xe3\xe2\xc8\x40\x00\x00\x01\x0c\x01\x01"},
		"nje":    {"\xd5\xc1\xd2\x40\x40\x40\x40\x40rest", "\xd6\xd7\xc5\xd5\x40\x40\x40\x40"},
		"": {"", "220 ready\r\n", "220 ftp.example.com ready\r\n", "220 FTP and SMTP\r\n", "200 hello, who are you?\r\n", "-ERR unknown command\r\n", "login: ",
			"<stream:stream xmlns:stream='http://etherx.jabber.org/streams'>", "\x03\x00\x00\x0b\x06\xd0\x00\x00\x12\x34\x00", "\xff\xf1x",
			"TSH \xff\xff\xff\xff\x00", "\x00\x1b\xd0\x02\x00\x01\x00\x16\x12L", "\x15\x03\x01\x00\x02\x02\x28", "SSH-", "E\x00\x00\x00\x05S\x00"},
	}
}

func TestRecognise(t *testing.T) {
	for want, list := range openings() {
		for _, first := range list {
			assert.Equal(t, want, Recognise([]byte(first)), "%q", first)
		}
	}
}

// TestRecognisedNamesAreKinds: what leads to TLS is called as its kind is.
func TestRecognisedNamesAreKinds(t *testing.T) {
	for _, s := range signs() {
		_, ok := Lookup(s.name)
		assert.Equal(t, s.name != "ssh" && s.name != "http" && s.name != "drda" && s.name != "ibm-mq" && s.name != "nje", ok, s.name)
		assert.NotEmpty(t, openings()[s.name], s.name)
	}
}

// FuzzRecognise: no octets are known as two protocols.
func FuzzRecognise(f *testing.F) {
	for _, list := range openings() {
		for _, first := range list {
			f.Add([]byte(first))
		}
	}
	f.Fuzz(func(t *testing.T, first []byte) {
		var names []string
		for _, s := range signs() {
			if s.is(first) {
				names = append(names, s.name)
			}
		}
		require.LessOrEqual(t, len(names), 1, "%v", names)
	})
}
