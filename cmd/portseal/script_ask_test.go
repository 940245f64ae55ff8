package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// askService speaks to the service as a script does that knows what 'portseal serve' printed: its address and the fingerprint of its certificate.
func askService(ts *testscript.TestScript, neg bool, args []string) {
	want(ts, neg, len(args) == 3 || len(args) == 4, "ask SERVICE PATH FILE [KEY=WANT | @BODY]")
	path, until := args[1], strings.Join(args[3:], "")
	asking := question{method: http.MethodGet}
	if name, ok := strings.CutPrefix(until, "@"); ok {
		asking, until = question{method: http.MethodPost, body: ts.ReadFile(name)}, ""
	}
	if name := ts.Getenv("TOKEN_FILE"); name != "" {
		asking.token = strings.TrimSpace(ts.ReadFile(name))
	}
	if name, key, ok := strings.Cut(path, ":"); ok {
		var doc any
		ts.Check(json.Unmarshal([]byte(ts.ReadFile(name)), &doc))
		value, err := lookUp(doc, key)
		ts.Check(err)
		path = fmt.Sprint(value)
	}
	address, rest, _ := strings.Cut(ts.ReadFile(args[0]), "\n")
	fingerprint := strings.TrimPrefix(strings.TrimSpace(rest), "certificate SHA-256 ")
	ctx, stop := context.WithTimeout(context.Background(), 2*time.Minute)
	defer stop()
	client := http.Client{Transport: &http.Transport{TLSClientConfig: pinned(fingerprint)}}
	defer client.CloseIdleConnections()
	for {
		body, err := asking.put(ctx, &client, strings.TrimSuffix(address, "/")+path)
		ts.Check(err)
		if until == "" || answers(body, until) {
			ts.Check(os.WriteFile(ts.MkAbs(args[2]), body, 0o600))
			return
		}
		select {
		case <-ctx.Done():
			ts.Fatalf("%s never has %s: %s", path, until, body)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// question is what a script asks the service.
type question struct{ method, body, token string }

func (q question) put(ctx context.Context, client *http.Client, url string) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, q.method, url, strings.NewReader(q.body))
	if err != nil {
		return nil, err
	}
	if q.body != "" {
		request.Header.Set("Content-Type", "application/json")
	}
	if q.token != "" {
		request.Header.Set("Authorization", "Bearer "+q.token)
	}
	answer, err := client.Do(request)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(answer.Body)
	if err = errors.Join(err, answer.Body.Close()); err == nil && answer.StatusCode/100 != 2 {
		err = fmt.Errorf("%s: %s: %s", url, answer.Status, body)
	}
	return body, err
}

// answers says whether a JSON document has a value; one that has nothing there has it not yet.
func answers(body []byte, until string) bool {
	key, want, _ := strings.Cut(until, "=")
	var doc any
	if err := json.Unmarshal(body, &doc); err != nil {
		return false
	}
	value, err := lookUp(doc, key)
	return err == nil && strings.Contains(fmt.Sprint(value), want)
}

// pinned takes the certificate with a SHA-256 fingerprint, in hexadecimal with colons, and no other.
func pinned(fingerprint string) *tls.Config {
	return &tls.Config{InsecureSkipVerify: true, VerifyPeerCertificate: func(raw [][]byte, _ [][]*x509.Certificate) error {
		sum := sha256.Sum256(raw[0])
		want, err := hex.DecodeString(strings.ReplaceAll(fingerprint, ":", ""))
		if err != nil || !bytes.Equal(sum[:], want) {
			return fmt.Errorf("the service has another certificate (%X) than it printed: %q", sum, fingerprint)
		}
		return nil
	}}
}
