package access

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// What names and passwords may be, in characters and octets.
const (
	maxName      = 64
	minPassword  = 12
	maxPassword  = 1024 // a limit for what is hashed, not for people
	nameSigns    = "._-@"
	nameIsWanted = "want up to 64 of a-z, 0-9 and . _ - @, the first a letter or digit"
)

// foldName is a name as it is stored: capitals make no other user.
func foldName(name string) string { return strings.ToLower(strings.TrimSpace(name)) }

// CheckName says what is wrong with the name of a new user.
func CheckName(name string) error { return checkName("user", name) }

func checkName(of, name string) error {
	ok := name != "" && len(name) <= maxName && !strings.Contains(nameSigns, name[:1])
	for _, c := range name {
		ok = ok && (c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || strings.ContainsRune(nameSigns, c))
	}
	if !ok {
		return fmt.Errorf("%s %.80q cannot be a name; %s", of, name, nameIsWanted)
	}
	return nil
}

// CheckPassword says what is wrong with a new password, and shows nothing of it. Length is what counts: signs and digits are not asked for
// (NIST SP 800-63B-4, 3.1.1.2).
func CheckPassword(name, password string) error {
	var faults []error
	if !utf8.ValidString(password) || strings.ContainsFunc(password, unicode.IsControl) {
		faults = append(faults, errors.New("the password has octets that are no text, or control characters; want one line of UTF-8"))
	}
	switch n := utf8.RuneCountInString(password); {
	case n < minPassword:
		faults = append(faults, fmt.Errorf("the password has %d characters; want at least %d", n, minPassword))
	case len(password) > maxPassword:
		faults = append(faults, fmt.Errorf("the password is longer than %d octets", maxPassword))
	}
	if name != "" && strings.EqualFold(strings.TrimSpace(password), name) {
		faults = append(faults, errors.New("the password is the user's name; want another one"))
	}
	return errors.Join(faults...)
}

// canonical is the form in which a password is hashed: two keyboards may compose one character differently (RFC 8265, 4.2.2).
func canonical(password string) []byte { return norm.NFC.Bytes([]byte(password)) }
