// Command wide listens on many loopback ports with crypto/tls, as an estate of many listeners in one small process:
//
//	wide COUNT
//
// It prints one JSON line {"listeners": [{"port": ..., "suites": ...}]}, where suites is how many pairs of version and suite
// the listener accepts. Then, for each line on its standard input, it prints the number of connections that it has
// accepted so far; it ends with its input. Limits: four kinds of listener in turn, throwaway keys, one processor.
package main

import (
	"bufio"
	"context"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"runtime"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/portseal/portseal/internal/tlstest/pki"
)

type listener struct {
	Port   int `json:"port"`
	Suites int `json:"suites"`
}

// kind is one sort of listener, with the suites it accepts in all its versions together.
type kind struct {
	key      pki.KeyType
	min, max uint16
	suites   int
}

// kinds follow from configured: of it an ECDSA key serves three suites, an RSA key six, two of them below TLS 1.2; TLS 1.3
// has its three.
func kinds() []kind {
	return []kind{
		{pki.P256, tls.VersionTLS12, tls.VersionTLS13, 3 + 3},
		{pki.RSA2048, tls.VersionTLS12, tls.VersionTLS13, 6 + 3},
		{pki.P256, tls.VersionTLS12, tls.VersionTLS12, 3},
		{pki.RSA2048, tls.VersionTLS10, tls.VersionTLS13, 2 + 2 + 6 + 3},
	}
}

func configured() []uint16 {
	return []uint16{
		tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, tls.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
		tls.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
		tls.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384, tls.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
		tls.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA, tls.TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA, tls.TLS_RSA_WITH_AES_128_GCM_SHA256,
	}
}

func main() {
	runtime.GOMAXPROCS(1)
	if err := run(os.Args[1:], os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "wide:", err)
		os.Exit(1)
	}
}

func run(args []string, in io.Reader, out io.Writer) error {
	if len(args) != 1 {
		return fmt.Errorf("want COUNT, got %d arguments", len(args))
	}
	count, err := strconv.Atoi(args[0])
	if err != nil {
		return err
	}
	configs, err := configurations()
	if err != nil {
		return err
	}
	accepted := new(atomic.Int64)
	var all []listener
	for i := range count {
		k := i % len(configs)
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return err
		}
		go serve(l, configs[k], accepted)
		all = append(all, listener{Port: l.Addr().(*net.TCPAddr).Port, Suites: kinds()[k].suites}) // "tcp"
	}
	if err := json.NewEncoder(out).Encode(map[string]any{"listeners": all}); err != nil {
		return err
	}
	for lines := bufio.NewScanner(in); lines.Scan(); {
		if _, err := fmt.Fprintln(out, accepted.Load()); err != nil {
			return err
		}
	}
	return nil
}

func configurations() ([]*tls.Config, error) {
	root, err := pki.NewCA("Wide Root", pki.WithKey(pki.RSA2048))
	if err != nil {
		return nil, err
	}
	var configs []*tls.Config
	for _, k := range kinds() {
		id, err := root.Leaf(pki.Leaf{
			CommonName: "localhost", DNS: []string{"localhost"}, IPs: []netip.Addr{netip.AddrFrom4([4]byte{127, 0, 0, 1})}, KeyType: k.key,
		})
		if err != nil {
			return nil, err
		}
		configs = append(configs, &tls.Config{ // old versions are the point
			Certificates: []tls.Certificate{id.Certificate()}, MinVersion: k.min, MaxVersion: k.max, CipherSuites: configured(),
		})
	}
	return configs, nil
}

// serve answers handshakes until the process ends.
func serve(l net.Listener, config *tls.Config, accepted *atomic.Int64) {
	for {
		conn, err := l.Accept()
		if err != nil {
			time.Sleep(time.Millisecond)
			continue
		}
		accepted.Add(1)
		go func() {
			defer conn.Close()
			_ = conn.SetDeadline(time.Now().Add(time.Minute))
			server := tls.Server(conn, config)
			if server.HandshakeContext(context.Background()) == nil {
				_, _ = io.Copy(io.Discard, server)
			}
		}()
	}
}
