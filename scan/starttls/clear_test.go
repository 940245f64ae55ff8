package starttls

import (
	"context"
	"io"
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// clearOf speaks a kind's way on without TLS to a scripted peer: it says its words in turn, and after each hears what is wanted.
func clearOf(t *testing.T, kind string, script ...[2]string) error {
	t.Helper()
	var clearWay Func
	for _, k := range Kinds() {
		if k.Name == kind {
			clearWay = k.Clear
		}
	}
	require.NotNil(t, clearWay)
	ours, theirs := net.Pipe()
	failed := make(chan error, 1)
	go func() {
		defer theirs.Close()
		for _, step := range script {
			if _, err := io.WriteString(theirs, step[0]); err != nil {
				failed <- err
				return
			}
			got := make([]byte, len(step[1]))
			if _, err := io.ReadFull(theirs, got); err != nil {
				failed <- err
				return
			}
			if string(got) != step[1] {
				failed <- assert.AnError
				return
			}
		}
		failed <- nil
	}()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	_, err := clearWay(ctx, ours, "localhost")
	_ = ours.Close()
	require.NoError(t, <-failed)
	return err
}

func TestTN3270InClear(t *testing.T) {
	const wont, doTerminal = "\xff\xfc\x2e", "\xff\xfd\x18"
	assert.NoError(t, clearOf(t, "tn3270", [2]string{doTLS, wont}, [2]string{doTerminal, ""}), "CONNTYPE ANY")
	assert.NoError(t, clearOf(t, "tn3270", [2]string{doTLS, wont}, [2]string{"\xff\xfe\x2e" + doTerminal, ""}), "DONT first")
	assert.NoError(t, clearOf(t, "tn3270", [2]string{doTLS, wont}, [2]string{"login:", ""}), "text")
	assert.NoError(t, clearOf(t, "tn3270", [2]string{doTerminal, ""}), "CONNTYPE BASIC")
	assert.ErrorIs(t, clearOf(t, "tn3270", [2]string{doTLS, wont}), io.ErrUnexpectedEOF, "CONNTYPE NEGTSECURE")
	assert.ErrorIs(t, clearOf(t, "tn3270", [2]string{doTerminal + doTLS, wont}), io.ErrUnexpectedEOF, "another option, and then it asks")
	var other *Unexpected
	assert.ErrorAs(t, clearOf(t, "tn3270", [2]string{"220 hello\r\n", ""}), &other)
}

func TestFTPInClear(t *testing.T) {
	const user = "USER portseal\r\n"
	var refused *Refused
	var other *Unexpected
	assert.NoError(t, clearOf(t, "ftp", [2]string{"220-hello\r\n220 ready\r\n", user}, [2]string{"331 Send password please.\r\n", ""}))
	assert.NoError(t, clearOf(t, "ftp", [2]string{"220 ready\r\n", user}, [2]string{"230 in\r\n", ""}))
	assert.ErrorAs(t, clearOf(t, "ftp", [2]string{"220 ready\r\n", user}, [2]string{"534 TLS first\r\n", ""}), &refused)
	assert.ErrorAs(t, clearOf(t, "ftp", [2]string{"220 ready\r\n", user}, [2]string{"421 busy\r\n", ""}), &other)
	assert.ErrorAs(t, clearOf(t, "ftp", [2]string{"421 busy\r\n", ""}), &other)
}

// taken and demanded are dialogues without TLS that a peer goes on with, and that it ends because it demands TLS, by kind.
func taken() map[string][]script {
	return map[string][]script{
		"smtp": {
			{"S:220 m\r\n", "C:EHLO localhost\r\n", "S:250-m\r\n250-STARTTLS\r\n250 AUTH PLAIN\r\n"},
			{"S:220 m\r\n", "C:EHLO localhost\r\n", "S:250-m\r\n250 STARTTLS\r\n", "C:MAIL FROM:<>\r\n", "S:250 ok\r\n"},
			{"S:220 m\r\n", "C:EHLO localhost\r\n", "S:502 what\r\n", "C:MAIL FROM:<>\r\n", "S:250 ok\r\n"},
		},
		"lmtp": {{"S:220 m\r\n", "C:LHLO localhost\r\n", "S:250 m\r\n", "C:MAIL FROM:<>\r\n", "S:250 ok\r\n"}},
		"imap": {
			{"S:* PREAUTH x\r\n"}, {"S:* OK x\r\n", "C:p1 CAPABILITY\r\n", "S:* CAPABILITY IMAP4rev1 STARTTLS\r\np1 OK\r\n"},
			{"S:* OK x\r\n", "C:p1 CAPABILITY\r\n", "S:* capability imap4rev1 logindisabled auth=plain\r\n* 1 EXISTS\r\np1 OK\r\n"},
		},
		"pop3": {
			{"S:+OK\r\n", "C:CAPA\r\n", "S:+OK\r\nUIDL\r\nuser\r\n.\r\n"}, {"S:+OK\r\n", "C:CAPA\r\n", "S:+OK\r\nSASL PLAIN\r\n.\r\n"},
			{"S:+OK\r\n", "C:CAPA\r\n", "S:-ERR\r\n", "C:USER portseal\r\n", "S:+OK\r\n"},
		},
		"ldap":     {{"C:" + ldapSearch, "S:\x30\x09\x02\x01\x01\x64\x04\x04\x00\x30\x00"}, {"C:" + ldapSearch, "S:" + searchDone(1, 0)}},
		"postgres": {{"C:" + postgresStartup, "S:R\x00\x00\x00\x08\x00\x00\x00\x05salt"}, {"C:" + postgresStartup, "S:" + postgresError("28000", "InitializeSessionUserId")}},
		"mssql":    {{"C:" + tdsRequest(2), "S:" + tdsAnswer(2, 99)}},
		"drda":     {{"C:" + drdaRequest, "S:\x00\x10\xd0\x02\x00\x01\x00\x0a\x14\x43\x00\x06\x11\x5e\xc4\xc2"}},
		"nntp": {
			{"S:200 x\r\n", "C:" + nntpStat, "S:430 no such article\r\n"}, {"S:201 x\r\n", "C:" + nntpStat, "S:480 who are you\r\n", "C:AUTHINFO USER portseal\r\n", "S:381 and\r\n"},
		},
		"rdp":         {{"C:" + rdpPlain, "S:" + rdpConfirm(2, 0)}, {"C:" + rdpPlain, "S:\x03\x00\x00\x0b\x06\xd0\x00\x00\x12\x34\x00"}},
		"sieve":       {{"S:\"IMPLEMENTATION\" {5}\r\n\"SAS\r\n\"sasl\" \"PLAIN\"\r\n\"STARTTLS\"\r\nOK\r\n"}},
		"telnet":      {{"S:" + doTLS, "C:\xff\xfc\x2e", "S:login: "}},
		"xmpp":        {xmppOffers("<starttls" + xmppTLS + "/><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>PLAIN</mechanism></mechanisms>"), xmppOffers("<auth xmlns='http://jabber.org/features/iq-auth'/>")},
		"xmpp-server": {{"C:" + xmppServerOpen, "S:" + xmppServerHeader + "<stream:features><starttls" + xmppTLS + "/><dialback xmlns='urn:xmpp:features:dialback'/></stream:features>"}},
		"vnc": {
			{"S:RFB 003.008\n", "C:RFB 003.008\n", "S:" + rfbTypes}, {"S:RFB 003.008\n", "C:RFB 003.008\n", "S:\x01\x01"},
			{"S:RFB 003.003\n", "C:RFB 003.003\n", "S:\x00\x00\x00\x02"},
			{"S:RFB 003.008\n", "C:RFB 003.008\n", "S:\x01\x13", "C:\x13", "S:\x00\x02", "C:\x00\x02", "S:\x00\x02\x00\x00\x01\x04\x00\x00\x01\x00"},
		},
	}
}

// xmppOffers is a stream for clients with those features.
func xmppOffers(features string) script {
	return script{"C:" + xmppOpen, "S:" + xmppHeader + "<stream:features>" + features + "</stream:features>"}
}

func demanded() map[string][]script {
	return map[string][]script{
		"smtp":     {{"S:220 m\r\n", "C:EHLO localhost\r\n", "S:250-m\r\n250 STARTTLS\r\n", "C:MAIL FROM:<>\r\n", "S:530 Must issue a STARTTLS command first\r\n"}},
		"lmtp":     {{"S:220 m\r\n", "C:LHLO localhost\r\n", "S:250 m\r\n", "C:MAIL FROM:<>\r\n", "S:530 no\r\n"}},
		"imap":     {{"S:* OK x\r\n", "C:p1 CAPABILITY\r\n", "S:* CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED\r\np1 OK\r\n"}},
		"pop3":     {{"S:+OK\r\n", "C:CAPA\r\n", "S:+OK\r\nSTLS\r\nSASL\r\n.\r\n"}, {"S:+OK\r\n", "C:CAPA\r\n", "S:-ERR\r\n", "C:USER portseal\r\n", "S:-ERR\r\n"}},
		"ldap":     {{"C:" + ldapSearch, "S:" + searchDone(1, 13)}, {"C:" + ldapSearch, "S:" + searchDone(1, 8)}},
		"postgres": {{"C:" + postgresStartup, "S:" + postgresError("28000", "ClientAuthentication")}},
		"mssql":    {{"C:" + tdsRequest(2), "S:" + tdsAnswer(3, 99)}},
		"drda":     {{"C:" + drdaRequest, "S:\x15\x03\x01\x00\x02\x02\x0a"}},
		"nntp": {
			{"S:200 x\r\n", "C:" + nntpStat, "S:483 TLS first\r\n"},
			{"S:200 x\r\n", "C:" + nntpStat, "S:480 who are you\r\n", "C:AUTHINFO USER portseal\r\n", "S:483 TLS first\r\n"},
		},
		"rdp":   {{"C:" + rdpPlain, "S:" + rdpConfirm(3, 1)}, {"C:" + rdpPlain, "S:" + rdpConfirm(3, 5)}},
		"sieve": {{"S:\"SASL\" \"\"\r\n\"STARTTLS\"\r\nOK\r\n"}, {"S:\"STARTTLS\"\r\nOK\r\n"}},
		"xmpp": {
			xmppOffers("<starttls" + xmppTLS + "><required/></starttls><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>PLAIN</mechanism></mechanisms>"),
			xmppOffers("<starttls" + xmppTLS + "/><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>"),
		},
		"xmpp-server": {{"C:" + xmppServerOpen, "S:" + xmppServerHeader + "<stream:features><starttls" + xmppTLS + "><required/></starttls></stream:features>"}},
		"vnc": {
			{"S:RFB 003.008\n", "C:RFB 003.008\n", "S:\x01\x13", "C:\x13", "S:\x00\x02", "C:\x00\x02", "S:\x00\x01\x00\x00\x01\x04"},
			{"S:RFB 003.008\n", "C:RFB 003.008\n", "S:\x01\x12"},
		},
	}
}

// unclear are answers that say nothing of TLS.
func unclear() map[string][]script {
	return map[string][]script{
		"smtp": {{"S:421 busy\r\n"}, {"S:220 m\r\n", "C:EHLO localhost\r\n", "S:250 m\r\n", "C:MAIL FROM:<>\r\n", "S:451 later\r\n"}},
		"imap": {{"S:* BYE\r\n"}, {"S:* OK x\r\n", "C:p1 CAPABILITY\r\n", "S:p1 OK\r\n"}, {"S:* OK x\r\n", "C:p1 CAPABILITY\r\n", "S:p1 BAD\r\n"}},
		"pop3": {{"S:-ERR busy\r\n"}, {"S:+OK\r\n", "C:CAPA\r\n", "S:+ what\r\n"}},
		"ldap": {{"C:" + ldapSearch, "S:" + searchDone(0, 0)}, {"C:" + ldapSearch, "S:" + searchDone(1, 51)}, {"C:" + ldapSearch, "S:\x30\x03\x02\x01\x01"}},
		"postgres": {{"C:" + postgresStartup, "S:" + postgresError("53300", "InitProcess")}, {"C:" + postgresStartup, "S:N"},
			{"C:" + postgresStartup, "S:E\x00\x00\x00\x02"}},
		"mssql": {{"C:" + tdsRequest(2), "S:" + tdsAnswer(0, 99)}},
		"drda": {
			{"C:" + drdaRequest, "S:\x00\x15\xd0\x02\x00\x01\x00\x0f\x12L\x00\x06\x11I\x00\x08\x00\x05\x11J\x03"},
			{"C:" + drdaRequest, "S:HTTP/1.1 400"},
		},
		"nntp":        {{"S:400 busy\r\n"}, {"S:200 x\r\n", "C:" + nntpStat, "S:500 what\r\n"}},
		"rdp":         {{"C:" + rdpPlain, "S:" + rdpConfirm(3, 4)}},
		"sieve":       {{"S:BYE\r\n"}},
		"xmpp-server": {{"C:" + xmppServerOpen, "S:" + xmppServerHeader + "<stream:features/>"}},
		"vnc": {{"S:RFB 003.008\n", "C:RFB 003.008\n", "S:\x02\x05\x12"},
			{"S:RFB 003.008\n", "C:RFB 003.008\n", "S:\x02\x05\x13", "C:\x13", "S:\x00\x02", "C:\x00\x02", "S:\x00\x01\x00\x00\x01\x04"}},
	}
}

const (
	drdaRequest = "\x00\x2a\xd0\x01\x00\x01\x00\x24\x10\x41\x00\x0c\x11\x5e\x97\x96\x99\xa3\xa2\x85\x81\x93" +
		"\x00\x14\x14\x04\x14\x03\x00\x07\x24\x07\x00\x07\x24\x0f\x00\x07\x14\x40\x00\x07"
	nntpStat   = "STAT <portseal@localhost.invalid>\r\n"
	rdpPlain   = "\x03\x00\x00\x13\x0e\xe0\x00\x00\x00\x00\x00\x01\x00\x08\x00\x00\x00\x00\x00"
	ldapSearch = "\x30\x2a\x02\x01\x01\x63\x25\x04\x00\x0a\x01\x00\x0a\x01\x00\x02\x01\x01\x02\x01\x00\x01\x01\x00\x87\x0bobjectClass\x30\x05\x04\x031.1"
	// The length stands before all, itself among them.
	postgresStartup = "\x00\x00\x00\x29\x00\x03\x00\x00user\x00portseal\x00database\x00portseal\x00\x00"
)

func searchDone(id, code byte) string {
	return "\x30\x0c\x02\x01" + string([]byte{id}) + "\x65\x07\x0a\x01" + string([]byte{code}) + "\x04\x00\x04\x00"
}

func postgresError(sqlstate, routine string) string {
	fields := "SFATAL\x00VFATAL\x00C" + sqlstate + "\x00Mno\x00R" + routine + "\x00\x00"
	return "E\x00\x00\x00" + string([]byte{byte(4 + len(fields))}) + fields
}

// TestClear: what is taken, what is refused because TLS is demanded, and what says nothing.
func TestClear(t *testing.T) {
	for _, k := range Kinds() {
		assert.Equal(t, k.Clear != nil, k.Served != "", k.Name)
		assert.Equal(t, k.Clear == nil && k.Name != "ftp-implicit", k.Unseen != "", k.Name)
		if k.Clear != nil && k.Name != "ftp" && k.Name != "tn3270" {
			assert.NotEmpty(t, taken()[k.Name], k.Name)
			assert.True(t, k.Name == "telnet" || len(demanded()[k.Name]) > 0, k.Name) // it ends the connection
		}
	}
	each(t, taken(), func(t *testing.T, kind string, s script) { assert.NoError(t, talkClear(t, kind, s)) })
	each(t, demanded(), func(t *testing.T, kind string, s script) {
		var refused *Refused
		assert.ErrorAs(t, talkClear(t, kind, s), &refused)
	})
	each(t, unclear(), func(t *testing.T, kind string, s script) {
		var other *Unexpected
		assert.ErrorAs(t, talkClear(t, kind, s), &other)
	})
}

// talkClear plays a script to a kind's way on without TLS.
func talkClear(t *testing.T, kind string, s script) error {
	t.Helper()
	ours, theirs := net.Pipe()
	surprise := make(chan string)
	go func() {
		surprise <- s.play(theirs)
		_, _ = io.Copy(io.Discard, theirs)
	}()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for _, k := range Kinds() {
		if k.Name == kind {
			_, err := k.Clear(ctx, ours, "host.example.com")
			_ = ours.Close()
			assert.Empty(t, <-surprise, "the peer heard something else than it should")
			return err
		}
	}
	t.Fatal(kind)
	return nil
}
