// Command first measures how long a program takes from its start to its first connection: it listens on loopback, starts the program, and takes
// the time at which a connection comes.
//
//	first TIMES PROGRAM [ARGUMENT...]
//
// Each argument {} is replaced by the address that listens. It prints the milliseconds of each start on a line of its own. Every connection is
// closed at once; a program that has not connected after a minute is an error.
package main

import (
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strconv"
	"time"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "first:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) < 2 {
		return fmt.Errorf("want TIMES PROGRAM, got %d arguments", len(args))
	}
	times, err := strconv.Atoi(args[0])
	if err != nil {
		return err
	}
	for range times {
		took, err := once(args[1], args[2:])
		if err != nil {
			return err
		}
		fmt.Println(float64(took.Microseconds()) / 1000)
	}
	return nil
}

// once starts the program, and waits until it has ended.
func once(program string, args []string) (time.Duration, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	first := make(chan time.Time, 1)
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return // it is closed
			}
			select {
			case first <- time.Now():
			default: // it was not the first
			}
			_ = conn.Close()
		}
	}()
	defer listener.Close()
	for i := range args {
		if args[i] == "{}" {
			args = append(append(append([]string{}, args[:i]...), listener.Addr().String()), args[i+1:]...)
		}
	}
	cmd := exec.Command(program, args...) // it runs what it is told to
	began := time.Now()
	if err := cmd.Start(); err != nil {
		return 0, err
	}
	defer func() { _ = cmd.Wait() }() // how it ends is not asked
	select {
	case at := <-first:
		return at.Sub(began), nil
	case <-time.After(time.Minute):
		_ = cmd.Process.Kill()
		return 0, errors.New("no connection within a minute")
	}
}
