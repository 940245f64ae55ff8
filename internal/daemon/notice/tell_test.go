package notice

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/estate"
	"github.com/portseal/portseal/internal/history"
	"github.com/portseal/portseal/report"
)

const day = 24 * time.Hour

// stored lets a run end after some time, and returns what the receiver was told then; nil for nothing.
func (s *service) stored(t *testing.T, after time.Duration, receiver string) *Message {
	t.Helper()
	s.at = s.at.Add(after)
	before := len(s.store.messages(t, receiver))
	r := s.run(fmt.Sprint("run-", s.at.Unix()), history.Finished)
	s.Stored(t.Context(), &r)
	s.Stored(t.Context(), &r) // a service that was killed may tell the same again
	all := s.store.messages(t, receiver)
	require.Empty(t, s.log.String())
	require.LessOrEqual(t, len(all)-before, 1, "one message a run")
	if len(all) == before {
		return nil
	}
	return &all[len(all)-1]
}

func TestFindingIsToldOnce(t *testing.T) {
	s := begin(&estate.Notice{Name: "ops"}, &estate.Notice{Name: "high", Least: report.High}, &estate.Notice{Name: "ends", On: []string{estate.NoticeResolved}})
	s.find("A", "SYSA/one", report.Medium)
	s.find("B", "SYSA/two\n\x1b[31m", report.Critical).Detail = "CN=evil\r\nBcc: x@example.com"
	m := s.stored(t, 0, "ops")
	require.NotNil(t, m)
	assert.Equal(t, "prodplex: 2 new findings (1 critical, 1 medium)", m.Title)
	assert.Equal(t, []string{estate.NoticeNew}, m.Events)
	assert.Equal(t, report.Critical, m.Severity)
	require.Len(t, m.New, 2)
	assert.Equal(t, "B", m.New[0].ID, "the worst first")
	assert.Equal(t, `CN=evil\r\nBcc: x@example.com`, m.New[0].Detail)
	assert.Equal(t, `SYSA/two\n\x1b[31m`, m.New[0].Endpoint)
	require.Len(t, s.store.messages(t, "high"), 1)
	assert.Equal(t, 1, s.store.messages(t, "high")[0].Counts.New)
	assert.Empty(t, s.store.messages(t, "ends"))

	assert.Nil(t, s.stored(t, 60*day, "ops"), "it stays open")
	s.end("B")
	m = s.stored(t, day, "ops")
	require.NotNil(t, m)
	assert.Equal(t, "prodplex: 1 resolved", m.Title)
	assert.Equal(t, report.Info, m.Severity)
	assert.Equal(t, "title of B", m.Resolved[0].Title)
	assert.Len(t, s.store.messages(t, "high"), 2)
	require.Len(t, s.store.messages(t, "ends"), 1, "what it was not told of as new, it is told of as resolved")
	assert.Nil(t, s.stored(t, 3*day, "ops"))
}

func TestSameRuleTwice(t *testing.T) {
	s := begin(&estate.Notice{Name: "ops"})
	s.find("A", "SYSA/one", report.Medium)
	require.NotNil(t, s.stored(t, 0, "ops"))
	s.at = s.at.Add(day)
	s.find("A", "SYSA/one", report.Medium).Detail = "another certificate"
	m := s.stored(t, 0, "ops")
	require.NotNil(t, m)
	assert.Equal(t, "another certificate", m.New[0].Detail)
	s.end("A")
	assert.Equal(t, 2, s.stored(t, day, "ops").Counts.Resolved)
}

func TestFlapping(t *testing.T) {
	s := begin(&estate.Notice{Name: "ops"})
	told := map[string]int{}
	for hour := range 48 {
		if hour%2 == 0 {
			s.find("A", "SYSA/one", report.High)
		} else {
			s.end("A")
		}
		if m := s.stored(t, time.Hour, "ops"); m != nil {
			told[fmt.Sprint(m.Events, m.Counts.New == 1 && m.New[0].Again)]++
		}
	}
	assert.Equal(t, map[string]int{"[new] false": 1, "[new] true": 2, "[resolved] false": 2}, told, "of 48 changes")
	s.end("A")
	assert.Nil(t, s.stored(t, time.Hour, "ops"))
	require.NotNil(t, s.stored(t, day, "ops"), "what it is in the end is told")
	assert.Nil(t, s.stored(t, 2*day, "ops"))
	s.find("A", "SYSA/one", report.High)
	assert.False(t, s.stored(t, 0, "ops").New[0].Again, "it was quiet for long")
}

func TestWaivedAndWorse(t *testing.T) {
	s := begin(&estate.Notice{Name: "ops", Least: report.Medium})
	f := s.find("A", "SYSA/one", report.Medium)
	require.NotNil(t, s.stored(t, 0, "ops"))
	f.Waived = &report.Waived{Reason: "planned"}
	assert.Nil(t, s.stored(t, day, "ops"), "a waived finding is not resolved")
	f.Waived = nil
	assert.NotNil(t, s.stored(t, day, "ops"))
	f.Severity = report.Critical
	m := s.stored(t, day, "ops")
	require.NotNil(t, m)
	assert.Equal(t, "medium", m.New[0].Was)
	f.Severity = report.High
	assert.Nil(t, s.stored(t, day, "ops"), "it is better")
	f.Severity = report.Low
	assert.Nil(t, s.stored(t, day, "ops"), "it is below what the receiver is told of")
}

func TestCertificates(t *testing.T) {
	s := begin(&estate.Notice{Name: "ops"}, &estate.Notice{Name: "other", On: []string{estate.NoticeNew}})
	end := s.at.Add(40 * day)
	s.store.certificates = []history.Certificate{{Certificate: report.Certificate{SHA256: "aa", Subject: "CN=x\x07", NotAfter: end}, Endpoints: []string{"SYSA/one"}},
		{Certificate: report.Certificate{SHA256: "bb", Subject: "CN=no end"}}}
	var levels, days []int
	for range 60 {
		if m := s.stored(t, day, "ops"); m != nil {
			require.Len(t, m.Expiring, 1)
			levels, days = append(levels, m.Expiring[0].Level), append(days, m.Expiring[0].Days)
			assert.Equal(t, `CN=x\x07`, m.Expiring[0].Subject)
		}
	}
	assert.Equal(t, []int{30, 14, 7, 1, 0}, levels)
	assert.Equal(t, []int{30, 14, 7, 1, -1}, days)
	assert.Empty(t, s.store.messages(t, "other"))
}

func TestManyAreCounted(t *testing.T) {
	s := begin(&estate.Notice{Name: "ops"})
	for i := range 5000 {
		s.find("A", fmt.Sprintf("SYSA/%04d", i), report.High)
	}
	m := s.stored(t, 0, "ops")
	assert.Equal(t, 5000, m.Counts.New)
	assert.Len(t, m.New, mostListed)
	assert.Contains(t, m.lines(), "... and 4950 more")
	s.end("A")
	m = s.stored(t, day, "ops")
	assert.Equal(t, 5000, m.Counts.Resolved)
	assert.Len(t, m.Resolved, mostListed)
}

func TestRunsThatCameToNothing(t *testing.T) {
	s := begin(&estate.Notice{Name: "ops"})
	s.Ended(t.Context(), s.run("c", history.Cancelled))
	assert.Empty(t, s.store.messages(t, "ops"))
	end := func(id string, state history.State) {
		r := s.run(id, state)
		r.Message = "a blackout was on"
		s.store.runs = append(s.store.runs, r)
		s.Ended(t.Context(), r)
		s.Ended(t.Context(), r)
	}
	for i := range 30 {
		end(fmt.Sprint("m", i), history.Missed)
		s.at = s.at.Add(time.Hour)
	}
	all := s.store.messages(t, "ops")
	require.Len(t, all, 2, "once a day")
	assert.Equal(t, "prodplex: a run of schedule nightly was missed", all[0].Title)
	assert.Equal(t, 23, all[1].Counts.Untold)
	assert.Contains(t, all[1].lines(), "Why: a blackout was on")
	s.stored(t, 0, "ops")
	end("m30", history.Missed)
	assert.Len(t, s.store.messages(t, "ops"), 3, "it ran between")

	end("f1", history.Failed)
	assert.Len(t, s.store.messages(t, "ops"), 4)
	r := s.run("u1", history.Failed)
	r.Schedule = ""
	for range 2 {
		s.Ended(t.Context(), r)
	}
	assert.Len(t, s.store.messages(t, "ops"), 5)
}

func TestDatabaseIsDown(t *testing.T) {
	s := begin(&estate.Notice{Name: "ops"})
	s.find("A", "SYSA/one", report.High)
	s.store.down = true
	r := s.run("r", history.Finished)
	s.Stored(t.Context(), &r)
	s.Ended(t.Context(), s.run("f", history.Failed))
	assert.Contains(t, s.log.String(), "no answer")
	s.makeUp(t.Context())
	s.store.down = false
	s.makeUp(t.Context())
	s.makeUp(t.Context())
	assert.Len(t, s.store.messages(t, "ops"), 2)
}

func TestAnotherServiceWasFaster(t *testing.T) {
	s := begin(&estate.Notice{Name: "ops"})
	s.find("A", "SYSA/one", report.High)
	other := New(s.Config)
	r := s.run("r", history.Finished)
	s.store.beforeTell = func() {
		other.Stored(context.WithoutCancel(t.Context()), &r)
		s.find("C", "SYSA/one", report.High)
	}
	s.find("B", "SYSA/one", report.High)
	s.Stored(t.Context(), &r)
	all := s.store.messages(t, "ops")
	require.Len(t, all, 2)
	assert.Equal(t, 2, all[0].Counts.New)
	require.Len(t, all[1].New, 1, "what the other has told is not told again")
	assert.Equal(t, "C", all[1].New[0].ID)
}

func TestCatchUp(t *testing.T) {
	s := begin(&estate.Notice{Name: "ops"})
	failed, fine := s.run("f", history.Failed), s.run("g", history.Finished)
	fine.Schedule, failed.Started = "other", s.at.Add(-time.Hour)
	earlier := s.run("e", history.Missed)
	earlier.Schedule, earlier.Started = "other", s.at.Add(-time.Hour)
	s.store.runs = []history.Run{fine, failed, earlier}
	s.catchUp(t.Context())
	s.catchUp(t.Context())
	all := s.store.messages(t, "ops")
	require.Len(t, all, 1, "what was made up for since is no news")
	assert.Equal(t, "f", all[0].Run.ID)
}
