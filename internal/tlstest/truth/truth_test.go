package truth_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/tlstest/badserver"
	"github.com/portseal/portseal/internal/tlstest/truth"
)

func TestAskNamesEveryEnd(t *testing.T) {
	hello := truth.Hello(truth.TLS12, []uint16{0xc02f}, "")
	for name, c := range map[string]struct {
		handler badserver.Handler
		end     string
		alert   int
	}{
		"alert":   {badserver.AlertsAll(40), "alert", 40},
		"close":   {badserver.ClosesOnHello(), "close", -1},
		"reset":   {badserver.ResetsOnHello(), "reset", -1},
		"garbage": {badserver.Garbage(1), "garbage", -1},
		"no TLS":  {badserver.HTTPPlain(), "garbage", -1},
		"opaque":  {badserver.Opaque(1), "garbage", -1},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := badserver.Listen(c.handler)
			require.NoError(t, err)
			defer s.Close()
			answer, err := truth.Ask(context.Background(), s.Addr(), hello)
			require.NoError(t, err)
			assert.Equal(t, c.end, answer.End)
			assert.Equal(t, c.alert, answer.Alert)
			assert.Zero(t, answer.Version)
		})
	}
	_, err := truth.Suites(context.Background(), closedPort(t).Addr(), truth.TLS12, "")
	require.ErrorContains(t, err, "suite 0000 in version 0303")
}

// TestSuitesDoesNotCallAFailureARefusal is the reason why the reference can be one.
func TestSuitesDoesNotCallAFailureARefusal(t *testing.T) {
	s, err := badserver.Listen(badserver.ResetsOnHello())
	require.NoError(t, err)
	defer s.Close()
	_, err = truth.Suites(context.Background(), s.Addr(), truth.TLS12, "")
	require.EqualError(t, err, "suite 0000 in version 0303 ended in reset")
}

func closedPort(t *testing.T) *badserver.Server {
	t.Helper()
	s, err := badserver.Listen(badserver.Silent())
	require.NoError(t, err)
	require.NoError(t, s.Close())
	return s
}
