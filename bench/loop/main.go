// Command loop makes one TLS handshake with each listener of a list and takes the certificate, as briefly as crypto/tls can, and nothing else: what
// a machine can do at most.
//
//	loop TARGETS OUT
//
// TARGETS is a file with one host:port a line; OUT gets a line for each certificate. Chains are not verified.
package main

import (
	"crypto/tls"
	"fmt"
	"net"
	"os"
	"strings"
	"sync"
	"time"
)

const workers = 16

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "loop:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) != 2 {
		return fmt.Errorf("want TARGETS OUT, got %d arguments", len(args))
	}
	text, err := os.ReadFile(args[0])
	if err != nil {
		return err
	}
	targets := make(chan string)
	var mu sync.Mutex
	var got []string
	var group sync.WaitGroup
	for range workers {
		group.Go(func() {
			for t := range targets {
				if certificate(t) {
					mu.Lock()
					got = append(got, t)
					mu.Unlock()
				}
			}
		})
	}
	for _, t := range strings.Fields(string(text)) {
		targets <- t
	}
	close(targets)
	group.Wait()
	return os.WriteFile(args[1], []byte(strings.Join(got, "\n")), 0o600)
}

// certificate says whether the listener showed one.
func certificate(target string) bool {
	dialer := &net.Dialer{Timeout: 5 * time.Second}
	conn, err := tls.DialWithDialer(dialer, "tcp", target, &tls.Config{InsecureSkipVerify: true, MinVersion: tls.VersionTLS10}) // what is there, is wanted
	if err != nil {
		return false
	}
	defer conn.Close()
	return len(conn.ConnectionState().PeerCertificates) > 0
}
