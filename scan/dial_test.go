package scan

import (
	"context"
	"net"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
)

// halfOpen is a connection whose peer neither reads nor closes.
type halfOpen struct{ net.Conn }

func (halfOpen) CloseWrite() error { return nil }

// TestFarewellHurries when the run is interrupted, before it or in the middle: Ctrl-C ends everything within a second.
func TestFarewellHurries(t *testing.T) {
	for name, c := range map[string]struct{ interrupt, ends time.Duration }{
		"not interrupted": {time.Hour, time.Second / 2},
		"before":          {0, 250 * time.Millisecond},
		"in the middle":   {200 * time.Millisecond, 450 * time.Millisecond},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithTimeout(t.Context(), c.interrupt)
				defer cancel()
				ours, peer := net.Pipe()
				defer peer.Close()
				from := time.Now()
				farewell(ctx, halfOpen{ours})
				assert.Equal(t, c.ends, time.Since(from))
			})
		})
	}
}
