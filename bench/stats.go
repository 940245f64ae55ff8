package bench

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// Run is one measured process, with the children that it waited for.
type Run struct {
	Wall    time.Duration `json:"wall"`
	CPU     time.Duration `json:"cpu"`      // user and system time
	PeakKiB int64         `json:"peak_kib"` // largest resident set of one process
	Exit    int           `json:"exit"`     // -1: ended by a signal
	Cut     bool          `json:"cut"`      // ended by the meter at its limit
}

// Median is the middle of values, of an even number the lower of the two; the zero value of none.
func Median[T cmp.Ordered](values []T) (median T) {
	if len(values) > 0 {
		sorted := slices.Sorted(slices.Values(values))
		median = sorted[(len(sorted)-1)/2]
	}
	return median
}

// Series is the runs of one tool on one listener.
type Series []Run

// Walls returns each run's wall time.
func (s Series) Walls() []time.Duration { return each(s, func(r Run) time.Duration { return r.Wall }) }

// CPUs returns each run's processor time.
func (s Series) CPUs() []time.Duration { return each(s, func(r Run) time.Duration { return r.CPU }) }

// Peaks returns each run's peak memory in KiB.
func (s Series) Peaks() []int64 { return each(s, func(r Run) int64 { return r.PeakKiB }) }

// Cut tells whether a run was ended at its limit: its times are lower bounds.
func (s Series) Cut() bool { return slices.ContainsFunc(s, func(r Run) bool { return r.Cut }) }

func each[T any](s Series, of func(Run) T) []T {
	values := make([]T, 0, len(s))
	for _, r := range s {
		values = append(values, of(r))
	}
	return values
}

// seconds writes a median with its range, such as "0.47 (0.39-0.65)"; of one value the value alone.
func seconds(values []time.Duration) string {
	if len(values) == 0 {
		return "-"
	}
	text := fmt.Sprintf("%.3g", Median(values).Seconds())
	if len(values) > 1 {
		text += fmt.Sprintf(" (%.3g-%.3g)", slices.Min(values).Seconds(), slices.Max(values).Seconds())
	}
	return text
}

// ratio writes how many times b a is; "-" where b is nothing.
func ratio(a, b float64) string {
	if b == 0 || a == 0 {
		return "-"
	}
	return fmt.Sprintf("%.2g", a/b)
}
