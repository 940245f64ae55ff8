// Package online asks responders and lists whether certificates are revoked.
//
// Each question is put once in a run, a bounded number side by side, by plain GET and POST. A run's proxy is used for all of them, and no
// other: what the environment says of proxies does not count. Answers are signed, so that how they come needs no trust; redirects are
// followed, to http and https alone. Link-local addresses are not connected to; loopback and private ones are, for there CAs of the enterprise's own
// have theirs. What comes is cut at a size, and lists are read one at a time, since they may be large.
package online

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/portseal/portseal/internal/revocation"
	"github.com/portseal/portseal/report"
)

const (
	sideBySide   = 8
	largestList  = 32 << 20 // octets
	largestReply = 256 << 10
	redirects    = 5
	listFactor   = 6 // the rest of a list may take so many times as long as an answer
)

// Asker asks. It remembers what it was told: one serves one run.
type Asker struct {
	Proxy   *url.URL      // with its password; nil: none
	Source  netip.Addr    // to connect from; the zero value leaves it to the system
	Timeout time.Duration // for an answer, or the beginning of a list; the rest of a list may take six times as long

	told    map[source]report.RevocationCheck
	reading sync.Mutex
}

type source struct{ certificate, by, url string }

// Ask returns a check for each question, in their order. When ctx ends, those that have no answer yet fail with that.
func (a *Asker) Ask(ctx context.Context, questions []revocation.Question) []report.RevocationCheck {
	if a.told == nil {
		a.told = map[source]report.RevocationCheck{}
	}
	groups := map[string][]revocation.Question{}
	var order []string
	out := make([]report.RevocationCheck, len(questions))
	for i, q := range questions {
		var unasked bool
		if out[i], unasked = q.Unasked(time.Now().UTC()); unasked {
			continue
		}
		if _, told := a.told[sourceOf(q)]; told {
			continue
		}
		if groups[q.Key()] == nil {
			order = append(order, q.Key())
		}
		groups[q.Key()] = append(groups[q.Key()], q)
	}
	a.all(ctx, order, groups)
	for i, q := range questions {
		if told, ok := a.told[sourceOf(q)]; ok {
			out[i] = told
		}
	}
	return out
}

func sourceOf(q revocation.Question) source { return source{q.Certificate.SHA256, q.By, q.URL} }

// all puts the questions of each group, which have one answer.
func (a *Asker) all(ctx context.Context, order []string, groups map[string][]revocation.Question) {
	client := a.client()
	var told sync.Mutex
	var g errgroup.Group
	g.SetLimit(sideBySide)
	for _, key := range order {
		g.Go(func() error {
			checks := a.ask(ctx, client, groups[key])
			told.Lock()
			defer told.Unlock()
			for i, q := range groups[key] {
				a.told[sourceOf(q)] = checks[i]
			}
			return nil
		})
	}
	_ = g.Wait() // what fails is a check too
}

// ask puts one question. A list is read from its first octet to its last while no other is: each may be large.
func (a *Asker) ask(ctx context.Context, client *http.Client, group []revocation.Question) []report.RevocationCheck {
	first := group[0]
	limited, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	late := time.AfterFunc(a.Timeout, func() { cancel(context.DeadlineExceeded) })
	defer late.Stop()
	response, failure := request(limited, client, first)
	var body []byte
	if failure == nil {
		defer response.Body.Close()
		most := int64(largestReply)
		if first.By == report.ByCRL {
			late.Stop()
			a.reading.Lock()
			defer a.reading.Unlock()
			late.Reset(a.Timeout * listFactor)
			most = largestList
		}
		body, failure = read(response, most)
	}
	switch {
	case failure != nil && ctx.Err() != nil:
		failure = &report.RevocationFailure{Stage: report.RevocationConnect, Kind: "interrupted", Message: "the run was interrupted"}
	case failure != nil && limited.Err() != nil:
		failure.Kind, failure.Message = "timeout", "no answer in time"
	}
	return checks(group, time.Now().UTC(), body, failure)
}

// checks are what an answer, or none, says of each certificate of a group.
func checks(group []revocation.Question, at time.Time, body []byte, failure *report.RevocationFailure) []report.RevocationCheck {
	var list revocation.List
	if failure == nil && group[0].By == report.ByCRL {
		list = revocation.ReadList(body)
	}
	out := make([]report.RevocationCheck, len(group))
	for i, q := range group {
		switch {
		case failure != nil:
			out[i] = q.Failed(at, *failure)
		case q.By == report.ByCRL:
			out[i] = q.Listed(at, list)
		default:
			out[i] = q.Answer(at, body)
		}
	}
	return out
}

// client makes one that uses the run's proxy and source address, and nothing of the environment.
func (a *Asker) client() *http.Client {
	dialer := net.Dialer{}
	if a.Proxy == nil { // else the user has said where to connect to
		dialer.Control = func(_, address string, _ syscall.RawConn) error {
			if to, err := netip.ParseAddrPort(address); err != nil || nobodys(to.Addr().Unmap()) {
				return errNobody
			}
			return nil
		}
	}
	if a.Source.IsValid() {
		dialer.LocalAddr = &net.TCPAddr{IP: a.Source.AsSlice(), Zone: a.Source.Zone()}
	}
	// A connection is not kept for another question: its end would look like a failure of that one.
	transport := &http.Transport{DialContext: dialer.DialContext, DisableCompression: true, DisableKeepAlives: true, MaxResponseHeaderBytes: 64 << 10}
	if a.Proxy != nil {
		transport.Proxy = http.ProxyURL(a.Proxy)
	}
	return &http.Client{Transport: transport, CheckRedirect: func(to *http.Request, via []*http.Request) error {
		switch {
		case to.URL.Scheme != "http" && to.URL.Scheme != "https":
			return fmt.Errorf("it redirects to %s, which is not supported", to.URL.Scheme)
		case len(via) > redirects:
			return fmt.Errorf("it redirects more than %d times", redirects)
		}
		return nil
	}}
}

// errNobody is why an address is not connected to.
var errNobody = errors.New("its address is one that no responder has: link-local, of a group or of no machine")

// nobodys says whether an address is none that a responder has. A certificate, or a redirection, that names one would have us ask what is meant for
// this machine alone, such as the data that clouds give their machines at 169.254.169.254.
func nobodys(a netip.Addr) bool {
	return a.IsLinkLocalUnicast() || a.IsMulticast() || a.IsUnspecified() || a == netip.AddrFrom4([4]byte{255, 255, 255, 255})
}

// request returns the beginning of what comes, or why nothing does.
func request(ctx context.Context, client *http.Client, q revocation.Question) (*http.Response, *report.RevocationFailure) {
	method := http.MethodGet
	if q.By == report.ByOCSP {
		method = http.MethodPost
	}
	request, err := http.NewRequestWithContext(ctx, method, q.URL, bytes.NewReader(q.Request))
	if err != nil {
		return nil, &report.RevocationFailure{Stage: report.RevocationSource, Kind: "unreadable", Message: "its URL cannot be read"}
	}
	request.Header.Set("User-Agent", "portseal")
	if q.By == report.ByOCSP {
		request.Header.Set("Content-Type", "application/ocsp-request")
		request.Header.Set("Accept", "application/ocsp-response")
	}
	response, err := client.Do(request)
	if err != nil {
		return nil, failed(err)
	}
	if response.StatusCode != http.StatusOK {
		_ = response.Body.Close() // of what is not asked for
		return nil, &report.RevocationFailure{Stage: report.RevocationHTTP, Kind: "status", Message: fmt.Sprintf("HTTP status %d", response.StatusCode)}
	}
	return response, nil
}

// read returns what comes, or why it does not come whole.
func read(response *http.Response, most int64) ([]byte, *report.RevocationFailure) {
	tooLarge := &report.RevocationFailure{Stage: report.RevocationHTTP, Kind: "too-large", Message: fmt.Sprintf("it has more than %d octets", most)}
	if response.ContentLength > most {
		return nil, tooLarge
	}
	var body bytes.Buffer
	body.Grow(int(max(response.ContentLength, 0)) + bytes.MinRead) // what is said to come fits without a copy
	switch n, err := body.ReadFrom(io.LimitReader(response.Body, most+1)); {
	case err != nil:
		f := failed(err)
		f.Stage = report.RevocationHTTP
		return nil, f
	case n > most:
		return nil, tooLarge
	}
	return body.Bytes(), nil
}

// failed says why there is no answer, without the URL, which stands beside it.
func failed(err error) *report.RevocationFailure {
	if wrapped, ok := errors.AsType[*url.Error](err); ok {
		err = wrapped.Err
	}
	f := &report.RevocationFailure{Stage: report.RevocationConnect, Kind: "failed", Message: err.Error()}
	name, unresolved := errors.AsType[*net.DNSError](err)
	switch {
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded):
		f.Kind, f.Message = "timeout", "no answer in time"
	case unresolved:
		f.Kind, f.Message = "resolve", "the name of its host does not resolve: "+name.Err
	case errors.Is(err, errNobody):
		f.Kind, f.Message = "unsupported", errNobody.Error()
	case errors.Is(err, syscall.ECONNREFUSED):
		f.Kind = "refused"
	}
	return f
}
