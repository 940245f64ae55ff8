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
	listFactor   = 6 // a list may take so many times as long as an answer
)

// Asker asks. It remembers what it was told: one serves one run.
type Asker struct {
	Proxy   *url.URL      // with its password; nil: none
	Source  netip.Addr    // to connect from; the zero value leaves it to the system
	Timeout time.Duration // for an answer; a list may take six times as long

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

// ask puts one question.
func (a *Asker) ask(ctx context.Context, client *http.Client, group []revocation.Question) []report.RevocationCheck {
	first := group[0]
	timeout, most := a.Timeout, int64(largestReply)
	if first.By == report.ByCRL {
		timeout, most = timeout*listFactor, largestList
	}
	limited, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	body, failure := fetch(limited, client, first, most)
	if failure != nil && ctx.Err() != nil {
		failure = &report.RevocationFailure{Stage: report.RevocationConnect, Kind: "interrupted", Message: "the run was interrupted"}
	}
	at := time.Now().UTC()
	out := make([]report.RevocationCheck, len(group))
	if failure == nil && first.By == report.ByCRL {
		a.reading.Lock()
		defer a.reading.Unlock()
		list := revocation.ReadList(body)
		for i, q := range group {
			out[i] = q.Listed(at, list)
		}
		return out
	}
	for i, q := range group {
		if failure != nil {
			out[i] = q.Failed(at, *failure)
			continue
		}
		out[i] = q.Answer(at, body)
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

// fetch returns what comes, or why nothing does.
func fetch(ctx context.Context, client *http.Client, q revocation.Question, most int64) ([]byte, *report.RevocationFailure) {
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
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, &report.RevocationFailure{Stage: report.RevocationHTTP, Kind: "status", Message: fmt.Sprintf("HTTP status %d", response.StatusCode)}
	}
	body, err := io.ReadAll(io.LimitReader(response.Body, most+1))
	switch {
	case err != nil:
		f := failed(err)
		f.Stage = report.RevocationHTTP
		return nil, f
	case int64(len(body)) > most:
		return nil, &report.RevocationFailure{Stage: report.RevocationHTTP, Kind: "too-large", Message: fmt.Sprintf("it has more than %d octets", most)}
	}
	return body, nil
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
