package access

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/crypto/argon2"
)

// phc is a hashed password, as the PHC string format writes it: $argon2id$v=19$m=65536,t=3,p=4$SALT$SUM.
type phc struct {
	memory uint32 // KiB
	passes uint32
	lanes  uint8
	salt   []byte
	sum    []byte
}

// The second recommended option of RFC 9106, section 4: 3 passes, 4 lanes, 64 MiB, a salt of 128 bits, a tag of 256.
const (
	memoryKiB = 1 << 16
	passes    = 3
	lanes     = 4
	saltSize  = 16
	sumSize   = 32
)

// What a stored string may ask for at most: whoever changes the database must not be able to exhaust the service.
const (
	maxMemoryKiB = 1 << 18
	maxPasses    = 16
	maxLanes     = 16
	maxPart      = 64 // octets of salt or sum
	maxPHC       = 256
)

var errPHC = errors.New("no hash that is known; want $argon2id$v=19$m=...,t=...,p=...$SALT$SUM within the limits")

// fresh is a hash to be: with a salt of its own and no sum.
func fresh() phc {
	p := phc{memory: memoryKiB, passes: passes, lanes: lanes, salt: make([]byte, saltSize), sum: make([]byte, sumSize)}
	_, _ = rand.Read(p.salt) // never fails: crypto/rand ends the program instead
	return p
}

// of hashes a password in the same way.
func (p phc) of(password string) []byte {
	return argon2.IDKey(canonical(password), p.salt, p.passes, p.memory, p.lanes, uint32(len(p.sum)))
}

// holds says whether this is the hash of a password, in a time that does not depend on where the two differ.
func (p phc) holds(password string) bool {
	return subtle.ConstantTimeCompare(p.of(password), p.sum) == 1
}

// String writes it.
func (p phc) String() string {
	b := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, p.memory, p.passes, p.lanes, b.EncodeToString(p.salt), b.EncodeToString(p.sum))
}

// parsePHC reads what String writes, and no other spelling of it.
func parsePHC(s string) (phc, error) {
	parts := strings.Split(s, "$")
	if len(s) > maxPHC || len(parts) != 6 {
		return phc{}, errPHC
	}
	var numbers [3]uint64
	costs := strings.Split(parts[3], ",")
	if len(costs) != len(numbers) {
		return phc{}, errPHC
	}
	for i, key := range []string{"m=", "t=", "p="} {
		digits, _ := strings.CutPrefix(costs[i], key)
		n, err := strconv.ParseUint(digits, 10, 32)
		if err != nil {
			return phc{}, errPHC
		}
		numbers[i] = n
	}
	salt, saltErr := base64.RawStdEncoding.DecodeString(parts[4])
	sum, sumErr := base64.RawStdEncoding.DecodeString(parts[5])
	if numbers[2] > maxLanes || errors.Join(saltErr, sumErr) != nil {
		return phc{}, errPHC
	}
	p := phc{memory: uint32(numbers[0]), passes: uint32(numbers[1]), lanes: uint8(numbers[2]), salt: salt, sum: sum}
	if !p.bounded() || p.String() != s {
		return phc{}, errPHC
	}
	return p, nil
}

// bounded says whether all numbers are such that hashing ends soon. RFC 9106, section 3.1, has the lower ones.
func (p phc) bounded() bool {
	return p.lanes >= 1 && p.passes >= 1 && p.passes <= maxPasses && p.memory >= 8*uint32(p.lanes) && p.memory <= maxMemoryKiB &&
		len(p.salt) >= 8 && len(p.salt) <= maxPart && len(p.sum) >= sumSize && len(p.sum) <= maxPart
}
