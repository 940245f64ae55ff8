package tlstest

import (
	"fmt"
	"net"
	"regexp"
	"strconv"
	"testing"
	"time"
)

// HTTPProxy starts tinyproxy, which takes CONNECT to any port, from a user with a password where one is given.
func HTTPProxy(t testing.TB, user, password string) *Server {
	t.Helper()
	path := Require(t, "tinyproxy", "tinyproxy-bin")
	return start(t, program{
		path: path,
		args: func(port uint16) []string {
			conf := fmt.Sprintf("Port %d\nListen 127.0.0.1\nTimeout 60\nMaxClients 50\nAllow 127.0.0.1\nLogLevel Info\n", port)
			if user != "" {
				conf += fmt.Sprintf("BasicAuth %s %s\n", user, password)
			}
			return []string{"-d", "-c", writeFile(t, "tinyproxy.conf", []byte(conf))}
		},
		ready: regexp.MustCompile(`Accepting connections`),
	})
}

// SOCKS5 starts microsocks, for a user with a password where one is given.
func SOCKS5(t testing.TB, user, password string) *Server {
	t.Helper()
	path := Require(t, "microsocks", "microsocks")
	s := start(t, program{
		path: path,
		args: func(port uint16) []string {
			args := []string{"-i", "127.0.0.1", "-p", strconv.Itoa(int(port))}
			if user != "" {
				args = append(args, "-u", user, "-P", password)
			}
			return args
		},
		ready: regexp.MustCompile(``), // it says nothing
	})
	for deadline := time.Now().Add(startLimit); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		if conn, err := net.Dial("tcp", s.Addr.String()); err == nil {
			_ = conn.Close()
			return s
		}
	}
	t.Fatal("tlstest: microsocks does not accept connections")
	return nil
}
