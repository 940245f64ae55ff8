package main

import (
	"errors"
	"fmt"

	"github.com/spf13/pflag"

	"github.com/portseal/portseal/internal/secret"
	"github.com/portseal/portseal/scan"
)

// proxyFlags name the proxy to connect through.
type proxyFlags struct{ url, password string }

func (f *proxyFlags) register(fl *pflag.FlagSet) {
	fl.StringVar(&f.url, "proxy", "", "`URL` of a proxy to connect through: http://[USER@]HOST:PORT (CONNECT) or socks5://[USER@]HOST:PORT; names of targets are looked up here, and not by it")
	fl.StringVar(&f.password, "proxy-password-file", "", "`FILE` whose first line is the proxy's password, which only you can read")
}

// read is the proxy; nil for none.
func (f *proxyFlags) read() (*scan.Proxy, error) {
	if f.url == "" {
		if f.password != "" {
			return nil, errors.New("--proxy-password-file without --proxy: want both")
		}
		return nil, nil
	}
	var password string
	if f.password != "" {
		line, err := secret.Line(f.password)
		if err != nil {
			return nil, fmt.Errorf("--proxy-password-file: %w", err)
		}
		password = string(line)
	}
	p, err := scan.ParseProxy(f.url, password)
	if err != nil {
		return nil, fmt.Errorf("--proxy: %w", err)
	}
	return p, nil
}
