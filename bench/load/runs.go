package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"
)

// lookEvery is how often it is asked whether a run is in progress.
const lookEvery = 250 * time.Millisecond

// watch keeps runs going where there is a token, and sees how much of the time one was in progress, until the result is asked for.
func (s *settings) watch(ctx context.Context, as *user) (seen func() (runs int, share float64, err error)) {
	ctx, cancel := context.WithCancel(ctx)
	looks, busy, ids := 0, 0, map[string]bool{}
	var fault error
	var done sync.WaitGroup
	done.Go(func() {
		for ctx.Err() == nil && fault == nil {
			var now status
			if now, fault = as.status(ctx); fault == nil {
				looks++
				if len(now.Running) > 0 {
					busy++
				} else if s.token != "" {
					fault = as.start(ctx)
				}
				for _, r := range now.Running {
					ids[r.Run] = true
				}
			}
			select {
			case <-ctx.Done():
			case <-time.After(lookEvery):
			}
		}
		if ctx.Err() != nil {
			fault = nil // it was cut off
		}
	})
	return func() (int, float64, error) {
		cancel()
		done.Wait()
		return len(ids), float64(busy) / float64(max(looks, 1)), fault
	}
}

// status is what the service is doing.
type status struct {
	Running []struct {
		Run string `json:"run"`
	} `json:"running"`
	Last *struct{} `json:"last"` // nil: no run of the whole estate is finished
}

func (u *user) status(ctx context.Context) (status, error) {
	var s status
	err := u.ask(ctx, http.MethodGet, "api/v1/status", "", http.StatusOK, &s)
	return s, err
}

// firstRun waits until there is something to show.
func (u *user) firstRun(ctx context.Context) error {
	for {
		now, err := u.status(ctx)
		if err == nil && len(now.Running) == 0 && now.Last == nil && u.token != "" {
			err = u.start(ctx)
		}
		if now.Last != nil || err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("no run was finished: %w", ctx.Err())
		case <-time.After(lookEvery):
		}
	}
}

// start begins a run of the schedule.
func (u *user) start(ctx context.Context) error {
	body, err := json.Marshal(map[string]string{"schedule": u.schedule})
	if err != nil {
		return err
	}
	return u.ask(ctx, http.MethodPost, "api/v1/runs", string(body), http.StatusCreated, &struct{}{})
}

// ask asks the API, as the token or the session.
func (u *user) ask(ctx context.Context, method, path, body string, want int, into any) error {
	r, err := http.NewRequestWithContext(ctx, method, u.url.JoinPath(path).String(), strings.NewReader(body))
	if err != nil {
		return err
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	if u.token != "" {
		token, err := lines(u.token)
		if err != nil || len(token) != 1 {
			return fmt.Errorf("%s: want one token: %w", u.token, err)
		}
		r.Header.Set("Authorization", "Bearer "+token[0])
	} else if u.cookie != nil {
		r.AddCookie(u.cookie)
	}
	answer, err := u.client.Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode != want {
		return fmt.Errorf("%s %s: %s", method, path, answer.Status)
	}
	return json.NewDecoder(answer.Body).Decode(into)
}
