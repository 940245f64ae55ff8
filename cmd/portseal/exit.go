package main

import (
	"errors"
	"fmt"
)

// The exit codes. They are the same whatever the output format.
const (
	exitOK         = 0 // ran, nothing at or above --fail-on
	exitInternal   = 1 // portseal itself failed
	exitUsage      = 2 // usage or configuration error; nothing was scanned
	exitFindings   = 3 // findings at or above --fail-on
	exitIncomplete = 4 // no such finding, but something could not be assessed
)

// exitError ends the program with a code. An empty message prints nothing: the report has said all.
type exitError struct {
	code int
	err  error
}

// Error returns the message.
func (e exitError) Error() string {
	if e.err == nil {
		return ""
	}
	return e.err.Error()
}

// Unwrap returns the cause.
func (e exitError) Unwrap() error { return e.err }

// usageError marks a fault in what the user wrote: on the command line or in a file.
func usageError(err error) error { return exitError{exitUsage, err} }

// usagef is usageError with a message of its own.
func usagef(format string, args ...any) error { return usageError(fmt.Errorf(format, args...)) }

// codeOf returns the exit code of an error; what is not marked is portseal's own failure.
func codeOf(err error) int {
	if err == nil {
		return exitOK
	}
	if e, ok := errors.AsType[exitError](err); ok {
		return e.code
	}
	return exitInternal
}
