package web

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/portseal/portseal/internal/history"
)

// keptFor is how long a long list is kept at most: an import by another process may change it without a newer run.
const keptFor = time.Minute

// known keeps the long lists of the history, which change when a run is stored, and many look at.
type known struct {
	listeners    keptList[history.Listener]
	certificates keptList[history.Certificate]
}

// keptList is a list as it was after a run. Nobody changes it.
type keptList[T any] struct {
	mu   sync.Mutex // held while it is read: many may ask for it at once
	run  string     // the newest one, of an estate
	read time.Time
	list []T
}

// after returns the list as it is after the newest run of an estate.
func (k *keptList[T]) after(ctx context.Context, p *Pages, estate string, read func(ctx context.Context, estate string) ([]T, error)) ([]T, error) {
	newest, err := p.Store.Last(ctx, estate, true)
	if errors.Is(err, history.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	key := newest.ID + " of " + estate
	k.mu.Lock()
	defer k.mu.Unlock()
	now := p.Now()
	if age := now.Sub(k.read); k.run == key && age >= 0 && age < keptFor {
		return k.list, nil
	}
	list, err := read(ctx, estate)
	if err != nil {
		return nil, err
	}
	k.run, k.read, k.list = key, now, list
	return list, nil
}

// listeners are all listeners of the estate in force. They are not to be changed.
func (p *Pages) listeners(ctx context.Context) ([]history.Listener, error) {
	return p.known.listeners.after(ctx, p, p.Control.Status().Estate.Name, p.Store.Listeners)
}

// certificates are all its certificates. They are not to be changed.
func (p *Pages) certificates(ctx context.Context) ([]history.Certificate, error) {
	return p.known.certificates.after(ctx, p, p.Control.Status().Estate.Name, p.Store.Certificates)
}
