package scan

import "syscall"

// Winsock's own numbers: package syscall's POSIX names are other values on Windows (Winsock error codes, winerror.h).
const (
	errnoRefused         = syscall.Errno(10061)
	errnoReset           = syscall.Errno(10054)
	errnoAborted         = syscall.Errno(10053)
	errnoPipe            = syscall.Errno(10058)
	errnoTimedOut        = syscall.Errno(10060)
	errnoHostUnreachable = syscall.Errno(10065)
	errnoNetUnreachable  = syscall.Errno(10051)
)
