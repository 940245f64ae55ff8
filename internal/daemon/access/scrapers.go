package access

import (
	"net/http"
	"sync"
)

// scrapers are those whom the metrics were shown. They are shown them while the database does not answer too: that is what the metrics then say, and
// nobody could be asked for who they are.
type scrapers struct {
	mu    sync.Mutex
	known map[[32]byte]User // by the hash of the token; whoever is at the machine, while there are no users, has none
}

func isMetrics(r *http.Request) bool { return r.URL.Path == metricsPath && isPlain(r.URL) }

// know notes whom a request for the metrics is from, or who may have them no longer. Where the database did not say it, what it said before counts.
func (s *scrapers) know(r *http.Request, at *visit, f *Fault) *Fault {
	headers := r.Header.Values("Authorization")
	if len(headers) != 1 && (len(headers) > 1 || !fromHere(r)) || len(headers) == 0 && len(r.CookiesNamed(CookieName)) > 0 {
		return f
	}
	var nobody, key [32]byte
	if len(headers) > 0 {
		key = keyOf(headers[0])
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	user, known := s.known[key]
	switch {
	case f == nil:
		s.known[key] = *at.user
		if key != nobody {
			delete(s.known, nobody) // there are users
		}
	case f.Status != http.StatusServiceUnavailable:
		delete(s.known, key)
	case known:
		at.user = &user
		return nil
	}
	return f
}
