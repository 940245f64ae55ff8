// Command load asks a service on this machine for its overview, as people who have it open do, and writes how long they waited as one line of
// JSON:
//
//	load [-users 50] [-rate 100] [-for 60s] [-names FILE -password FILE] [-ca FILE] [-token FILE -schedule NAME] URL
//	load -count 1000 [-fresh] ... URL
//
// The first form asks at fixed times, whether or not the service keeps up: what a request waits for the one before it counts (no coordinated
// omission). Every user has a connection of their own that is kept open, and, with -names, a session. A token keeps runs of a schedule
// going meanwhile. The second form is one user, who asks again when the answer is there: what a request costs by itself; -fresh makes each a
// connection of its own.
//
// Limits: loopback addresses only; at most 1,000 users, 1,000 requests a second, 10 minutes, 100,000 requests.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"net/netip"
	"net/url"
	"os"
	"strings"
	"time"
)

// settings are what the command line says.
type settings struct {
	users, rate, count  int
	lasts               time.Duration
	names, password, ca string
	token, schedule     string
	fresh               bool
	url                 *url.URL
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "load:", err)
		os.Exit(1)
	}
}

func run() error {
	var s settings
	flag.IntVar(&s.users, "users", 50, "how many ask")
	flag.IntVar(&s.rate, "rate", 100, "requests a second of all together")
	flag.DurationVar(&s.lasts, "for", time.Minute, "how long")
	flag.IntVar(&s.count, "count", 0, "requests of one user, one after the other, instead")
	flag.BoolVar(&s.fresh, "fresh", false, "with -count: each on a new connection")
	flag.StringVar(&s.names, "names", "", "file with the users' names, a line each; without it nobody signs in")
	flag.StringVar(&s.password, "password", "", "file with the password of all of them")
	flag.StringVar(&s.ca, "ca", "", "file with the service's certificate (PEM)")
	flag.StringVar(&s.token, "token", "", "file with a token that may begin runs")
	flag.StringVar(&s.schedule, "schedule", "", "whose runs are kept going")
	flag.Parse()
	if err := s.check(flag.Args()); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), s.lasts+5*time.Minute) // to sign in, and should the service hang
	defer cancel()
	result, err := s.measure(ctx)
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(result)
}

// check keeps the load on this machine, and bounded.
func (s *settings) check(args []string) error {
	if len(args) != 1 {
		return fmt.Errorf("want one URL, got %d arguments", len(args))
	}
	if s.users < 1 || s.users > 1000 || s.rate < 1 || s.rate > 1000 || s.lasts <= 0 || s.lasts > 10*time.Minute || s.count < 0 || s.count > 100_000 {
		return errors.New("that is more than 1,000 users, 1,000 requests a second, 10 minutes or 100,000 requests, or less than one")
	}
	var err error
	if s.url, err = url.Parse(args[0]); err != nil {
		return err
	}
	if at, err := netip.ParseAddr(s.url.Hostname()); err != nil || !at.IsLoopback() {
		return fmt.Errorf("%s: want a loopback address", args[0])
	}
	return nil
}

// lines of a file, without empty ones.
func lines(name string) ([]string, error) {
	data, err := os.ReadFile(name)
	return strings.Fields(string(data)), err
}
