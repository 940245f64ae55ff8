// Command loop makes one TLS handshake with each listener of a list and takes the certificate, as briefly as crypto/tls can, and nothing else: what
// a machine can do at most.
//
//	loop TARGETS
//
// TARGETS is a file with one host:port a line. It prints how many certificates it got. Chains are not verified.
package main

import (
	"bufio"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

const workers = 16

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "loop:", err)
		os.Exit(1)
	}
}

func run(args []string, out io.Writer) error {
	if len(args) != 1 {
		return fmt.Errorf("want TARGETS, got %d arguments", len(args))
	}
	f, err := os.Open(args[0])
	if err != nil {
		return err
	}
	defer f.Close()
	targets := make(chan string)
	var got atomic.Int64
	var group sync.WaitGroup
	for range workers {
		group.Go(func() {
			for t := range targets {
				if certificate(t) {
					got.Add(1)
				}
			}
		})
	}
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		targets <- lines.Text()
	}
	close(targets)
	group.Wait()
	if err := lines.Err(); err != nil {
		return err
	}
	_, err = fmt.Fprintln(out, got.Load())
	return err
}

// certificate says whether the listener showed one.
func certificate(target string) bool {
	conn, err := tls.DialWithDialer(&net.Dialer{Timeout: 5 * time.Second}, "tcp", target, &tls.Config{InsecureSkipVerify: true, MinVersion: tls.VersionTLS10})
	if err != nil {
		return false
	}
	defer conn.Close()
	return len(conn.ConnectionState().PeerCertificates) > 0
}
