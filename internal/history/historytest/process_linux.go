package historytest

import (
	"os"
	"os/exec"
	"syscall"
)

// immediately ends a PostgreSQL server without a shutdown ("Shutting Down the Server": Immediate Shutdown mode).
const immediately = syscall.SIGQUIT

// owner is a user that a server runs as.
type owner struct{ id int }

// nobody is Debian's user of that name.
const nobody = 65534

// unprivileged is who runs the test, or nobody where that is root: PostgreSQL refuses root.
func unprivileged() owner {
	if os.Geteuid() == 0 {
		return owner{nobody}
	}
	return owner{os.Geteuid()}
}

// temp is where the user may have a folder: one that the environment names may be closed to everybody but who runs the test.
func (o owner) temp() string {
	if o.id == os.Geteuid() {
		return os.TempDir()
	}
	return "/tmp"
}

// give makes the user own files.
func (o owner) give(paths ...string) error {
	for _, path := range paths {
		if err := os.Chown(path, o.id, -1); err != nil {
			return err
		}
	}
	return nil
}

// run lets a command run as the user, and end with a test binary that is killed.
func (o owner) run(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGQUIT}
	if o.id != os.Geteuid() {
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: uint32(o.id), Gid: uint32(o.id)}
	}
}
