//go:build linux

// Command meter runs one program and writes what it cost as JSON: wall time, processor time, peak memory, exit code.
//
//	meter RESULT LIMIT PROGRAM [ARGUMENT...]
//
// It is a process of its own because Linux counts the resident set of whoever starts a program as part of the program's
// own peak (getrusage(2), ru_maxrss is kept across execve): the smaller the starter, the truer the peak. Its own size is
// the floor of what it can see. Limits: Linux; a program that outlives LIMIT is killed with its process group.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"syscall"
	"time"
)

func main() {
	runtime.LockOSThread() // the kernel ends the program when the thread that started it ends (Pdeathsig), not the process
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "meter:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) < 3 {
		return fmt.Errorf("want RESULT LIMIT PROGRAM, got %d arguments", len(args))
	}
	limit, err := time.ParseDuration(args[1])
	if err != nil {
		return err
	}
	cmd := exec.Command(args[2], args[3:]...) // it runs what it is told to
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	started := time.Now()
	if err := cmd.Start(); err != nil {
		return err
	}
	cut := make(chan struct{})
	timer := time.AfterFunc(limit, func() {
		close(cut)
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
	})
	_ = cmd.Wait() // how it ended is in ProcessState
	wall := time.Since(started)
	timer.Stop()
	state := cmd.ProcessState
	peak := int64(0)
	if usage, ok := state.SysUsage().(*syscall.Rusage); ok {
		peak = usage.Maxrss
	}
	wasCut := false
	select {
	case <-cut:
		wasCut = true
	default:
	}
	data, err := json.Marshal(map[string]any{
		"wall": wall, "cpu": state.UserTime() + state.SystemTime(), "peak_kib": peak, "exit": state.ExitCode(), "cut": wasCut,
	})
	if err != nil {
		return err
	}
	return os.WriteFile(args[0], data, 0o600)
}
