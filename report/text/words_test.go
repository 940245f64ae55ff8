package text

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestWords(t *testing.T) {
	assert.Equal(t, []string{"0 runs", "1 run", "2 runs"}, []string{Count(0, "run"), Count(1, "run"), Count(2, "run")})
	assert.Equal(t, "1 record", Count(int64(1), "record"))
	assert.Equal(t, "2026-12-31 23:05 UTC", Minute(time.Date(2027, 1, 1, 1, 5, 59, 0, time.FixedZone("", 2*3600))))
	for want, d := range map[string]time.Duration{"under 0.1 s": 99 * time.Millisecond, "1.5 s": 1500 * time.Millisecond, "60.0 s": time.Minute - 1,
		"1 min 0 s": time.Minute, "61 min 2 s": time.Hour + 61*time.Second + 600*time.Millisecond} {
		assert.Equal(t, want, Took(d))
	}
}
