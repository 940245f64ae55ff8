package starttls

import (
	"bytes"
	"errors"
	"io"
	"net"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// canned is a connection whose peer says data, so many octets a read, and then closes.
type canned struct {
	data  *bytes.Reader
	chunk int
}

func (c *canned) Read(p []byte) (int, error)       { return c.data.Read(p[:min(len(p), c.chunk)]) }
func (c *canned) Write(p []byte) (int, error)      { return len(p), nil }
func (c *canned) Close() error                     { return nil }
func (c *canned) LocalAddr() net.Addr              { return &net.TCPAddr{IP: net.IPv4(192, 0, 2, 1), Port: 1} }
func (c *canned) RemoteAddr() net.Addr             { return c.LocalAddr() }
func (c *canned) SetDeadline(time.Time) error      { return nil }
func (c *canned) SetReadDeadline(time.Time) error  { return nil }
func (c *canned) SetWriteDeadline(time.Time) error { return nil }

// FuzzPeer: whatever a peer says, every kind ends, keeps what was said, and stays within its caps; and it does not matter in
// which pieces that came, but for text behind the go-ahead, which is an error when it came with it and is left alone when not.
func FuzzPeer(f *testing.F) {
	kinds := slices.DeleteFunc(Kinds(), func(k Kind) bool { return k.Start == nil })
	for i, k := range kinds {
		for _, scripts := range []map[string][]script{good(), refusals(), mistakes()} {
			for _, s := range scripts[k.Name] {
				f.Add(uint8(i), []byte(s.said()))
			}
		}
	}
	f.Fuzz(func(t *testing.T, which uint8, data []byte) {
		k := kinds[int(which)%len(kinds)]
		slow := &canned{bytes.NewReader(data), 1}
		said, err := k.Start(t.Context(), slow, "host.example.com")
		require.LessOrEqual(t, len(said), maxSaid)
		require.Equal(t, data[:len(said)], append([]byte{}, said...))
		require.Equal(t, len(data)-len(said), slow.data.Len(), "what was taken from the connection was said")
		requireKnown(t, err)

		whole, wholeErr := k.Start(t.Context(), &canned{bytes.NewReader(data), len(data) + 1}, "host.example.com")
		requireKnown(t, wholeErr)
		if len(data) > 4<<10 {
			return // more than one read in either case
		}
		if err == nil && len(said) < len(data) {
			_, ok := errors.AsType[*Unexpected](wholeErr)
			require.True(t, ok, "text behind the go-ahead: %v", wholeErr)
			return
		}
		require.IsType(t, err, wholeErr)
		if err == nil {
			require.Equal(t, said, whole)
		}
	})
}

// requireKnown: the outcomes that the package promises, for a peer that never fails but by closing.
func requireKnown(t *testing.T, err error) {
	t.Helper()
	_, refused := errors.AsType[*Refused](err)
	_, unexpected := errors.AsType[*Unexpected](err)
	require.True(t, err == nil || refused || unexpected || errors.Is(err, io.ErrUnexpectedEOF), "%T: %v", err, err)
}

// FuzzClear: whatever a peer says to a client without TLS, the dialogue ends, keeps what was said, and stays within its caps.
func FuzzClear(f *testing.F) {
	for _, said := range []string{doTLS, doTLS + "\xff\xfd\x18", "\xff\xfa\x2e\x01\xff\xf0", "220 ready\r\n331 password\r\n", "220 a\r\n534 no\r\n"} {
		f.Add([]byte(said))
	}
	for _, scripts := range []map[string][]script{taken(), demanded(), unclear()} {
		for _, list := range scripts {
			for _, s := range list {
				f.Add([]byte(s.said()))
			}
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, k := range Kinds() {
			if k.Clear == nil {
				continue
			}
			said, err := k.Clear(t.Context(), &canned{bytes.NewReader(data), 7}, "host.example.com")
			require.LessOrEqual(t, len(said), maxSaid)
			require.Equal(t, data[:len(said)], append([]byte{}, said...))
			requireKnown(t, err)
		}
	})
}

// FuzzInjection: whatever a peer says inside TLS, what is known of it stays known when it says more, but that the second command was carried out may show later.
func FuzzInjection(f *testing.F) {
	for _, said := range []string{"250 OK\r\n221 bye\r\n", "530 log in\r\n221 bye\r\n", "+OK\r\n-ERR\r\n", "* BYE\r\np3 OK\r\n", "111 20260101000000\r\n205 \r\n",
		"\"SIEVE\" \"\"\r\nOK\r\nOK (TAG {12}\r\nportseal-tls) \"\"\r\n"} {
		f.Add([]byte(said), len(said)/2)
	}
	f.Fuzz(func(t *testing.T, data []byte, at int) {
		at = min(max(at, 0), len(data))
		for _, k := range Kinds() {
			if k.Injection == nil {
				continue
			}
			carried, known := k.Injection.Carried(data[:at], false)
			require.False(t, carried && !known)
			_, later := k.Injection.Carried(data, false)
			require.True(t, later || !known || k.Injection.whole, "%s: %q", k.Name, data)
		}
	})
}
