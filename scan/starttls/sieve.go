package starttls

import (
	"context"
	"strconv"
	"strings"
)

// sieve is ManageSieve (RFC 5804 section 2.2). The greeting lists the capabilities; STARTTLS is asked for whatever it lists,
// and the answer is the fact.
func sieve(_ context.Context, p *peer, _ string) error {
	if _, err := p.sieveGreeting(); err != nil {
		return err
	}
	if err := p.send([]byte("STARTTLS\r\n"), "OK or NO in reply to STARTTLS"); err != nil {
		return err
	}
	status, _, err := p.sieveResponse()
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

// sieveClear looks whether the greeting names a mechanism to log in by without TLS (RFC 5804 section 1.7: an empty SASL where there is none).
func sieveClear(_ context.Context, p *peer, _ string) error {
	capabilities, err := p.sieveGreeting()
	if err != nil {
		return err
	}
	for _, line := range capabilities {
		if word, value, _ := strings.Cut(line, " "); strings.EqualFold(word, `"SASL"`) && strings.Trim(value, `" `) != "" {
			return nil
		}
	}
	return p.refused("the greeting has no SASL mechanism before TLS")
}

// sieveGreeting reads the greeting, and returns its capabilities.
func (p *peer) sieveGreeting() ([]string, error) {
	p.want = "a greeting that ends with OK"
	status, capabilities, err := p.sieveResponse()
	if err == nil && status != "OK" {
		err = p.unexpected()
	}
	return capabilities, err
}

// sieveResponse reads to the end of a response, and returns its OK, NO or BYE, and the first line of each string before.
func (p *peer) sieveResponse() (status string, strs []string, err error) {
	const begins = "\"{OoNnBb" // a quoted string, a literal, OK, NO, BYE
	for {
		line, err := p.line(begins)
		if err != nil {
			return "", nil, err
		}
		strs = append(strs, line)
		word, _, _ := strings.Cut(line, " ")
		for n, ok := literal(line); ok; n, ok = literal(line) { // the octets and the rest of the line still belong to it
			if _, err = p.take(n); err != nil {
				return "", nil, err
			}
			if line, err = p.line(""); err != nil {
				return "", nil, err
			}
		}
		switch word = strings.ToUpper(word); word {
		case "OK", "NO", "BYE":
			return word, strs, nil
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
