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
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/gowebpki/jcs"

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
	out, err := jcs.Transform(doc)
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
	hash := sha256.New()
	lists := map[string]func(io.Writer) error{"endpoints": listOf(whole.Endpoints), "certificates": listOf(whole.Certificates),
		"findings": listOf(whole.Findings), "expectations": listOf(whole.Expectations)}
	before := "{"
	for _, name := range slices.Sorted(maps.Keys(keys)) { // names are ASCII, of which the order is that of RFC 8785
		fmt.Fprintf(hash, "%s%q:", before, name)
		if list := lists[name]; list == nil {
			hash.Write(keys[name])
		} else if err := list(hash); err != nil {
			return "", err
		}
		before = ","
	}
	hash.Write([]byte("}"))
	return "sha256:" + hex.EncodeToString(hash.Sum(nil)), nil
}

// listOf writes the canonical JSON of a list.
func listOf[T any](items []T) func(io.Writer) error {
	return func(w io.Writer) error {
		before := "["
		for i := range items {
			doc, err := Canonical(items[i])
			if err != nil {
				return err
			}
			if _, err := fmt.Fprintf(w, "%s%s", before, doc); err != nil {
				return err
			}
			before = ","
		}
		end := "]"
		if len(items) == 0 {
			end = "[]"
		}
		_, err := io.WriteString(w, end)
		return err
	}
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
	return compare(rep.Digest, computed)
}

// VerifyJSON is Verify for a document as it is stored, keys that this program does not know included.
func VerifyJSON(doc []byte) error {
	whole, err := Canonical(json.RawMessage(doc)) // refuses keys that stand twice, of which readers see different ones
	if err != nil {
		return err
	}
	rest, stated, err := withoutDigest(whole)
	if err != nil {
		return err
	}
	return compare(stated, sum(rest))
}

// withoutDigest takes the key "digest" of the outermost object out of canonical JSON, in which it stands as "digest":VALUE.
func withoutDigest(whole []byte) (rest []byte, stated string, err error) {
	if len(whole) == 0 || whole[0] != '{' {
		return nil, "", errors.New("not a report: want an object")
	}
	const key = `"digest":`
	depth, inString := 0, false
	for i := 0; i < len(whole); i++ {
		switch c := whole[i]; {
		case inString && c == '\\':
			i++
		case c == '"':
			if !inString && depth == 1 && (whole[i-1] == '{' || whole[i-1] == ',') && bytes.HasPrefix(whole[i:], []byte(key)) {
				return cutMember(whole, i, len(key))
			}
			inString = !inString
		case inString:
		case c == '{' || c == '[':
			depth++
		case c == '}' || c == ']':
			depth--
		}
	}
	return whole, "", nil
}

// cutMember cuts out the member that begins at an offset, with the comma that is then too many.
func cutMember(whole []byte, at, key int) (rest []byte, stated string, err error) {
	dec := json.NewDecoder(bytes.NewReader(whole[at+key:]))
	if err := dec.Decode(&stated); err != nil {
		return nil, "", fmt.Errorf(`key "digest": %w`, err)
	}
	end := at + key + int(dec.InputOffset())
	switch {
	case whole[end] == ',':
		end++
	case whole[at-1] == ',':
		at--
	}
	return slices.Concat(whole[:at], whole[end:]), stated, nil
}

func compare(stated, computed string) error {
	if stated == "" {
		return ErrUnsealed
	}
	if stated != computed {
		return &DigestError{Stated: stated, Computed: computed}
	}
	return nil
}

func sum(doc []byte) string {
	hash := sha256.Sum256(doc)
	return "sha256:" + hex.EncodeToString(hash[:])
}
