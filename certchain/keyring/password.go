package keyring

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"runtime"
	"strings"
)

// errPassword marks errors about a password: they spoil the ring even for a file of a folder.
var errPassword = errors.New("password")

// passwordError is an error about a password. It never holds one.
type passwordError string

func (e passwordError) Error() string { return string(e) }
func (e passwordError) Is(target error) bool {
	return target == errPassword
}

// password is read once, when the first store needs it.
type password struct {
	asked bool
	value string
	given bool
	err   error
}

func (p *password) get(spec Spec) (value string, given bool, err error) {
	if !p.asked {
		p.asked = true
		p.value, p.given, p.err = lookUp(spec)
	}
	return p.value, p.given, p.err
}

func lookUp(spec Spec) (string, bool, error) {
	if spec.PasswordFile != "" {
		value, err := passwordFile(spec.PasswordFile)
		return value, err == nil, err
	}
	for _, name := range []string{Variable(spec.Name), "PORTSEAL_RING_PASSWORD"} {
		if value, ok := os.LookupEnv(name); ok {
			return value, true, nil
		}
	}
	return "", false, nil
}

// Variable returns the name of the environment variable that holds the password of a ring: PORTSEAL_RING_PASSWORD_ and
// the name in upper case, everything but letters and digits replaced by an underscore.
func Variable(ring string) string {
	return "PORTSEAL_RING_PASSWORD_" + strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
			return r
		}
		return '_'
	}, strings.ToUpper(ring))
}

// passwordFile reads the first line of a file that nobody but its owner can read.
func passwordFile(path string) (string, error) {
	const most = 4096
	data, err := readFile(path, most, func(info os.FileInfo) error {
		// Windows keeps access lists, which the mode does not show.
		if mode := info.Mode().Perm(); runtime.GOOS != "windows" && mode&0o077 != 0 {
			return fmt.Errorf("others can read it (mode %#o); run: chmod 600 %s", mode, path)
		}
		return nil
	})
	if err != nil {
		return "", passwordError(fmt.Sprintf("password file %s: %v", path, err))
	}
	line, _, _ := bytes.Cut(data, []byte("\n"))
	line = bytes.TrimSuffix(line, []byte("\r"))
	if len(line) == 0 {
		return "", passwordError(fmt.Sprintf("password file %s: its first line is empty", path))
	}
	return string(line), nil
}

// noPassword says how to give one.
func noPassword(format string, ring string) error {
	return passwordError(fmt.Sprintf("this %s file needs a password: set password_file for the ring, or the variable %s", format, ring))
}
