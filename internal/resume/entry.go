package resume

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/scan"
)

// line is every line but the first.
type line struct {
	SHA256 string          `json:"sha256"` // of the text of Entry, hex
	Entry  json.RawMessage `json:"entry"`
}

// entry is an observation with what its JSON leaves out.
type entry struct {
	Observation  scan.Observation `json:"observation"`
	Certificates [][]byte         `json:"certificates,omitempty"` // DER, sorted by SHA-256
}

// encode returns an observation's line, with its end.
func encode(o scan.Observation) ([]byte, error) {
	e := entry{Observation: o}
	for _, sum := range slices.Sorted(maps.Keys(o.Certificates)) {
		e.Certificates = append(e.Certificates, o.Certificates[sum].Raw)
	}
	text, err := json.Marshal(e)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(text)
	out, err := json.Marshal(line{hex.EncodeToString(sum[:]), text})
	return append(out, '\n'), err
}

// decode reads a line without its end.
func decode(text []byte) (scan.Observation, error) {
	var l line
	if err := json.Unmarshal(text, &l); err != nil {
		return scan.Observation{}, fmt.Errorf("it is no JSON of this form: %w", err)
	}
	if sum := sha256.Sum256(l.Entry); hex.EncodeToString(sum[:]) != l.SHA256 {
		return scan.Observation{}, errors.New("its text is not the one that was written: the SHA-256 differs")
	}
	var e entry
	if err := json.Unmarshal(l.Entry, &e); err != nil {
		return scan.Observation{}, fmt.Errorf("it holds no observation: %w", err)
	}
	o := e.Observation
	for _, der := range e.Certificates {
		if o.Certificates == nil {
			o.Certificates = map[string]*certchain.Certificate{}
		}
		c, _ := certchain.Parse(der) // what cannot be parsed is still a certificate with its bytes, and says so itself
		o.Certificates[c.SHA256] = c
	}
	return o, nil
}

// parse reads a file's text: the observations that p's run need not make again, and how many octets are whole lines. It wants the
// header first.
func parse(data []byte, p Plan) (known map[string]scan.Observation, whole int, err error) {
	want, err := p.header()
	if err != nil {
		return nil, 0, err
	}
	first, _, ended := bytes.Cut(data, []byte("\n"))
	if line, err := json.Marshal(want); err != nil || !ended && bytes.HasPrefix(line, data) {
		return nil, 0, err // new, or killed before anything was done
	}
	if err := want.check(first); err != nil {
		return nil, 0, err
	}
	known, addresses := map[string]scan.Observation{}, p.addresses()
	whole = len(first) + 1
	for number := 2; ; number++ {
		text, _, ended := bytes.Cut(data[whole:], []byte("\n"))
		if !ended {
			return known, whole, nil
		}
		o, err := decode(text)
		if err != nil {
			return nil, 0, fmt.Errorf("line %d is damaged: %w; remove the file to start anew", number, err)
		}
		address, ok := addresses[o.ID]
		if !ok {
			return nil, 0, fmt.Errorf("line %d is damaged: the run has no target %q; remove the file to start anew", number, o.ID)
		}
		if o.Target.Address == address {
			known[o.ID] = o
		}
		whole += len(text) + 1
	}
}

// check says what is wrong with a file's first line.
func (h header) check(first []byte) error {
	var have header
	switch err := json.Unmarshal(first, &have); {
	case err != nil || have.Schema == "":
		return fmt.Errorf("it is no file of an interrupted run: its first line has no \"schema\": %q; want such a file, or a name that is free", Schema)
	case have.Schema != h.Schema:
		return fmt.Errorf("its schema is %q, and this program writes %q: go on with the program that wrote it, or remove it to start anew", have.Schema, h.Schema)
	case have.Program != h.Program:
		return fmt.Errorf("it was written by %q, and this is %q: go on with the program that wrote it, or remove it to start anew", have.Program, h.Program)
	case have.Work != h.Work:
		return errors.New("it is of other work: targets, what the estate expects of them, --probes, --timeout, --retries, --max-connections or the pace's, " +
			"--source-address and --vantage must be those of the interrupted run; want the same command, or remove the file to start anew")
	}
	return nil
}
