//go:build !linux

package historytest

import (
	"os"
	"os/exec"
)

// immediately: real servers are tested on Linux; elsewhere one that a test finds is killed.
var immediately = os.Kill

// owner is who runs the test.
type owner struct{}

func unprivileged() owner { return owner{} }

func (owner) temp() string { return os.TempDir() }

func (owner) give(...string) error { return nil }

func (owner) run(*exec.Cmd) {}
