package profile_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/profile"
	"github.com/portseal/portseal/report"
)

// BenchmarkJudge judges endpoints by the profile with the longest lists.
func BenchmarkJudge(b *testing.B) {
	p, err := profile.Named("mozilla-old")
	require.NoError(b, err)
	p.Everywhere = true
	input := profile.Input{At: now}
	for i := range 100 {
		e := speaks(modern, 0xC02F, 0x1302)
		e.ID = fmt.Sprintf("SYSA/%03d", i)
		input.Endpoints = append(input.Endpoints, *e)
	}
	for b.Loop() {
		profile.Judge([]report.Profile{p}, input)
	}
}
