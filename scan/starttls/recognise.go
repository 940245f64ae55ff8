package starttls

import (
	"bytes"
	"slices"
	"strings"
	"unicode"
)

// Recognise names the protocol whose first octets from a server these are: the name of a Kind where there is one, else "http", "ssh", "drda",
// "ibm-mq" or "nje". Empty: they tell of none for certain, as "220 ready" may be FTP or SMTP, and X.224 without RDP's negotiation many things.
//
// Not every server speaks first. What is read here is what came back after a ClientHello, so that DRDA is seen by its reply to a request that
// it cannot read, and HTTP by its error 400; a server of IBM MQ, NJE, TDS or LDAP that closes without a word stays unnamed.
func Recognise(first []byte) string {
	for _, s := range signs() {
		if s.is(first) {
			return s.name
		}
	}
	return ""
}

// sign is how a protocol is known.
type sign struct {
	name string
	is   func(first []byte) bool
}

// signs returns what is known, none of which can be taken for another.
func signs() []sign {
	return []sign{
		{"ssh", func(b []byte) bool { return begins(b, "SSH-1.") || begins(b, "SSH-2.") }},                         // RFC 4253 section 4.2
		{"http", func(b []byte) bool { return begins(b, "HTTP/1.0 ") || begins(b, "HTTP/1.1 ") }},                  // RFC 9112 section 4
		{"imap", func(b []byte) bool { return begins(b, "* OK") || begins(b, "* PREAUTH") || begins(b, "* BYE") }}, // RFC 9051 section 7.1
		{"pop3", func(b []byte) bool { return begins(b, "+OK ") || begins(b, "+OK\r\n") }},                         // RFC 1939 section 4
		{"sieve", isSieve},
		{"irc", isIRC},
		{"lmtp", func(b []byte) bool { return greets(b, "lmtp") }},
		{"smtp", func(b []byte) bool { return greets(b, "smtp") }},
		{"ftp", func(b []byte) bool { return greets(b, "ftp") }},
		{"nntp", isNNTP},
		{"vnc", func(b []byte) bool { _, ok := rfbVersion(b[:min(len(b), rfbVersionLength)]); return ok }},
		{"xmpp", func(b []byte) bool { return isStream(b, xmppClientNS) }},
		{"xmpp-server", func(b []byte) bool { return isStream(b, xmppServerNS) }},
		{"tn3270", func(b []byte) bool {
			return isTelnet(b) && bytes.Contains(b, []byte{telnetIAC, telnetDo, optionTN3270E})
		}},
		{"telnet", func(b []byte) bool {
			return isTelnet(b) && !bytes.Contains(b, []byte{telnetIAC, telnetDo, optionTN3270E})
		}},
		{"rdp", isRDP},
		{"mysql", isMySQL},
		{"postgres", isPostgres},
		{"ldap", isDisconnection},
		{"drda", isDRDA},
		{"ibm-mq", isMQ},
		{"nje", isNJE},
	}
}

func begins(b []byte, with string) bool {
	return len(b) >= len(with) && strings.EqualFold(string(b[:len(with)]), with)
}

// isSieve knows the greeting, and the response that ends a connection (RFC 5804 sections 1.3 and 1.7): Dovecot's comes before the greeting where the
// octets of a ClientHello are too many for it.
func isSieve(b []byte) bool {
	return begins(b, `"IMPLEMENTATION" `) || begins(b, `BYE "`) || begins(b, "BYE (")
}

// isIRC knows the notices that a server sends to a client without a name, and the end of its connection (RFC 2812 sections 3.3.2 and 3.7.4).
func isIRC(b []byte) bool {
	line, _, _ := strings.Cut(string(b), "\r\n")
	if strings.HasPrefix(line, "ERROR :") {
		return true
	}
	command, rest := ircCommand(line)
	return command == "NOTICE" && (strings.HasPrefix(rest, "AUTH :") || strings.HasPrefix(rest, "* :"))
}

// greets says whether a reply of the kind that SMTP, LMTP and FTP share names that one of them, and no other, in its text. A host's name is
// no text.
func greets(b []byte, protocol string) bool {
	if _, _, ok := code(string(b)); !ok || !strings.ContainsRune("1245", rune(b[0])) {
		return false
	}
	named := map[string]bool{}
	for _, word := range words(b[3:]) {
		switch {
		case word == "smtp", word == "esmtp":
			named["smtp"] = true
		case word == "lmtp":
			named["lmtp"] = true
		case strings.Contains(word, "ftp") && !strings.Contains(word, "."):
			named["ftp"] = true
		}
	}
	return len(named) == 1 && named[protocol]
}

// words are a text's words in small letters, without the marks around them.
func words(text []byte) []string {
	return strings.FieldsFunc(strings.ToLower(string(text)), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '.'
	})
}

// isNNTP knows a greeting (RFC 3977 section 5.1) by how INN, leafnode and others call themselves in it.
func isNNTP(b []byte) bool {
	return (begins(b, "200 ") || begins(b, "201 ")) && slices.ContainsFunc(words(b), func(word string) bool {
		return word == "nntp" || word == "nnrp" || word == "internetnews"
	})
}

// isStream knows the header of an XMPP stream with that content (RFC 6120 section 4.2).
func isStream(b []byte, content string) bool {
	text := string(b)
	has := func(value string) bool {
		return strings.Contains(text, "'"+value+"'") || strings.Contains(text, `"`+value+`"`)
	}
	return strings.HasPrefix(text, "<") && has(streamsNS) && has(content)
}
