package access

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"strings"
)

// secretSize is what cookies and tokens have of chance, in octets.
const secretSize = 32

// tokenPrefix lets people, and programs that look for secrets in files, see what a text is.
const tokenPrefix = "ps_"

// newSecret is a text of 256 random bits.
func newSecret() string {
	data := make([]byte, secretSize)
	_, _ = rand.Read(data) // never fails: crypto/rand ends the program instead
	return base64.RawURLEncoding.EncodeToString(data)
}

// isSecret says whether a text is one that newSecret could have made.
func isSecret(s string) bool {
	if len(s) != base64.RawURLEncoding.EncodedLen(secretSize) {
		return false
	}
	data, err := base64.RawURLEncoding.Strict().DecodeString(s)
	return err == nil && base64.RawURLEncoding.EncodeToString(data) == s
}

// isToken says whether a text has the form of a token.
func isToken(s string) bool {
	secret, ok := strings.CutPrefix(s, tokenPrefix)
	return ok && isSecret(secret)
}

// keyOf is what is stored of a cookie or token. They are random enough that a plain hash gives nothing away.
func keyOf(secret string) [sha256.Size]byte { return sha256.Sum256([]byte(secret)) }

// csrfOf is the token that the forms of a session have. It is made from the cookie, which no page can read, and gives nothing of it away.
func csrfOf(cookie string) string {
	mac := hmac.New(sha256.New, []byte(cookie))
	mac.Write([]byte("portseal form"))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}
