// Package sign signs reports, and checks signatures: what a report's digest cannot show, namely who vouches for it.
//
// A signature is a DSSE envelope (github.com/secure-systems-lab/dsse) around an in-toto Statement, version 1
// (github.com/in-toto/attestation), so that other programs can check it too. The statement's subject is the report's file; its
// predicate names the run and the report's own digest, that of its canonical JSON.
//
// Limits: that a key is the one of who it is said to be, and when it signed, is known outside. Of a certificate only the key counts.
package sign

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/secure-systems-lab/go-securesystemslib/dsse"

	"github.com/portseal/portseal/internal/evidence"
	"github.com/portseal/portseal/report"
	reportjson "github.com/portseal/portseal/report/json"
	"github.com/portseal/portseal/report/text"
)

// The names of the forms.
const (
	PayloadType   = "application/vnd.in-toto+json"
	StatementType = "https://in-toto.io/Statement/v1"
	PredicateType = "https://github.com/portseal/portseal/run/v1"
)

// MaxEnvelope is the largest envelope that is read, in octets: one signature has about two thousand.
const MaxEnvelope = 1 << 20

// digestName is the algorithm of the second digest of a subject: SHA-256 over the canonical JSON (RFC 8785) without the digest.
const digestName = "jcsSha256"

// Statement is what is signed.
type Statement struct {
	Type          string    `json:"_type"`
	Subject       []Subject `json:"subject"`
	PredicateType string    `json:"predicateType"`
	Predicate     Predicate `json:"predicate"`
}

// Subject is the file that a statement is about.
type Subject struct {
	Name   string            `json:"name"`
	Digest map[string]string `json:"digest"` // "sha256" of the file's bytes, and "jcsSha256" of what it says
}

// Predicate is what is said of a report.
type Predicate struct {
	RunID    string         `json:"run_id"`
	Estate   string         `json:"estate,omitempty"`
	Verdict  report.Verdict `json:"verdict"`
	Finished time.Time      `json:"finished"`
	JudgedAt time.Time      `json:"judged_at"`
	Digest   string         `json:"digest"` // the report's own
}

// Sealed reads a stored report whose digest is that of its content.
func Sealed(doc []byte) (*report.Report, error) {
	rep, err := reportjson.Decode(doc)
	if err != nil {
		return nil, err
	}
	if err := evidence.VerifyJSON(doc); err != nil {
		return nil, err
	}
	return rep, nil
}

// Sign returns the envelope, as JSON with a newline, of a stored report. One whose digest is not that of its content is refused.
// Name is what the report is called, without folders.
func Sign(ctx context.Context, doc []byte, name string, key *Key) ([]byte, error) {
	rep, err := Sealed(doc)
	if err != nil {
		return nil, err
	}
	payload, err := evidence.Canonical(statementOf(rep, doc, filepath.Base(name)))
	if err != nil {
		return nil, err
	}
	signer, err := dsse.NewEnvelopeSigner(key)
	if err != nil {
		return nil, fmt.Errorf("sign: %w", err)
	}
	envelope, err := signer.SignPayload(ctx, PayloadType, payload)
	if err != nil {
		return nil, fmt.Errorf("sign: %w", err)
	}
	var out bytes.Buffer
	if err := reportjson.Encode(&out, envelope); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

func statementOf(rep *report.Report, doc []byte, name string) Statement {
	sum := sha256.Sum256(doc)
	return Statement{Type: StatementType, PredicateType: PredicateType,
		Subject: []Subject{{Name: name, Digest: map[string]string{
			"sha256": hex.EncodeToString(sum[:]), digestName: strings.TrimPrefix(rep.Digest, "sha256:")}}},
		Predicate: Predicate{RunID: rep.Run.ID, Estate: rep.Run.Estate, Verdict: rep.Summary.Verdict,
			Finished: rep.Run.Finished, JudgedAt: rep.Run.JudgedAt, Digest: rep.Digest},
	}
}

// Verified is what a signature that holds says.
type Verified struct {
	Statement Statement
	KeyID     string
	Others    int  // further signatures, by other keys, which were not checked
	SameBytes bool // false: the report says the same, and was written anew since: with other line ends, say
}

// Verify checks that the envelope holds a signature by key, and that what it signs is this stored report, whose digest is that of
// its content.
func Verify(ctx context.Context, envelope, doc []byte, key *PublicKey) (*Verified, error) {
	e, err := read(envelope)
	if err != nil {
		return nil, err
	}
	verifier, err := dsse.NewEnvelopeVerifier(key)
	if err != nil {
		return nil, fmt.Errorf("signature: %w", err)
	}
	if _, err := verifier.Verify(ctx, e); err != nil {
		return nil, refusal(e, key)
	}
	payload, err := e.DecodeB64Payload()
	if err != nil {
		return nil, fmt.Errorf("signature: %w", err)
	}
	v := &Verified{KeyID: key.ID(), Others: len(e.Signatures) - 1}
	if err := json.Unmarshal(payload, &v.Statement); err != nil {
		return nil, fmt.Errorf("signature: its statement: %w", err)
	}
	if v.SameBytes, err = about(v.Statement, doc); err != nil {
		return nil, err
	}
	return v, nil
}

// read takes an envelope apart as far as can be told before a signature is checked.
func read(envelope []byte) (*dsse.Envelope, error) {
	if len(envelope) > MaxEnvelope {
		return nil, fmt.Errorf("signature: more than %d bytes: want a DSSE envelope, as 'portseal report sign' writes it", MaxEnvelope)
	}
	e := new(dsse.Envelope)
	if err := json.Unmarshal(envelope, e); err != nil {
		return nil, fmt.Errorf("signature: no DSSE envelope: %w", err)
	}
	switch {
	case e.PayloadType == "" && e.Payload == "":
		return nil, errors.New(`signature: no DSSE envelope: keys "payloadType" and "payload" are missing`)
	case e.PayloadType != PayloadType:
		return nil, fmt.Errorf("signature: payloadType is %q: want %q", text.Cut(e.PayloadType, 60), PayloadType)
	case len(e.Signatures) == 0:
		return nil, errors.New("signature: the envelope has no signatures")
	}
	return e, nil
}

// refusal says why no signature of an envelope is the key's.
func refusal(e *dsse.Envelope, key *PublicKey) error {
	var others []string
	for _, s := range e.Signatures {
		if s.KeyID == "" || s.KeyID == key.ID() {
			return fmt.Errorf("signature: not made by key %s over this statement: the key is another one, or the envelope was changed", key.ID())
		}
		others = append(others, text.Cut(s.KeyID, 64))
	}
	const most = 4
	if n := len(others) - most; n > 0 {
		others = append(others[:most], fmt.Sprintf("%d more", n))
	}
	return fmt.Errorf("signature: none by key %s: the envelope names %s", key.ID(), strings.Join(others, ", "))
}

// about says whether a statement, which the key has signed, is about a report, and about its very bytes.
func about(s Statement, doc []byte) (sameBytes bool, err error) {
	switch {
	case s.Type != StatementType:
		return false, fmt.Errorf("signature: the statement is of type %q: want %q", text.Cut(s.Type, 60), StatementType)
	case s.PredicateType != PredicateType:
		return false, fmt.Errorf("signature: it is about something else than a run: predicateType is %q: want %q", text.Cut(s.PredicateType, 60), PredicateType)
	case len(s.Subject) != 1:
		return false, fmt.Errorf("signature: the statement has %d subjects: want one, the report", len(s.Subject))
	}
	rep, err := Sealed(doc)
	if err != nil {
		return false, err
	}
	want := statementOf(rep, doc, s.Subject[0].Name)
	if s.Predicate.Digest != want.Predicate.Digest || s.Subject[0].Digest[digestName] != want.Subject[0].Digest[digestName] {
		return false, fmt.Errorf("signature: it is over another report: run %s with digest %s, and this is run %s with digest %s",
			text.Cut(s.Predicate.RunID, 60), text.Cut(s.Predicate.Digest, 80), text.Cut(rep.Run.ID, 60), rep.Digest)
	}
	if said, is := facts(s.Predicate), facts(want.Predicate); !slices.Equal(said, is) {
		return false, fmt.Errorf("signature: its statement does not say what the report says: %s; the report: %s", strings.Join(said, ", "), strings.Join(is, ", "))
	}
	return s.Subject[0].Digest["sha256"] == want.Subject[0].Digest["sha256"], nil
}

// facts are what a predicate says beside the digest.
func facts(p Predicate) []string {
	clean := func(s string) string { return text.Cut(s, 60) }
	return []string{"run " + clean(p.RunID), "estate " + clean(p.Estate), "verdict " + clean(string(p.Verdict)),
		"finished " + p.Finished.UTC().Format(time.RFC3339Nano), "judged at " + p.JudgedAt.UTC().Format(time.RFC3339Nano)}
}
