package main

import (
	"flag"
	"io"
	"path/filepath"
	"runtime"
	"runtime/metrics"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/report/table"
)

var benchReport = flag.String("report", filepath.Join("..", "..", "testdata", "reports", "readers.json"), "`FILE` with the report that BenchmarkFormats writes")

// BenchmarkFormats writes one report in every format; bench/render.sh gives it one of 10,000 endpoints. Peak is what the heap held at most,
// the report itself included.
func BenchmarkFormats(b *testing.B) {
	s, err := readStored(nil, *benchReport)
	require.NoError(b, err)
	for _, f := range formats() {
		b.Run(f.name, func(b *testing.B) {
			runtime.GC()
			peak := watchHeap()
			for b.Loop() {
				if err := f.write(io.Discard, s.Report, table.Options{Width: 120}); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(peak())/(1<<20), "peak-MB")
		})
	}
}

// watchHeap looks at the heap until the returned function is called, which says how much it held at most.
func watchHeap() func() uint64 {
	stop, most := make(chan struct{}), make(chan uint64)
	go func() {
		sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
		tick := time.NewTicker(2 * time.Millisecond)
		defer tick.Stop()
		peak := uint64(0)
		for {
			metrics.Read(sample)
			peak = max(peak, sample[0].Value.Uint64())
			select {
			case <-stop:
				most <- peak
				return
			case <-tick.C:
			}
		}
	}()
	return func() uint64 {
		close(stop)
		return <-most
	}
}
