// Package evidence makes a report something that can be checked later: its canonical JSON and digest, and the bytes behind
// its facts with each certificate kept once.
//
// Seal and Verify are for a report in memory, VerifyJSON for a stored document, whoever wrote it. Slim takes certificates
// out of the recorded answers that hold them in the clear, Restore puts them back, byte for byte.
//
// Limits: a digest shows that a report was changed by accident, or against a digest kept elsewhere; it proves no author.
// As RFC 8785 has it, numbers are IEEE 754 doubles: integers beyond 2^53 would lose digits, and reports have none.
package evidence

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/portseal/portseal/internal/jsonparts"
	"github.com/portseal/portseal/report"
	reportjson "github.com/portseal/portseal/report/json"
)

// ErrUnsealed is the error of a report without a digest.
var ErrUnsealed = errors.New(`report has no digest: key "digest" is missing or empty`)

// DigestError says that a report is not the one that was sealed.
type DigestError struct {
	Stated   string // by the report
	Computed string // from the report
}

// Error names both digests.
func (e *DigestError) Error() string {
	return fmt.Sprintf("report was changed after it was sealed: its digest is %q, its content gives %q", e.Stated, e.Computed)
}

// Canonical returns the canonical JSON of v (RFC 8785). A json.RawMessage is taken as JSON text; text with a key twice in
// one object, a lone surrogate or a number beyond IEEE 754 is an error.
func Canonical(v any) ([]byte, error) {
	doc, ok := v.(json.RawMessage)
	if !ok {
		var err error
		if doc, err = json.Marshal(v); err != nil {
			return nil, fmt.Errorf("canonical JSON: %w", err)
		}
	}
	out, err := transform(doc)
	if err != nil {
		return nil, fmt.Errorf("canonical JSON: %w", err)
	}
	return out, nil
}

// unsealed is a report without its digest: the outer key hides the report's own, and nil leaves it out.
type unsealed struct {
	*report.Report
	Digest *string `json:"digest,omitempty"`
}

// Digest returns "sha256:" and the hex of SHA-256 over the report's canonical JSON without the key "digest". The long lists are made
// canonical item by item: there may be too many to hold the text of all.
func Digest(rep *report.Report) (string, error) {
	whole := reportjson.Complete(rep)
	shell := *whole
	shell.Endpoints, shell.Certificates, shell.Findings, shell.Expectations = nil, nil, nil, nil
	doc, err := Canonical(unsealed{Report: &shell})
	if err != nil {
		return "", err
	}
	var keys map[string]json.RawMessage
	if err := json.Unmarshal(doc, &keys); err != nil {
		return "", fmt.Errorf("canonical JSON: %w", err)
	}
	sum := newSum()
	lists := map[string]func(io.Writer) error{"endpoints": listOf(whole.Endpoints), "certificates": listOf(whole.Certificates),
		"findings": listOf(whole.Findings), "expectations": listOf(whole.Expectations)}
	for _, name := range slices.Sorted(maps.Keys(keys)) { // names are ASCII, of which the order is that of RFC 8785
		sum.key(fmt.Appendf(nil, "%q", name))
		if list := lists[name]; list == nil {
			sum.hash.Write(keys[name])
		} else if err := list(sum.hash); err != nil {
			return "", err
		}
	}
	return sum.end(), nil
}

// Seal sets the report's digest. Nothing in the report may change after it.
func Seal(rep *report.Report) error {
	digest, err := Digest(rep)
	if err != nil {
		return err
	}
	rep.Digest = digest
	return nil
}

// Verify says whether the report's digest is that of its content: nil, ErrUnsealed or a *DigestError.
func Verify(rep *report.Report) error {
	computed, err := Digest(rep)
	if err != nil {
		return err
	}
	return Compare(rep.Digest, computed)
}

// VerifyJSON is Verify for a document as it is stored, keys that this program does not know included.
func VerifyJSON(doc []byte) error {
	stated, computed, err := DigestJSON(doc)
	if err != nil {
		return err
	}
	return Compare(stated, computed)
}

// DigestJSON returns the digest that a stored document states, and Digest of what it holds, keys that this program does not know included.
// Text that no canonical JSON can be made of, as with a key twice, of which readers see different ones, is an error.
func DigestJSON(doc []byte) (stated, computed string, err error) {
	members, err := jsonparts.Members(doc)
	if err != nil {
		return "", "", fmt.Errorf("not a report: %w", err)
	}
	parts := make([]Member, len(members))
	for i, m := range members {
		parts[i] = Member{m.Name, m.Value, func(w io.Writer) error { return writeValue(w, m) }}
	}
	return DigestOf(parts)
}

// Member is a member of a stored document.
type Member struct {
	Name, Value []byte                  // as they are written
	Canonical   func(w io.Writer) error // writes the canonical JSON of the value
}

// DigestOf is DigestJSON of a document in its members, for who has made them canonical before.
func DigestOf(members []Member) (stated, computed string, err error) {
	for i := range members {
		if members[i].Name, err = transform(members[i].Name); err != nil {
			return "", "", fmt.Errorf("canonical JSON: %w", err)
		}
	}
	slices.SortStableFunc(members, func(a, b Member) int { return compareNames(a.Name, b.Name) })
	sum := newSum()
	for i, m := range members {
		if i > 0 && bytes.Equal(members[i-1].Name, m.Name) {
			return "", "", fmt.Errorf("canonical JSON: key %.40s stands twice in one object", m.Name)
		}
		if string(m.Name) == `"digest"` {
			if err := json.Unmarshal(m.Value, &stated); err != nil {
				return "", "", fmt.Errorf(`key "digest": %w`, err)
			}
			continue
		}
		sum.key(m.Name)
		if err := m.Canonical(sum.hash); err != nil {
			return "", "", fmt.Errorf("canonical JSON: key %.40s: %w", m.Name, err)
		}
	}
	return stated, sum.end(), nil
}

// Compare says whether the digest that a document states is that of its content: nil, ErrUnsealed or a *DigestError.
func Compare(stated, computed string) error {
	if stated == "" {
		return ErrUnsealed
	}
	if stated != computed {
		return &DigestError{Stated: stated, Computed: computed}
	}
	return nil
}
