package web

import (
	"context"
	"time"

	"github.com/portseal/portseal/internal/history"
	"github.com/portseal/portseal/report"
)

// trend is how many findings the runs of the whole estate had. Runs that were missed are in it, as gaps.
type trend struct {
	Points []trendPoint // oldest first
	Missed int
}

// trendPoint is one run. Without a report it has no counts.
type trendPoint struct {
	Run    string
	At     time.Time
	Missed bool
	Counts []int // of each severity, worst first
	RC4    int
}

// Unix is when, in seconds, for the chart.
func (t trendPoint) Unix() int64 { return t.At.Unix() }

func (p *Pages) trendOf(ctx context.Context, estate string, n int) (trend, error) {
	points, err := p.Store.Trend(ctx, estate, n)
	if err != nil {
		return trend{}, err
	}
	var out trend
	for _, point := range points {
		one := trendPoint{Run: point.Run, At: point.At, RC4: point.RC4Open, Missed: point.State != history.Finished}
		if one.Missed {
			out.Missed++
		} else {
			for _, s := range report.Severities() {
				one.Counts = append(one.Counts, point.BySeverity[s.String()])
			}
		}
		out.Points = append(out.Points, one)
	}
	return out, nil
}

// Severities are the columns of the trend.
func (t trend) Severities() []report.Severity { return report.Severities() }

// Newest is the trend with the newest run first, as a table is read.
func (t trend) Newest() []trendPoint {
	out := make([]trendPoint, 0, len(t.Points))
	for i := range t.Points {
		out = append(out, t.Points[len(t.Points)-1-i])
	}
	return out
}
