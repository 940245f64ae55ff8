package hello

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/cipher"
)

// checkFlight checks what must hold of any input.
func checkFlight(t *testing.T, received []byte, f Flight) {
	require.GreaterOrEqual(t, f.Rest, 0)
	require.LessOrEqual(t, f.Rest, len(received))
	require.LessOrEqual(t, len(f.Certificates), MaxCertificates)
	require.Len(t, f.CertificatesAt, len(f.Certificates))
	checkPlaces(t, received, f)
	if !f.TLS {
		require.Nil(t, f.ServerHello)
		require.Nil(t, f.Alert)
	}
}

func FuzzParse(f *testing.F) {
	for _, x := range flights(f) {
		f.Add(x.Received)
	}
	f.Add([]byte{0x80, 3, 0, 0, 1})
	f.Add(append([]byte{0x80, 23}, ssl2Hello(2)...))
	f.Fuzz(func(t *testing.T, received []byte) {
		checkFlight(t, received, Parse(received))
		for _, done := range []func([]byte) (string, bool){Answered, FlightDone, KeyExchangeDone, Ended} {
			end, ok := done(received)
			require.Equal(t, ok, end != "")
		}
		if at, length, ok := Heartbeat(received); ok {
			require.LessOrEqual(t, at, len(received))
			require.Less(t, length, 1<<16)
		}
	})
}

func FuzzParseClientHello(f *testing.F) {
	for _, x := range flights(f) {
		f.Add(x.Sent)
	}
	f.Add([]byte("\x80\x1f\x01\x00\x02\x00\x06\x00\x00\x00\x10"))
	f.Fuzz(func(t *testing.T, sent []byte) {
		h, err := ParseClientHello(sent)
		if err != nil {
			return
		}
		// What could be read can be written again, and then reads the same, as far as it is ours to write.
		h.KeyShares = nil
		again, err := h.Marshal()
		if err != nil {
			return
		}
		got, err := ParseClientHello(again)
		require.NoError(t, err)
		require.Equal(t, h.Suites, got.Suites)
		if h.Version > cipher.SSLv3 {
			require.Equal(t, h.ServerName, got.ServerName)
		}
	})
}

func FuzzOpen(f *testing.F) {
	v := rfc8448(f)
	received := append(append([]byte{}, v["server hello record"]...), v["server flight record"]...)
	f.Add(received, v["server handshake traffic secret"])
	for _, x := range flights(f) {
		if secret, err := secretOf(x.Sent, x.Received, x.Seed); err == nil {
			f.Add(x.Received, secret)
		}
	}
	f.Fuzz(func(t *testing.T, received, secret []byte) {
		flight := Parse(received)
		_ = flight.Open(received, secret)
		checkFlight(t, received, flight)
	})
}

// FuzzContent reads what a server may have encrypted, which mutated ciphertext never reaches.
func FuzzContent(f *testing.F) {
	f.Add(uint8(typeHandshake), []byte{8, 0, 0, 2, 0, 0, 13, 0, 0, 3, 0, 0, 0, 11, 0, 0, 10, 0, 0, 0, 6, 0, 0, 1, 48, 0, 0}, 5)
	f.Add(uint8(typeAlert), []byte{2, 40}, 1)
	f.Fuzz(func(t *testing.T, kind uint8, content []byte, split int) {
		split = min(max(split, 0), len(content))
		var flight Flight
		var asm assembler
		if flight.content(&asm, kind, content[:split]) == nil && !flight.Finished {
			_ = flight.content(&asm, kind, content[split:])
		}
		require.LessOrEqual(t, len(flight.Certificates), MaxCertificates)
	})
}
