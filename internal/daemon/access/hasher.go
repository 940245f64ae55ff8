package access

import (
	"context"
	"errors"
)

// A hash takes 64 MiB. Two at a time, and as many waiting as people would: what comes beyond is told to come again.
const (
	hashesAtOnce  = 2
	hashesWaiting = 32
)

// ErrBusy says that so many sign in just now that this one was not looked at.
var ErrBusy = errors.New("too many sign in just now; try again in a moment")

// hasher hashes passwords, a few at a time.
type hasher struct{ running, asked chan struct{} }

func newHasher() *hasher {
	return &hasher{running: make(chan struct{}, hashesAtOnce), asked: make(chan struct{}, hashesAtOnce+hashesWaiting)}
}

// turn does something when it is its turn.
func (h *hasher) turn(ctx context.Context, work func()) error {
	select {
	case h.asked <- struct{}{}:
		defer func() { <-h.asked }()
	default:
		return ErrBusy
	}
	select {
	case h.running <- struct{}{}:
		defer func() { <-h.running }()
	case <-ctx.Done():
		return ctx.Err()
	}
	if err := ctx.Err(); err != nil { // both were ready
		return err
	}
	work()
	return nil
}

// hash makes the PHC string of a new password.
func (h *hasher) hash(ctx context.Context, password string) (string, error) {
	p := fresh()
	err := h.turn(ctx, func() { p.sum = p.of(password) })
	return p.String(), err
}

// verify says whether a PHC string is that of a password. One that cannot be read, as that of a user whom nobody knows, takes the same work.
func (h *hasher) verify(ctx context.Context, stored, password string) (holds bool, err error) {
	p, fault := parsePHC(stored)
	if fault != nil {
		p = fresh()
	}
	if len(password) > maxPassword {
		password, fault = "", errors.New("longer than any")
	}
	err = h.turn(ctx, func() { holds = p.holds(password) && fault == nil })
	return holds, err
}
