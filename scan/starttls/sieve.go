package starttls

import (
	"context"
	"strconv"
	"strings"
)

// sieve is ManageSieve (RFC 5804 section 2.2). The greeting lists the capabilities; STARTTLS is asked for whatever it lists,
// and the answer is the fact.
func sieve(_ context.Context, p *peer, _ string) error {
	const begins = "\"{OoNnBb" // a quoted string, a literal, OK, NO, BYE
	p.want = "a greeting that ends with OK"
	status, err := p.sieveResponse(begins)
	if err != nil {
		return err
	}
	if status != "OK" {
		return p.unexpected()
	}
	if err := p.send([]byte("STARTTLS\r\n"), "OK or NO in reply to STARTTLS"); err != nil {
		return err
	}
	status, err = p.sieveResponse(begins)
	switch {
	case err != nil:
		return err
	case status == "OK":
		return nil
	case status == "NO":
		return p.refused("the reply to STARTTLS")
	}
	return p.unexpected()
}

// sieveResponse reads to the end of a response, and returns its OK, NO or BYE.
func (p *peer) sieveResponse(begins string) (status string, err error) {
	for {
		line, err := p.line(begins)
		if err != nil {
			return "", err
		}
		word, _, _ := strings.Cut(line, " ")
		for n, ok := literal(line); ok; n, ok = literal(line) { // the octets and the rest of the line still belong to it
			if _, err = p.take(n); err != nil {
				return "", err
			}
			if line, err = p.line(""); err != nil {
				return "", err
			}
		}
		switch word = strings.ToUpper(word); word {
		case "OK", "NO", "BYE":
			return word, nil
		}
	}
}

// literal reads the {n} or {n+} that a line may end with: n octets follow (RFC 5804 section 1.2).
func literal(line string) (n int, ok bool) {
	line, ok = strings.CutSuffix(line, "}")
	open := strings.LastIndexByte(line, '{')
	if !ok || open < 0 {
		return 0, false
	}
	size, err := strconv.ParseUint(strings.TrimSuffix(line[open+1:], "+"), 10, 31)
	return int(size), err == nil
}
