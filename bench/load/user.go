package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"
)

// perRequest is more than any answer may take.
const perRequest = 30 * time.Second

// user is a browser: its connection, and its session.
type user struct {
	*settings
	client *http.Client
	cookie *http.Cookie // nil: nobody has signed in
}

// newUser connects as browsers do: TLS with HTTP/2 where there is TLS, and the connection is kept.
func (s *settings) newUser() (*user, error) {
	transport := &http.Transport{ForceAttemptHTTP2: true, MaxIdleConnsPerHost: 1, DisableKeepAlives: s.fresh}
	if s.ca != "" {
		pem, err := os.ReadFile(s.ca)
		if err != nil {
			return nil, err
		}
		roots := x509.NewCertPool()
		if !roots.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("%s: no certificate in it", s.ca)
		}
		transport.TLSClientConfig = &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}
	}
	return &user{settings: s, client: &http.Client{Transport: transport, Timeout: perRequest,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}, nil
}

// signIn posts the form of the page.
func (u *user) signIn(ctx context.Context, name, password string) error {
	form := url.Values{"name": {name}, "password": {password}, "next": {"/"}}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, u.url.JoinPath("login").String(), strings.NewReader(form.Encode()))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	answer, err := u.client.Do(r)
	if err != nil {
		return err
	}
	_, _ = io.Copy(io.Discard, answer.Body)
	_ = answer.Body.Close()
	if len(answer.Cookies()) != 1 {
		return fmt.Errorf("%s could not sign in: %s", name, answer.Status)
	}
	u.cookie = answer.Cookies()[0]
	return nil
}

// look asks for the overview and reads all of it.
func (u *user) look(ctx context.Context) (octets int, err error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, u.url.String(), nil)
	if err != nil {
		return 0, err
	}
	if u.cookie != nil {
		r.AddCookie(u.cookie)
	}
	answer, err := u.client.Do(r)
	if err != nil {
		return 0, err
	}
	page, err := io.ReadAll(answer.Body)
	_ = answer.Body.Close()
	switch {
	case err != nil:
		return 0, err
	case answer.StatusCode != http.StatusOK:
		return 0, errors.New(answer.Status)
	case !strings.Contains(string(page), "<title>Overview"):
		return 0, errors.New("the page is not the overview")
	}
	return len(page), nil
}
