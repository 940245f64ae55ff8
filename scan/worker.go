package scan

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"sync"
	"time"
)

// worker puts the questions of one target, and keeps the log.
type worker struct {
	*Runner
	lim    *limits
	target Target
	log    *Log

	mu     sync.Mutex
	cost   Cost
	source string
	opened bool           // a connection stood at least once
	wait   sync.WaitGroup // for farewells

	sessions map[string]any // by question; they are as secret as a password, and gone with the worker
}

// ask runs the stages one after the other, each until none of its probes has a question.
func (w *worker) ask(ctx context.Context, stages Stages) {
	for _, stage := range stages {
		for w.log.Stopped == "" {
			questions := next(stage, w.target, w.log)
			if len(questions) == 0 {
				break
			}
			w.round(ctx, questions)
		}
	}
}

// round puts questions side by side, as many as the pace allows, and logs the answers in the order of the questions.
func (w *worker) round(ctx context.Context, questions []Question) {
	if most := w.Pace.MaxConnections; most > 0 {
		left := most - w.dials()
		if left <= 0 {
			w.log.Stopped = UsedUp(most)
			return
		}
		questions = questions[:min(len(questions), left)]
	}
	answers := make([]Exchange, len(questions))
	kept := make([]bool, len(questions))
	faults := make([]any, len(questions))
	var wg sync.WaitGroup
	for i, q := range questions {
		wg.Go(func() {
			defer func() { faults[i] = recover() }()
			answers[i], kept[i] = w.put(ctx, q)
		})
	}
	wg.Wait()
	round := w.log.round()
	for i, x := range answers {
		if kept[i] {
			x.ID, x.Round = Name(len(w.log.exchanges)), round
			w.log.add(x)
		}
	}
	for _, fault := range faults {
		if fault != nil {
			panic(fault) // where the target's own recover is: see observe
		}
	}
	switch why := w.lim.address(w.target.Address).leftAlone(); {
	case ctx.Err() != nil:
		w.log.Stopped = Interrupted
	case why != "":
		w.log.Stopped = why
	}
}

// put asks one question. The answer is not kept when the question was not put after all, or the run was interrupted meanwhile: an
// answer that was cut short by portseal itself is evidence of nothing.
func (w *worker) put(ctx context.Context, q Question) (x Exchange, keep bool) {
	var before Exchange
	for attempt := 0; ; attempt++ {
		x, again := w.once(ctx, q)
		if attempt > 0 && !x.At.IsZero() {
			w.count(func(c *Cost) { c.Repeated++ })
		}
		switch {
		case x.At.IsZero():
			return before, attempt > 0
		case ctx.Err() != nil && x.End == "":
			return x, false
		case !again:
			return x, true
		}
		before = x
		if attempt >= w.Retries {
			w.lim.address(w.target.Address).leaveAlone(fmt.Sprintf(
				"%s stopped accepting connections during the run (%s): it was left alone", w.target.Address, x.Failure.Message))
			return x, true
		}
		if w.Paused != nil {
			w.Paused(w.target, x.Failure, backoff(attempt))
		}
		if sleep(ctx, backoff(attempt)) != nil {
			return x, true
		}
	}
}

// backoff is the wait before a connect is tried again: 0.5 s, 1 s, 2 s, ... at most 8 s.
func backoff(attempt int) time.Duration { return min(time.Second/2<<attempt, 8*time.Second) }

// once makes one connection; At stays zero when it may not be made. Again says that the connect failed on a port that was open
// before.
func (w *worker) once(ctx context.Context, q Question) (x Exchange, again bool) {
	x = Exchange{Question: q.ID}
	release, err := w.lim.acquire(ctx, w.target.AddrPort())
	if err != nil {
		return x, false
	}
	if w.lim.address(w.target.Address).leftAlone() != "" || !w.spend() {
		release()
		return x, false
	}
	x.At = time.Now().UTC()
	qctx, cancel := context.WithTimeout(ctx, w.timeout(q))
	defer cancel()
	conn, failure := dialer{w.Source, w.Proxy}.dial(qctx, w.target.AddrPort())
	if failure != nil {
		release()
		if failure.Kind == KindReset {
			// A listener that resets at once can do so before connect has returned: the port is open all the same.
			x.End = EndReset
			w.connected(nil)
			return x, false
		}
		x.Failure = failure
		return x, w.wasOpen() && (failure.Kind == KindRefused || failure.Kind == KindTimeout)
	}
	defer w.wait.Go(func() {
		farewell(ctx, conn)
		release()
	})
	w.connected(conn)
	w.converse(qctx, conn, q, &x)
	return x, false
}

// converse puts the question over a connection that stands, and fills in what came back.
func (w *worker) converse(ctx context.Context, conn net.Conn, q Question, x *Exchange) {
	if _, port, err := net.SplitHostPort(conn.LocalAddr().String()); err == nil {
		n, _ := strconv.ParseUint(port, 10, 16)
		x.SourcePort = uint16(n)
	}
	stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	rec := &recorder{Conn: conn}
	ready := w.preamble(ctx, rec, w.startUp(q), x)
	w.countBytes(rec)
	if !ready {
		return
	}
	rec = &recorder{Conn: conn}
	if wrap := w.StartTLS[w.startUp(q)].Wrap; wrap != nil {
		rec.Conn = wrap(conn)
	}
	if q.Handshake != nil {
		h := *q.Handshake
		h.Session = w.session(h.Resume)
		res := w.Handshaker.Handshake(ctx, rec, h)
		w.keep(q.ID, res.Session)
		res.Session = nil
		x.Handshake, x.Secret, x.End = &res, res.Secret, res.End
	} else {
		x.End = exchange(rec, q)
	}
	w.countBytes(rec)
	x.Sent, x.Received = rec.bytes()
	if ctx.Err() != nil && x.End == EndReset {
		x.End = EndTimeout
	}
	if errors.Is(ctx.Err(), context.Canceled) && x.End == EndTimeout {
		x.End = ""
	}
}

// startUp is the start-up that a question is put behind: empty for TLS at once.
func (w *worker) startUp(q Question) string {
	switch q.StartUp {
	case "":
		return w.target.StartTLS
	case AtOnce:
		return ""
	}
	return q.StartUp
}

// preamble brings the connection to the point where a ClientHello is expected.
func (w *worker) preamble(ctx context.Context, rec *recorder, kind string, x *Exchange) bool {
	if kind == "" {
		return true
	}
	start, ok := w.StartTLS[kind]
	if !ok {
		x.Failure = &Failure{Stage: StageStartTLS, Kind: KindProtocol, Message: "unknown STARTTLS kind " + strconv.Quote(kind)}
		return false
	}
	x.Preamble, x.Failure = start.Speak(ctx, rec, cmp.Or(w.target.ServerName, w.target.Host))
	return x.Failure == nil
}

// exchange sends the question's flight and reads until the answer is complete, ends, or is too long.
func exchange(rec *recorder, q Question) End {
	if q.Send == nil {
		return EndCut
	}
	// A peer that has already closed may still have said something first: read it even when the write fails.
	_, writeErr := rec.Write(q.Send)
	for {
		err := rec.fill()
		if q.Keep != nil {
			rec.cut(q.Keep(rec.received))
		}
		if err == nil && writeErr == nil {
			writeErr = follow(rec, q) // before the answer is looked at as a whole: whoever replays it has no other order
		}
		if end, done := q.Enough(rec.received); done {
			return end
		}
		switch {
		case len(rec.received) >= MaxAnswer:
			return EndCut
		case err != nil && writeErr != nil && endOf(err) == EndClose:
			return endOf(writeErr)
		case err != nil:
			return endOf(err)
		}
	}
}

// follow sends what a question has to say to what has come back so far.
func follow(rec *recorder, q Question) error {
	for q.Follow != nil {
		more := q.Follow(rec.sent, rec.received)
		if len(more) == 0 {
			break
		}
		if _, err := rec.Write(more); err != nil {
			return err
		}
	}
	return nil
}

// timeout is of one connection, with the time that the peer of its start-up may be silent.
func (w *worker) timeout(q Question) time.Duration {
	patience := w.StartTLS[w.startUp(q)].Patience
	switch {
	case w.target.Timeout > 0:
		return w.target.Timeout + patience
	case w.Timeout > 0:
		return w.Timeout + patience
	}
	return DefaultTimeout + patience
}

func (w *worker) session(question string) any {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.sessions[question]
}

func (w *worker) keep(question string, session any) {
	if session == nil {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.sessions == nil {
		w.sessions = map[string]any{}
	}
	w.sessions[question] = session
}

// countBytes counts what went over a connection; of records that travel in packets, the records.
func (w *worker) countBytes(rec *recorder) {
	sent, received := rec.count()
	w.count(func(c *Cost) { c.BytesSent += sent; c.BytesReceived += received })
}

func (w *worker) count(add func(*Cost)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	add(&w.cost)
}

// spend counts a dial, and says whether the budget had room for it: a dial that is repeated counts twice.
func (w *worker) spend() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if most := w.Pace.MaxConnections; most > 0 && w.cost.Connections >= most {
		return false
	}
	w.cost.Connections++
	return true
}

func (w *worker) dials() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.cost.Connections
}

func (w *worker) wasOpen() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.opened
}

func (w *worker) connected(conn net.Conn) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.opened = true
	if conn == nil {
		return
	}
	if host, _, err := net.SplitHostPort(conn.LocalAddr().String()); err == nil {
		w.source = host
	}
}
