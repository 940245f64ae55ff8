package sqldb

import (
	"context"
	"errors"
	"time"

	"github.com/portseal/portseal/internal/history"
)

// Prune is not there yet.
func (s *Store) Prune(ctx context.Context, before time.Time, with history.Storing) (int, error) {
	return 0, errors.ErrUnsupported
}
