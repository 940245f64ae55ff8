package notice

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/portseal/portseal/internal/history"
	"github.com/portseal/portseal/report/text"
)

// How long things take.
const (
	dueAtOnce   = 1000
	sendWithin  = 30 * time.Second // one try
	claimFor    = 2 * time.Minute  // longer than a try: another service takes over what a dead one has claimed
	endsWithin  = 5 * time.Second  // what is being sent when the service is told to stop
	firstPause  = 10 * time.Second
	longest     = time.Hour // pause
	giveUpAfter = 72 * time.Hour
)

// pause is how long to wait after a number of failed tries: twice as long each time, up to an hour, the second half of it by chance, so that
// many that failed at one time do not come back at one time.
func pause(tries int) time.Duration {
	d := longest
	if tries < 10 {
		d = min(firstPause<<max(tries-1, 0), longest)
	}
	return d/2 + rand.N(d/2)
}

// laterError is a receiver that says when it may be tried again.
type laterError struct {
	error
	after time.Duration
}

// Unwrap returns what went wrong.
func (l laterError) Unwrap() error { return l.error }

// deliver begins to send what is due: one message at a time to each receiver, all receivers side by side.
func (n *Notifier) deliver(ctx context.Context) {
	asked, done := context.WithTimeout(context.WithoutCancel(ctx), storeWithin)
	defer done()
	due, err := n.Store.DueNotices(asked, n.Now(), dueAtOnce)
	if !n.outbox(err) {
		return
	}
	name := n.Estate().Name
	to := map[string][]history.Notice{}
	for _, notice := range due {
		var m Message
		if json.Unmarshal(notice.Body, &m) == nil && m.Estate == name { // another estate's are sent by its own service
			to[notice.Receiver] = append(to[notice.Receiver], notice)
		}
	}
	for receiver, notices := range to {
		if ctx.Err() == nil && n.begin(receiver) {
			n.workers.Go(func() {
				defer n.end(receiver)
				n.deliverTo(ctx, notices)
			})
		}
	}
}

// outbox says in the log when the outbox cannot be read, and when it can again.
func (n *Notifier) outbox(err error) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	is := ""
	if err != nil {
		is = err.Error()
	}
	switch {
	case is != "" && n.outboxIs == "":
		n.Log.Error("notices are not sent while the database does not answer", "why", is)
	case is == "" && n.outboxIs != "":
		n.Log.Info("notices are sent again")
	}
	n.outboxIs = is
	return err == nil
}

// begin says whether a receiver can be sent to now: nobody is at it, and it did not fail a short time ago.
func (n *Notifier) begin(receiver string) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.busy[receiver] || n.Now().Before(n.rest[receiver]) {
		return false
	}
	n.busy[receiver] = true
	delete(n.rest, receiver)
	return true
}

func (n *Notifier) end(receiver string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	delete(n.busy, receiver)
}

// deliverTo sends to one receiver, until it fails.
func (n *Notifier) deliverTo(ctx context.Context, notices []history.Notice) {
	asked := context.WithoutCancel(ctx)
	for _, notice := range notices {
		if ctx.Err() != nil {
			return
		}
		now := n.Now()
		claimed, err := n.Store.ClaimNotice(asked, notice.ID, now, now.Add(claimFor))
		if err != nil {
			n.outbox(err)
			return
		}
		if !claimed {
			continue
		}
		err = n.try(ctx, notice)
		notice = n.became(notice, err)
		if err := n.Store.PutNotice(asked, notice); err != nil {
			n.outbox(err)
			return
		}
		if err != nil && notice.Done == nil {
			n.mu.Lock()
			n.rest[notice.Receiver] = notice.Next
			n.mu.Unlock()
			return
		}
	}
}

// try sends one message once.
func (n *Notifier) try(ctx context.Context, notice history.Notice) error {
	send, done := context.WithTimeout(context.WithoutCancel(ctx), sendWithin)
	defer done()
	defer context.AfterFunc(ctx, func() { time.AfterFunc(endsWithin, done) })()
	for _, to := range n.Estate().Notices {
		if to.Name == notice.Receiver {
			var m Message
			if err := json.Unmarshal(notice.Body, &m); err != nil {
				return fmt.Errorf("the stored notice: %w", err)
			}
			return n.send(send, to, &m, notice.Body)
		}
	}
	return errors.New("the estate file names no such receiver")
}

// became notes what became of a try.
func (n *Notifier) became(notice history.Notice, err error) history.Notice {
	now := n.Now().UTC()
	notice.Tries++
	if err == nil {
		notice.Done, notice.Error = &now, ""
		n.Count(notice.Receiver, Delivered)
		n.Log.Info("a notice was delivered", "receiver", notice.Receiver, "notice", notice.Key, "tries", notice.Tries)
		return notice
	}
	notice.Error = text.Cut(err.Error(), detailWidth)
	wait := pause(notice.Tries)
	if later, ok := errors.AsType[laterError](err); ok {
		wait = max(wait, min(later.after, longest))
	}
	notice.Next = now.Add(wait)
	if age := now.Sub(notice.Made); age >= giveUpAfter {
		notice.Done, notice.GivenUp = &now, true
		n.Count(notice.Receiver, GivenUp)
		n.Log.Error("a notice is given up", "receiver", notice.Receiver, "notice", notice.Key, "tries", notice.Tries, "made", notice.Made, "why", notice.Error)
		return notice
	}
	n.Count(notice.Receiver, Retried)
	n.Log.Warn("a notice was not delivered", "receiver", notice.Receiver, "notice", notice.Key, "tries", notice.Tries, "next", notice.Next, "why", notice.Error)
	return notice
}
