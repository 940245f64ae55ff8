package starttls

import "strings"

// reply is an answer of the kind that SMTP, FTP and NNTP share: a code of three digits, and lines of text.
type reply struct {
	code  string
	lines []string // without the code
}

// reply reads one. "250-" opens a reply of several lines, and "250 " or a bare "250" ends it; FTP allows lines without a
// code between (RFC 959 section 4.2, RFC 5321 section 4.2.1).
func (p *peer) reply() (reply, error) {
	line, err := p.line("12345")
	if err != nil {
		return reply{}, err
	}
	code, more, ok := code(line)
	if !ok {
		return reply{}, p.unexpected()
	}
	r := reply{code: code, lines: []string{text(line)}}
	for more {
		if line, err = p.line(""); err != nil {
			return reply{}, err
		}
		if !strings.HasPrefix(line, code) {
			r.lines = append(r.lines, line)
			continue
		}
		r.lines = append(r.lines, text(line))
		more = len(line) > 3 && line[3] != ' '
	}
	return r, nil
}

// code takes the three digits off a line, and says whether more lines follow.
func code(line string) (code string, more, ok bool) {
	if len(line) < 3 || strings.Trim(line[:3], "0123456789") != "" {
		return "", false, false
	}
	if len(line) == 3 {
		return line, false, true
	}
	return line[:3], line[3] == '-', line[3] == '-' || line[3] == ' '
}

func text(line string) string { return line[min(4, len(line)):] }

// command sends a line and reads the reply.
func (p *peer) command(line string) (reply, error) {
	if err := p.send([]byte(line+"\r\n"), "a reply to "+line); err != nil {
		return reply{}, err
	}
	return p.reply()
}

// request sends the line that asks for TLS. Goes is the code that grants it. 400 (NNTP) and 421 (SMTP, FTP) close the
// service whatever was asked, and say nothing about TLS.
func (p *peer) request(line, goes string) error {
	r, err := p.command(line)
	switch {
	case err != nil:
		return err
	case r.code == goes:
		return nil
	case r.code != "400" && r.code != "421" && (r.code[0] == '4' || r.code[0] == '5'):
		return p.refused("the reply to " + line)
	}
	p.want = goes + " in reply to " + line
	return p.unexpected()
}
