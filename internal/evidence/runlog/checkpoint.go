package runlog

import (
	"bytes"
	"crypto"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/portseal/portseal/internal/evidence/sign"
	"github.com/portseal/portseal/report/text"
)

// MaxCheckpoint is the largest checkpoint that is read, in octets: room for the signatures of many witnesses.
const MaxCheckpoint = 1 << 16

// Checkpoint is the head of a log (c2sp.org/tlog-checkpoint): how many records it had, and the root over them.
type Checkpoint struct {
	Origin string // the log's name
	Size   int64
	Root   tlog.Hash

	signatures int
}

// Text is what is signed.
func (c Checkpoint) Text() string {
	return fmt.Sprintf("%s\n%d\n%s\n", c.Origin, c.Size, base64.StdEncoding.EncodeToString(c.Root[:]))
}

// Signed says whether the checkpoint that was read has any signature.
func (c Checkpoint) Signed() bool { return c.signatures > 0 }

// Sign returns the checkpoint as a signed note; without a key its text alone.
func (c Checkpoint) Sign(key *sign.Key) ([]byte, error) {
	if key == nil {
		return []byte(c.Text()), nil
	}
	signed, err := note.Sign(&note.Note{Text: c.Text()}, noteKey{noteVerifier{c.Origin, &key.PublicKey}, key})
	if err != nil {
		return nil, fmt.Errorf("sign the checkpoint: %w", err)
	}
	return signed, nil
}

// ParseCheckpoint reads a checkpoint and believes it: no signature is checked.
func ParseCheckpoint(data []byte) (Checkpoint, error) {
	var c Checkpoint
	if len(data) > MaxCheckpoint {
		return c, fmt.Errorf("checkpoint: larger than %d bytes", MaxCheckpoint)
	}
	if !utf8.Valid(data) || bytes.ContainsFunc(data, func(r rune) bool { return r < ' ' && r != '\n' }) {
		return c, errors.New("checkpoint: it is no text")
	}
	body := string(data)
	if at := strings.LastIndex(body, "\n\n"); at >= 0 {
		c.signatures = strings.Count(body[at+1:], "\n— ")
		if c.signatures == 0 {
			return c, errors.New("checkpoint: want signatures, or nothing, behind its empty line")
		}
		body = body[:at+1]
	}
	lines := strings.Split(body, "\n")
	if len(lines) < 4 || lines[len(lines)-1] != "" {
		return c, errors.New("checkpoint: want three lines: origin, size, and root hash")
	}
	for _, extension := range lines[3 : len(lines)-1] {
		if extension == "" {
			return c, errors.New("checkpoint: it has an empty line")
		}
	}
	c.Origin = lines[0]
	if err := checkOrigin(c.Origin); err != nil {
		return c, fmt.Errorf("checkpoint: %w", err)
	}
	var err error
	if c.Size, err = decimal(lines[1]); err != nil {
		return c, fmt.Errorf("checkpoint: size: %w", err)
	}
	if c.Root, err = parseHash(lines[2]); err != nil {
		return c, fmt.Errorf("checkpoint: root: %w", err)
	}
	return c, nil
}

// OpenCheckpoint reads a checkpoint that key must have signed.
func OpenCheckpoint(data []byte, key *sign.PublicKey) (Checkpoint, error) {
	c, err := ParseCheckpoint(data)
	if err != nil {
		return c, err
	}
	if c.signatures == 0 {
		return c, errors.New("checkpoint: it is not signed")
	}
	if _, err := note.Open(data, note.VerifierList(noteVerifier{c.Origin, key})); err != nil {
		return c, fmt.Errorf("checkpoint: it has no signature of %q by key %s that holds", text.Cut(c.Origin, 100), key.ID())
	}
	return c, nil
}

// checkOrigin finds names that a note's signature cannot have (c2sp.org/signed-note).
func checkOrigin(origin string) error {
	const most = 200
	if origin == "" || len(origin) > most || !utf8.ValidString(origin) || strings.Contains(origin, "+") ||
		strings.ContainsFunc(origin, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }) {
		return fmt.Errorf("the log's name %q: want up to %d letters without blanks and plus signs, such as example.com/portseal", text.Cut(origin, 60), most)
	}
	return nil
}

// decimal reads a number as the forms have it: digits, and no leading zero.
func decimal(s string) (int64, error) {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < 0 || strconv.FormatInt(n, 10) != s {
		return 0, fmt.Errorf("%q: want a decimal number", text.Cut(s, 30))
	}
	return n, nil
}

func parseHash(s string) (tlog.Hash, error) {
	data, err := base64.StdEncoding.Strict().DecodeString(s)
	if err != nil || len(data) != tlog.HashSize {
		return tlog.Hash{}, fmt.Errorf("%q: want %d bytes in base64", text.Cut(s, 60), tlog.HashSize)
	}
	return tlog.Hash(data), nil
}

// noteVerifier is a key under the log's name. For ECDSA the signature is over SHA-256, and the key's number is the beginning of its
// ID: signature type 2 of c2sp.org/signed-note.
type noteVerifier struct {
	name string
	key  *sign.PublicKey
}

// Name is the log's.
func (v noteVerifier) Name() string { return v.name }

// KeyHash is the key's number.
func (v noteVerifier) KeyHash() uint32 {
	sum := sha256.Sum256(v.key.SPKI())
	if k, ok := v.key.Public().(ed25519.PublicKey); ok {
		sum = sha256.Sum256(append([]byte(v.name+"\n\x01"), k...))
	}
	return binary.BigEndian.Uint32(sum[:4])
}

// Verify checks a signature of a text.
func (v noteVerifier) Verify(msg, sig []byte) bool {
	return v.key.VerifyWith(crypto.SHA256, msg, sig) == nil
}

type noteKey struct {
	noteVerifier
	private *sign.Key
}

// Sign signs a text.
func (k noteKey) Sign(msg []byte) ([]byte, error) { return k.private.SignWith(crypto.SHA256, msg) }
