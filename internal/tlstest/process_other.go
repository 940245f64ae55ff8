//go:build !linux

package tlstest

import "os/exec"

// isolate does nothing here: process groups are asked for on Linux only, where the real servers are tested.
func isolate(*exec.Cmd) {}

func kill(cmd *exec.Cmd) { _ = cmd.Process.Kill() }
