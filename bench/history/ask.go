package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/portseal/portseal/internal/history"
)

// answer is a question, and how long it took.
type answer struct {
	page, question string
	took           time.Duration // the median
	items          int
}

// most is how long a page may take.
const most = 200 * time.Millisecond

// question returns how many items it found.
type question struct {
	page, what string
	ask        func(ctx context.Context, s history.Store) (int, error)
}

func (m *measured) questions(last string) []question {
	endpoint := system(m.listeners/2) + "/" + listener(m.listeners/2)
	all := history.Page{Limit: 100}
	return []question{
		{"overview", "the last run", func(ctx context.Context, s history.Store) (int, error) {
			_, err := s.Last(ctx, estateName, false)
			return 1, err
		}},
		{"overview", "all listeners", func(ctx context.Context, s history.Store) (int, error) {
			x, err := s.Listeners(ctx, estateName)
			return len(x), err
		}},
		{"overview", "the worst findings", func(ctx context.Context, s history.Store) (int, error) {
			x, _, err := s.Findings(ctx, history.FindingQuery{Estate: estateName, Page: all})
			return len(x), err
		}},
		{"overview", "the newest changes", func(ctx context.Context, s history.Store) (int, error) {
			x, _, err := s.Changes(ctx, estateName, "", "", all)
			return len(x), err
		}},
		{"overview", "a trend of 90 runs", func(ctx context.Context, s history.Store) (int, error) {
			x, err := s.Trend(ctx, estateName, 90)
			return len(x), err
		}},
		{"overview", "a trend of three years", func(ctx context.Context, s history.Store) (int, error) {
			x, err := s.Trend(ctx, estateName, 1095)
			return len(x), err
		}},
		{"metrics", "failed questions", func(ctx context.Context, s history.Store) (int, error) {
			x, err := s.Failures(ctx, estateName)
			return len(x), err
		}},
		{"certificates", "all certificates", func(ctx context.Context, s history.Store) (int, error) {
			x, err := s.Certificates(ctx, estateName)
			return len(x), err
		}},
		{"listener", "its history", func(ctx context.Context, s history.Store) (int, error) {
			x, err := s.Spans(ctx, estateName, endpoint)
			return len(x), err
		}},
		{"listener", "its findings, closed ones too", func(ctx context.Context, s history.Store) (int, error) {
			x, _, err := s.Findings(ctx, history.FindingQuery{Estate: estateName, Endpoint: endpoint, Closed: true, Page: all})
			return len(x), err
		}},
		{"listener", "its changes", func(ctx context.Context, s history.Store) (int, error) {
			x, _, err := s.Changes(ctx, estateName, "", endpoint, all)
			return len(x), err
		}},
		{"listener", "what it showed last", func(ctx context.Context, s history.Store) (int, error) {
			x, err := s.Shown(ctx, estateName, []string{endpoint})
			return len(x), err
		}},
		{"runs", "the newest", func(ctx context.Context, s history.Store) (int, error) {
			x, _, err := s.List(ctx, history.RunQuery{Estate: estateName, Page: all})
			return len(x), err
		}},
		{"run", "its changes", func(ctx context.Context, s history.Store) (int, error) {
			x, _, err := s.Changes(ctx, estateName, last, "", all)
			return len(x), err
		}},
		{"report", "of one run, in octets", func(ctx context.Context, s history.Store) (int, error) {
			x, err := s.Report(ctx, last)
			return len(x), err
		}},
	}
}

// ask puts every question several times.
func (m *measured) ask(ctx context.Context, store history.Store) error {
	last, err := store.Last(ctx, estateName, false)
	if err != nil {
		return err
	}
	for _, q := range m.questions(last.ID) {
		const times = 7
		var took []time.Duration
		items := 0
		for range times {
			begun := time.Now()
			if items, err = q.ask(ctx, store); err != nil {
				return fmt.Errorf("%s: %s: %w", q.page, q.what, err)
			}
			took = append(took, time.Since(begun))
		}
		m.answers = append(m.answers, answer{q.page, q.what, median(took), items})
	}
	return nil
}

// text is the result as Markdown.
func (m *measured) text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "# A history of years, measured\n\nWritten by `make bench-history` on %s.\n\n", time.Now().UTC().Format("2006-01-02"))
	kind := "SQLite"
	if strings.HasPrefix(m.db, "postgres") {
		kind = "PostgreSQL"
	}
	fmt.Fprintf(&b, "%d listeners, %d nightly runs, %.1f in a hundred listeners change a night (%d changes in all); %s; %s.\n\n", m.listeners, m.runs, 100*m.part, m.changes, kind, machine())
	fmt.Fprintf(&b, "| what | measured |\n| --- | --- |\n")
	fmt.Fprintf(&b, "| one report, as JSON | %.1f MB |\n| the database after the first run | %.1f MB |\n| the database after all | %.1f MB |\n", float64(m.report)/1e6, float64(m.first)/1e6, float64(m.size)/1e6)
	if m.runs > 1 {
		each := float64(m.size-m.first) / float64(m.runs-1) / float64(m.listeners)
		fmt.Fprintf(&b, "| a listener and run, changes included | %.0f octets |\n", each)
	}
	fmt.Fprintf(&b, "| to store a run: median, longest | %.2f s, %.2f s |\n", float64(median(m.stored))/1e6, float64(longest(m.stored))/1e6)
	if m.verified > 0 {
		fmt.Fprintf(&b, "| `portseal history verify` | %.0f s |\n", m.verified.Seconds())
	}
	fmt.Fprintf(&b, "\nWhat pages ask, the median of seven; each is to take less than %d ms.\n\n| page | question | items | ms | reached |\n| --- | --- | ---: | ---: | --- |\n", most.Milliseconds())
	for _, a := range m.answers {
		reached := "yes"
		if a.took >= most {
			reached = "no"
		}
		fmt.Fprintf(&b, "| %s | %s | %d | %.1f | %s |\n", a.page, a.question, a.items, float64(a.took.Microseconds())/1000, reached)
	}
	return b.String()
}

func longest(values []int64) (most int64) {
	for _, v := range values {
		most = max(most, v)
	}
	return most
}
