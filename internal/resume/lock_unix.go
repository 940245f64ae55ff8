//go:build unix

package resume

import (
	"errors"
	"fmt"
	"os"
	"syscall"
)

// lock keeps a second run out of the file, with whose lines its own would mix, until the file is closed, or the program ends.
func lock(f *os.File) error {
	err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	switch {
	case errors.Is(err, syscall.EWOULDBLOCK):
		return errors.New("another run uses it")
	case err != nil:
		return fmt.Errorf("it cannot be locked: %w", err)
	}
	return nil
}
