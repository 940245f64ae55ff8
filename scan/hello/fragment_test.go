package hello

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// refragment puts every run of handshake records into records of n bytes, so that messages are split, and joined, at every
// place. All other records stay as they are.
func refragment(t *testing.T, received []byte, n int) []byte {
	var out, handshake []byte
	var version uint16
	flush := func() {
		for len(handshake) > 0 {
			k := min(n, len(handshake))
			out = append(out, typeHandshake, byte(version>>8), byte(version), byte(k>>8), byte(k))
			out = append(out, handshake[:k]...)
			handshake = handshake[k:]
		}
	}
	for at := 0; at < len(received); {
		r, err := nextRecord(received, at)
		require.NoError(t, err)
		if r.kind == typeHandshake {
			version = uint16(received[at+1])<<8 | uint16(received[at+2])
			handshake = append(handshake, r.body...)
		} else {
			flush()
			out = append(out, received[at:r.at+len(r.body)]...)
		}
		at = r.at + len(r.body)
	}
	flush()
	return out
}

func TestAnyFragmentation(t *testing.T) {
	for _, f := range flights(t) {
		whole := parseAndOpen(t, f)
		for n := 1; n <= len(f.Received); n++ {
			again := f
			again.Received = refragment(t, f.Received, n)
			got := Parse(again.Received)
			if whole.Finished && n%97 == 1 { // opening costs more, and fragmentation only moves where it begins
				got = parseAndOpen(t, again)
			}
			if whole.Finished && !got.Finished {
				require.Equal(t, whole.ServerHello, got.ServerHello, "%s: records of %d bytes", f.Name, n)
				continue
			}
			checkPlaces(t, again.Received, got)
			require.Equal(t, withoutPlaces(whole), withoutPlaces(got), "%s: records of %d bytes", f.Name, n)
		}
	}
}

// checkPlaces checks that certificates stand where the flight says.
func checkPlaces(t *testing.T, received []byte, f Flight) {
	for i, der := range f.Certificates {
		if at := f.CertificatesAt[i]; at >= 0 {
			require.Equal(t, der, received[at:at+len(der)])
		}
	}
}

func withoutPlaces(f Flight) Flight {
	f.CertificatesAt, f.Rest = nil, 0
	return f
}

// A certificate that lies within one record has a place even when its message does not.
func TestPlaceInSplitMessage(t *testing.T) {
	f := readFlight(t, "tls12-ecdhe-rsa")
	whole := Parse(f.Received)
	require.Len(t, whole.Certificates, 2)
	end := whole.CertificatesAt[0] + len(whole.Certificates[0])
	split := refragment(t, f.Received, end) // the second certificate goes on in the second record
	places := Parse(split).CertificatesAt
	assert.Positive(t, places[0])
	assert.Equal(t, -1, places[1])
}
