package jsonl

import (
	"encoding/json"
	"errors"
	"fmt"
	"github.com/portseal/portseal/report/text"
	"maps"
	"time"
)

// assembly collects lines.
type assembly struct {
	keys         map[string]json.RawMessage // of the report
	whole        bool
	endpoints    map[string]endpointRaw
	estate       []json.RawMessage // findings of no endpoint
	certificates map[string]json.RawMessage
	finished     time.Time
}

// endpointRaw is what the last line of an endpoint says.
type endpointRaw struct {
	endpoint json.RawMessage
	findings []json.RawMessage
}

// add takes one line. Empty lines are nothing.
func (a *assembly) add(line []byte) error {
	if len(line) == 0 {
		return nil
	}
	var keys map[string]json.RawMessage
	if err := json.Unmarshal(line, &keys); err != nil {
		return fmt.Errorf("not a line of a report: %w", err)
	}
	var kind string
	if err := json.Unmarshal(keys["type"], &kind); err != nil {
		return errors.New(`not a line of a report: key "type" is missing`)
	}
	delete(keys, "type")
	switch {
	case kind == typeRun && a.keys != nil:
		return errors.New("another run begins: want the lines of one run")
	case kind == typeRun:
		a.keys = keys
		return a.keep(keys)
	case a.keys == nil:
		return fmt.Errorf(`the first line has the type %q: want "run"`, text.Cut(kind, 40))
	case a.whole:
		return errors.New(`a line comes after that of type "end"`)
	case kind == typeEndpoint:
		return a.addEndpoint(line)
	case kind == typeEnd:
		a.whole = true
		if err := unmarshal(keys["findings"], &a.estate); err != nil {
			return err
		}
		if err := a.keep(keys); err != nil {
			return err
		}
		maps.Copy(a.keys, keys)
	}
	return nil // a type of a later version
}

func (a *assembly) addEndpoint(line []byte) error {
	var l struct {
		Endpoint     json.RawMessage   `json:"endpoint"`
		Findings     []json.RawMessage `json:"findings"`
		Certificates json.RawMessage   `json:"certificates"`
	}
	if err := json.Unmarshal(line, &l); err != nil {
		return fmt.Errorf("an endpoint: %w", err)
	}
	var e struct {
		ID        string    `json:"id"`
		Finished  time.Time `json:"finished"`
		Confirmed *struct {
			Finished time.Time `json:"finished"`
		} `json:"confirmed"`
	}
	if err := unmarshal(l.Endpoint, &e); err != nil {
		return fmt.Errorf("an endpoint: %w", err)
	}
	if e.ID == "" {
		return errors.New("an endpoint has no id")
	}
	if e.Confirmed != nil {
		e.Finished = e.Confirmed.Finished
	}
	if e.Finished.After(a.finished) {
		a.finished = e.Finished
	}
	a.endpoints[e.ID] = endpointRaw{l.Endpoint, l.Findings}
	return a.keep(map[string]json.RawMessage{"certificates": l.Certificates})
}

// keep takes the certificates of a line out of its keys.
func (a *assembly) keep(keys map[string]json.RawMessage) error {
	var list []json.RawMessage
	if err := unmarshal(keys["certificates"], &list); err != nil {
		return fmt.Errorf("certificates: %w", err)
	}
	delete(keys, "certificates")
	for _, raw := range list {
		var c struct {
			SHA256 string `json:"sha256"`
		}
		if err := json.Unmarshal(raw, &c); err != nil {
			return fmt.Errorf("a certificate: %w", err)
		}
		a.certificates[c.SHA256] = raw
	}
	return nil
}

// unmarshal is json.Unmarshal for a key that may be absent.
func unmarshal(raw json.RawMessage, v any) error {
	if raw == nil {
		return nil
	}
	return json.Unmarshal(raw, v)
}
