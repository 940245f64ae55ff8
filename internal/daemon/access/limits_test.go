package access

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAttempts(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	l := newLoginLimits()
	for range pairBurst {
		require.NoError(t, l.attempt(now, anna, "192.0.2.1"))
	}
	err := l.attempt(now, anna, "192.0.2.1")
	require.EqualError(t, err, "too many attempts; try again in 30 seconds")
	require.NoError(t, l.attempt(now, anna, "192.0.2.2"), "who guesses locks out nobody elsewhere")
	require.NoError(t, l.attempt(now, otto, "192.0.2.1"), "nor another name at once")
	require.NoError(t, l.attempt(now.Add(pairEvery), anna, "192.0.2.1"), "time gives one more")
	require.Error(t, l.attempt(now.Add(pairEvery), anna, "192.0.2.1"))
	l.succeeded(anna, "192.0.2.1")
	require.NoError(t, l.attempt(now.Add(pairEvery), anna, "192.0.2.1"))
}

func TestManyNamesFromOneAddress(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	l := newLoginLimits()
	for i := range addressBurst {
		require.NoError(t, l.attempt(now, fmt.Sprintf("user%d", i), fmt.Sprintf("2001:db8::%x", i+1)), "one network is one address")
	}
	l.succeeded("user1", "2001:db8::1")
	err := l.attempt(now, "another", "2001:db8::ffff")
	wait, ok := errors.AsType[TooMany](err)
	require.True(t, ok)
	assert.Equal(t, 6, wait.Seconds())
	require.NoError(t, l.attempt(now, "another", "2001:db8:0:1::1"))
}

func TestOneNameFromManyAddresses(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	l := newLoginLimits()
	for i := range nameBurst {
		require.NoError(t, l.attempt(now, anna, fmt.Sprintf("192.0.2.%d", i)))
	}
	require.Error(t, l.attempt(now, anna, "198.51.100.1"))
	require.NoError(t, l.attempt(now, otto, "198.51.100.1"))
}

func TestLimitsAreBounded(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	l := newLimiter(1, time.Minute)
	require.Zero(t, l.take(now, "0"))
	for i := range 3 * maxBuckets {
		require.Zero(t, l.take(now, fmt.Sprint(i+1)))
		require.Equal(t, time.Minute, l.take(now, "0"), "what is used stays")
	}
	assert.Len(t, l.byKey, maxBuckets)
	assert.Equal(t, maxBuckets, l.order.Len())
	l.forget("0")
	l.forget("0")
	assert.Len(t, l.byKey, maxBuckets-1)
	assert.Zero(t, l.take(now, "0"))
}

func TestNetwork(t *testing.T) {
	for from, want := range map[string]string{"192.0.2.1": "192.0.2.1", "::ffff:192.0.2.1": "::ffff:192.0.2.1", "2001:db8::1": "2001:db8::/64", "fe80::1%eth0": "fe80::/64", "@": "@"} {
		assert.Equal(t, want, Network(from))
	}
}
