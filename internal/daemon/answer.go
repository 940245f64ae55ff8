package daemon

import (
	"fmt"
	"log/slog"
	"net/http"
	"time"
)

// logged logs each answer, and turns a panic of a part into an answer.
func logged(log *slog.Logger, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := time.Now()
		rec := &recorder{ResponseWriter: w, until: began.Add(writeWithin)}
		defer func() {
			fault := recover()
			if fault == http.ErrAbortHandler { //nolint:errorlint // as net/http compares it
				panic(fault)
			}
			if fault != nil {
				log.Error("portseal failed in an answer", "method", r.Method, "path", r.URL.Path, "fault", fmt.Sprint(fault))
				if rec.code == 0 {
					say(rec, http.StatusInternalServerError, "portseal itself failed; its log says how")
				}
			}
			log.Debug("answered", "method", r.Method, "path", r.URL.Path, "status", rec.code, "time", time.Since(began).String(), "from", r.RemoteAddr)
		}()
		next.ServeHTTP(rec, r)
		rec.within(pieceWithin) // for what is not sent yet
	})
}

// recorder notes the status of an answer, and sends it as fast as it is taken: its reader has time for each piece, and not to hold all of it for as
// long as the largest may take.
type recorder struct {
	http.ResponseWriter
	code  int
	until time.Time // all of it must be taken
	own   bool      // who answers says himself how long the reader has
}

// within gives the reader time for another piece. There is none that waits while one is made: of HTTP/2 a deadline ends even what is not written.
func (r *recorder) within(limit time.Duration) {
	if r.own {
		return
	}
	by := time.Now().Add(limit)
	if by.After(r.until) {
		by = r.until
	}
	_ = http.NewResponseController(r.ResponseWriter).SetWriteDeadline(by) // a writer that has none is a test's
}

// SetWriteDeadline is for answers that go on for as long as there is something to say: by it http.ResponseController leaves the time to them.
func (r *recorder) SetWriteDeadline(by time.Time) error {
	r.own = true
	return http.NewResponseController(r.ResponseWriter).SetWriteDeadline(by)
}

// WriteHeader notes the status.
func (r *recorder) WriteHeader(code int) {
	if r.code == 0 {
		r.code = code
	}
	r.ResponseWriter.WriteHeader(code)
}

// Write is that of an answer whose status is 200 unless it was said.
func (r *recorder) Write(data []byte) (n int, err error) {
	if r.code == 0 {
		r.code = http.StatusOK
	}
	for err == nil {
		r.within(pieceWithin)
		var took int
		took, err = r.ResponseWriter.Write(data[n:min(len(data), n+piece)])
		r.within(writeWithin)
		if n += took; n == len(data) {
			break
		}
	}
	return n, err
}

// Unwrap lets http.ResponseController reach the answer itself.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }
