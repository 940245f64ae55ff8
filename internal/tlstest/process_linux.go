package tlstest

import (
	"os/exec"
	"syscall"
)

// isolate puts cmd into a process group of its own, and lets it end with a test binary that is killed.
func isolate(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}

// kill ends cmd's whole process group.
func kill(cmd *exec.Cmd) { _ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
