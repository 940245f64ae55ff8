package probes

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"
	"time"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/scan"
)

const featureClock = "clock-in-random"

// A clock is told from chance by answers that agree: two random ones do once in 200 million times.
const (
	clockAgrees = 10 * time.Second // a connection may be slow
	clockStep   = 10               // seconds: what is told apart, so that two looks say the same
)

// deriveClock finds whether the listener's ServerHello.random begins with its clock (gmt_unix_time, RFC 5246 section 7.4.1.2), and how many seconds that is
// ahead of ours. All answers below TLS 1.3 must agree, and there must be two.
func deriveClock(log *scan.Log, o *scan.Observation) {
	var ahead []time.Duration
	var shown []string
	var first []byte
	differ := false
	for _, r := range readAll(log) {
		sh := r.flight.ServerHello
		if sh == nil || sh.Version >= cipher.TLSv13 || sh.HelloRetryRequest {
			continue
		}
		ahead = append(ahead, time.Unix(int64(binary.BigEndian.Uint32(sh.Random)), 0).Sub(r.At.Truncate(time.Second)))
		shown = append(shown, r.ID)
		if first == nil {
			first = sh.Random
		}
		differ = differ || !bytes.Equal(first, sh.Random)
	}
	if len(ahead) < 2 || !differ {
		return
	}
	f := scan.Feature{Name: featureClock, Evidence: shown[:2], Answer: scan.No}
	least, most := slices.Min(ahead), slices.Max(ahead)
	if most-least <= clockAgrees {
		f.Answer = scan.Yes
		f.Values = []string{fmt.Sprintf("%+d seconds", clockStep*int(least.Round(clockStep*time.Second)/(clockStep*time.Second)))}
	}
	o.Features = append(o.Features, f)
}
