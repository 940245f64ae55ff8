// Command record asks real servers on loopback with this package's hellos and writes what was sent and received into
// ../flights. Run it in scan/hello, with OpenSSL 3 and GnuTLS installed:
//
//	go run ./testdata/record
//
// The tests read the files only, so the servers are needed but once.
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/portseal/portseal/scan/hello"
)

// flight is one recorded answer.
type flight struct {
	Server   string `json:"server"`
	Seed     string `json:"seed"`
	Sent     []byte `json:"sent"`
	Received []byte `json:"received"`
	End      string `json:"end"`
}

func main() {
	dir, err := os.MkdirTemp("", "record")
	if err != nil {
		log.Fatal(err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	if err := run(dir); err != nil {
		log.Print(err)
		_ = os.RemoveAll(dir)
		os.Exit(1) // the folder is removed above
	}
}

func run(dir string) error {
	if err := makePKI(dir); err != nil {
		return err
	}
	for _, c := range cases(dir) {
		if err := record(c); err != nil {
			return fmt.Errorf("%s: %w", c.name, err)
		}
	}
	return nil
}

func record(c testCase) error {
	port, stop, err := c.start()
	if err != nil {
		return err
	}
	defer stop()
	c.hello.Seed = c.name
	sent, err := c.hello.Marshal()
	if err != nil {
		return err
	}
	conn, err := dial(port)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	_ = conn.SetDeadline(time.Now().Add(5 * time.Second))
	if _, err := conn.Write(sent); err != nil {
		return err
	}
	enough := hello.FlightDone
	if len(c.hello.KeyShares) > 0 {
		enough = hello.Flight13Done(hello.NewKeys(c.hello.Seed), sent)
	}
	f := flight{Server: c.server, Seed: c.hello.Seed, Sent: sent}
	buffer := make([]byte, 64<<10)
	for done := false; !done; {
		n, err := conn.Read(buffer)
		f.Received = append(f.Received, buffer[:n]...)
		if f.End, done = enough(f.Received); err == io.EOF && !done {
			f.End, done = "close", true
		} else if err != nil && !done {
			return fmt.Errorf("%w after %x", err, f.Received)
		}
	}
	out, err := json.MarshalIndent(f, "", " ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join("testdata", "flights", c.name+".json"), append(out, '\n'), 0o644)
}

// dial waits until the server listens.
func dial(port int) (net.Conn, error) {
	var err error
	for range 50 {
		var conn net.Conn
		if conn, err = net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", port)); err == nil {
			return conn, nil
		}
		time.Sleep(50 * time.Millisecond)
	}
	return nil, err
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer func() { _ = l.Close() }()
	return l.Addr().(*net.TCPAddr).Port, nil
}

// external starts a server program; PORT in its arguments is replaced.
func external(name string, arguments ...string) func() (int, func(), error) {
	return func() (int, func(), error) {
		port, err := freePort()
		if err != nil {
			return 0, nil, err
		}
		args := append([]string{}, arguments...)
		for i := range args {
			if args[i] == "PORT" {
				args[i] = fmt.Sprint(port)
			}
		}
		cmd := exec.Command(name, args...)
		stdin, err := cmd.StdinPipe() // kept open: openssl s_server ends with its input
		if err != nil {
			return 0, nil, err
		}
		cmd.Stderr = os.Stderr
		if err := cmd.Start(); err != nil {
			return 0, nil, err
		}
		return port, func() {
			_ = stdin.Close()
			_ = cmd.Process.Kill()
			_ = cmd.Wait()
		}, nil
	}
}
