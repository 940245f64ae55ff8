package profile_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/profile"
	"github.com/portseal/portseal/report"
)

// BenchmarkJudge judges a hundred endpoints by every embedded profile.
func BenchmarkJudge(b *testing.B) {
	var all []report.Profile
	for _, name := range profile.Names() {
		p, err := profile.Named(name)
		require.NoError(b, err)
		p.Everywhere = true
		all = append(all, p)
	}
	input := profile.Input{At: now}
	for i := range 100 {
		e := speaks(modern, 0xC02F, 0x1302)
		e.ID = fmt.Sprintf("SYSA/%03d", i)
		input.Endpoints = append(input.Endpoints, *e)
	}
	for b.Loop() {
		profile.Judge(all, input)
	}
}
