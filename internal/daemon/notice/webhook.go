package notice

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/portseal/portseal/internal/estate"
	"github.com/portseal/portseal/internal/secret"
)

// Headers of a webhook's request. The signature is t=SECONDS,v1=HEX: HMAC-SHA256, with the receiver's key, of SECONDS, a dot and the body.
const (
	SignatureHeader = "Portseal-Signature"
	KeyHeader       = "Idempotency-Key" // the message's id
)

// webhook posts a message. Nothing but its URL is dialled: no proxy, no redirect.
func (w wires) webhook(ctx context.Context, to *estate.Notice, m *Message, body []byte) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, to.Webhook, bytes.NewReader(body))
	if err != nil {
		return errors.New("the address of the webhook is wrong") // err has it, with what in it may be secret
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("User-Agent", w.agent)
	r.Header.Set(KeyHeader, m.ID)
	if to.SecretFile != "" {
		signature, err := sign(to.SecretFile, w.now(), body)
		if err != nil {
			return err
		}
		r.Header.Set(SignatureHeader, signature)
	}
	client := http.Client{Transport: w.transport(r.URL.Hostname()), CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := client.Do(r)
	if err != nil {
		if u, ok := errors.AsType[*url.Error](err); ok {
			err = u.Err // without the URL, whose path is often what proves who sends
		}
		return fmt.Errorf("webhook at %s: %w", r.URL.Host, err)
	}
	defer answer.Body.Close()
	_, _ = io.CopyN(io.Discard, answer.Body, answerMost)
	return accepted(r.URL.Host, answer, w.now())
}

// transport is for one request; it has no proxy.
func (w wires) transport(host string) *http.Transport {
	return &http.Transport{DialContext: (&net.Dialer{Timeout: dialWithin}).DialContext, TLSClientConfig: w.tls(host), TLSHandshakeTimeout: dialWithin,
		DisableKeepAlives: true, MaxResponseHeaderBytes: answerMost, ForceAttemptHTTP2: true}
}

// sign makes the signature's header.
func sign(file string, now time.Time, body []byte) (string, error) {
	key, err := secret.Line(file)
	if err != nil {
		return "", err
	}
	at := strconv.FormatInt(now.Unix(), 10)
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(at + "."))
	mac.Write(body)
	return "t=" + at + ",v1=" + hex.EncodeToString(mac.Sum(nil)), nil
}

// accepted says whether the receiver took the message. Nothing of its answer but the status is repeated.
func accepted(host string, answer *http.Response, now time.Time) error {
	switch code := answer.StatusCode; {
	case code >= 200 && code < 300:
		return nil
	case code >= 300 && code < 400:
		return fmt.Errorf("webhook at %s: it answers %d, and redirects are not followed; want its new address in the estate file", host, code)
	}
	err := fmt.Errorf("webhook at %s: it answers %d", host, answer.StatusCode)
	if after, ok := retryAfter(answer.Header.Get("Retry-After"), now); ok {
		return laterError{err, after}
	}
	return err
}

// retryAfter reads the header of that name: seconds, or a date (RFC 9110 section 10.2.3).
func retryAfter(value string, now time.Time) (time.Duration, bool) {
	if seconds, err := strconv.ParseUint(value, 10, 31); err == nil {
		return time.Duration(seconds) * time.Second, true
	}
	at, err := http.ParseTime(value)
	return at.Sub(now), err == nil
}
