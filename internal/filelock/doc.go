// Package filelock keeps two programs from writing one file at the same time. A lock ends with the program that holds it, however that
// ends.
//
// Limits: only programs that ask are kept out; on systems that are neither Unix nor Windows nobody is.
package filelock

import (
	"context"
	"errors"
	"os"
	"time"
)

// ErrBusy says that another program holds the lock.
var ErrBusy = errors.New("another program uses it")

// every is how often Wait tries, for want of a call that ends with a context.
const every = 20 * time.Millisecond

// Wait is Try until the lock is free, at most for a time.
func Wait(ctx context.Context, f *os.File, shared bool, most time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, most)
	defer cancel()
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		if err := Try(f, shared); !errors.Is(err, ErrBusy) {
			return err
		}
		select {
		case <-ctx.Done():
			return ErrBusy
		case <-tick.C:
		}
	}
}
