package main

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"
)

// result is what was measured. Times are in milliseconds.
type result struct {
	Requests int     `json:"requests"`
	Failed   int     `json:"failed"`
	Failure  string  `json:"failure"` // one of them
	Octets   int     `json:"octets"`  // of a page
	Rate     float64 `json:"rate"`    // answers a second
	P50      float64 `json:"p50"`
	P90      float64 `json:"p90"`
	P99      float64 `json:"p99"`
	Max      float64 `json:"max"`
	SignIn   float64 `json:"sign_in"` // the median
	Runs     int     `json:"runs"`    // that were begun
	Running  float64 `json:"running"` // the share of the time in which one was in progress
}

// tally collects what all users saw.
type tally struct {
	mu      sync.Mutex
	waited  []time.Duration
	failure error
	failed  int
	octets  int
}

func (t *tally) add(waited time.Duration, octets int, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.waited = append(t.waited, waited)
	if err != nil {
		t.failed, t.failure = t.failed+1, err
		return
	}
	t.octets = octets
}

func (s *settings) measure(ctx context.Context) (*result, error) {
	if s.count > 0 {
		s.users = 1
	}
	users, signedIn, err := s.allUsers(ctx)
	if err != nil {
		return nil, err
	}
	if err := users[0].firstRun(ctx); err != nil {
		return nil, err
	}
	seen := s.watch(ctx, users[0])
	var all tally
	began := time.Now()
	if s.count > 0 {
		for range s.count {
			asked := time.Now()
			octets, err := users[0].look(ctx)
			all.add(time.Since(asked), octets, err)
		}
	} else {
		s.load(ctx, users, began, &all)
	}
	took := time.Since(began)
	out := all.result(took)
	out.SignIn = at(signedIn, 50)
	out.Runs, out.Running, err = seen()
	return out, err
}

// allUsers makes them, and signs them in one after the other.
func (s *settings) allUsers(ctx context.Context) (users []*user, took []time.Duration, err error) {
	var names, password []string
	if s.names != "" {
		if names, err = lines(s.names); err == nil {
			password, err = lines(s.password)
		}
		if err != nil || len(names) < s.users || len(password) != 1 {
			return nil, nil, fmt.Errorf("want %d names and one password: %w", s.users, err)
		}
	}
	for i := range s.users {
		u, err := s.newUser()
		if err != nil {
			return nil, nil, err
		}
		began := time.Now()
		if names != nil {
			if err := u.signIn(ctx, names[i], password[0]); err != nil {
				return nil, nil, err
			}
			took = append(took, time.Since(began))
		}
		if _, err := u.look(ctx); err != nil { // the page is open
			return nil, nil, err
		}
		users = append(users, u)
	}
	return users, took, nil
}

// load lets every user ask at their own times, spread evenly over all.
func (s *settings) load(ctx context.Context, users []*user, began time.Time, all *tally) {
	each := time.Second * time.Duration(s.users) / time.Duration(s.rate)
	var done sync.WaitGroup
	for i, u := range users {
		done.Go(func() {
			for due := each * time.Duration(i) / time.Duration(s.users); due < s.lasts && ctx.Err() == nil; due += each {
				time.Sleep(time.Until(began.Add(due)))
				octets, err := u.look(ctx)
				all.add(time.Since(began.Add(due)), octets, err)
			}
		})
	}
	done.Wait()
}

func (t *tally) result(took time.Duration) *result {
	out := &result{Requests: len(t.waited), Failed: t.failed, Octets: t.octets, Rate: float64(len(t.waited)-t.failed) / took.Seconds(),
		P50: at(t.waited, 50), P90: at(t.waited, 90), P99: at(t.waited, 99), Max: at(t.waited, 100)}
	if t.failure != nil {
		out.Failure = t.failure.Error()
	}
	return out
}

// at is a percentile in milliseconds: the smallest value that so many percent do not exceed.
func at(times []time.Duration, percent int) float64 {
	if len(times) == 0 {
		return 0
	}
	slices.Sort(times)
	return times[max(0, (len(times)*percent+99)/100-1)].Seconds() * 1000
}
