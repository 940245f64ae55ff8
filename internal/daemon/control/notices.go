package control

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/portseal/portseal/internal/estate"
	"github.com/portseal/portseal/internal/history"
	"github.com/portseal/portseal/report"
)

// What has become of a notice.
const (
	NoticeWaiting = "waiting" // it is to be sent, or to be tried again
	NoticeSent    = "sent"
	NoticeGivenUp = "given-up"
)

// NoticeStates lists them all.
func NoticeStates() []string { return []string{NoticeWaiting, NoticeSent, NoticeGivenUp} }

// Notice is a message to a receiver, as pages and API show it. Where the receiver is, and what proves to it who sends, is not told.
type Notice struct {
	ID       int64           `json:"id"`
	Estate   string          `json:"estate"`
	Receiver string          `json:"receiver"` // its name in the estate file
	State    string          `json:"state"`
	Title    string          `json:"title"`
	Severity report.Severity `json:"severity,omitempty"` // of the worst thing told; absent where the message cannot be read
	Events   []string        `json:"events"`
	Run      string          `json:"run,omitempty"` // that is the reason
	Made     time.Time       `json:"made"`
	Tries    int             `json:"tries"`
	Next     *time.Time      `json:"next,omitempty"`  // try of one that waits
	Error    string          `json:"error,omitempty"` // of the last try
	Ended    *time.Time      `json:"ended,omitempty"` // when it was sent or given up
}

// NoticeOf reads what the history keeps of a notice. Of a body that cannot be read, only what stands beside it is known.
func NoticeOf(n history.Notice) Notice {
	out := Notice{ID: n.ID, Receiver: n.Receiver, State: NoticeWaiting, Made: n.Made, Tries: n.Tries, Error: n.Error, Ended: n.Done}
	switch {
	case n.GivenUp:
		out.State = NoticeGivenUp
	case n.Done != nil:
		out.State = NoticeSent
	default:
		out.Next = &n.Next
	}
	var body struct { // internal/daemon/notice writes more
		Estate   string
		Title    string
		Severity report.Severity
		Events   []string
		Run      *struct{ ID string }
	}
	if err := json.Unmarshal(n.Body, &body); err != nil {
		out.Title, out.Events = "The stored message cannot be read.", []string{}
		return out
	}
	out.Estate, out.Title, out.Severity, out.Events = body.Estate, body.Title, body.Severity, append([]string{}, body.Events...)
	if body.Run != nil {
		out.Run = body.Run.ID
	}
	return out
}

// mostLooked bounds how many notices a page looks through; the one that follows goes on where it ended.
const mostLooked = 500

// Notices are a page of those of an estate that have one of the states (none: any), newest first. A page may have fewer than asked for, or none,
// and yet a next one.
func Notices(ctx context.Context, box history.Outbox, estate string, states []string, p history.Page) (out []Notice, next string, err error) {
	for looked := 0; ; {
		some, after, err := box.Notices(ctx, history.Page{After: p.After, Limit: p.Limit - len(out)})
		if err != nil {
			return nil, "", err
		}
		for _, n := range some {
			if one := NoticeOf(n); (one.Estate == estate || one.Estate == "") && (len(states) == 0 || slices.Contains(states, one.State)) {
				out = append(out, one)
			}
		}
		looked += len(some)
		if p.After = after; after == "" || len(out) >= p.Limit || looked >= mostLooked {
			return out, after, nil
		}
	}
}

// ErrNotAgain says why a notice is not sent again; it comes wrapped.
var ErrNotAgain = errors.New("it cannot be sent again")

// SendAgain has a notice that was given up sent once more, with the same id for its receiver, and tried for as long as a new one. It stays in the
// list as the one that was given up.
func SendAgain(ctx context.Context, box history.Outbox, in *estate.Estate, id int64, now time.Time) (Notice, error) {
	n, later, err := givenUp(ctx, box, id)
	if err != nil {
		return Notice{}, err
	}
	is := NoticeOf(*n)
	switch {
	case is.Estate != in.Name: // what another service sees to
		return Notice{}, history.ErrNotFound
	case is.State != NoticeGivenUp:
		return Notice{}, fmt.Errorf("%w: it was not given up, it is %s", ErrNotAgain, is.State)
	case later != 0:
		return Notice{}, fmt.Errorf("%w: notice %d is the same once more", ErrNotAgain, later)
	case !slices.ContainsFunc(in.Notices, func(to *estate.Notice) bool { return to.Name == n.Receiver }):
		return Notice{}, fmt.Errorf("%w: the estate file names no receiver %q", ErrNotAgain, n.Receiver)
	}
	return is, box.Tell(ctx, history.Telling{Estate: in.Name, At: now, Notice: &history.Notice{Receiver: n.Receiver, Key: n.Key, Body: n.Body, Made: now, Next: now}})
}

// givenUp finds a notice, and a later one that is the same once more; 0 for none.
func givenUp(ctx context.Context, box history.Outbox, id int64) (*history.Notice, int64, error) {
	type same struct{ receiver, key string }
	newest := map[same]int64{}
	for p := (history.Page{Limit: 100}); ; {
		some, next, err := box.Notices(ctx, p)
		if err != nil {
			return nil, 0, err
		}
		for i, n := range some {
			key := same{n.Receiver, n.Key}
			switch {
			case n.ID == id:
				return &some[i], newest[key], nil
			case n.ID < id:
				return nil, 0, history.ErrNotFound
			case newest[key] == 0:
				newest[key] = n.ID
			}
		}
		if p.After = next; next == "" {
			return nil, 0, history.ErrNotFound
		}
	}
}
