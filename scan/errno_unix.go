//go:build !windows

package scan

import "syscall"

const (
	errnoRefused         = syscall.ECONNREFUSED
	errnoReset           = syscall.ECONNRESET
	errnoAborted         = syscall.ECONNABORTED
	errnoPipe            = syscall.EPIPE
	errnoTimedOut        = syscall.ETIMEDOUT
	errnoHostUnreachable = syscall.EHOSTUNREACH
	errnoNetUnreachable  = syscall.ENETUNREACH
)
