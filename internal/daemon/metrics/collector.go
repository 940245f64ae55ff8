package metrics

import (
	"slices"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/portseal/portseal/internal/daemon/control"
	"github.com/portseal/portseal/internal/history"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// The names.
const (
	runsTotal        = "portseal_runs_total"
	noticesTotal     = "portseal_notices_total"
	buildInfo        = "portseal_build_info"
	leafNotAfter     = "portseal_certificate_not_after_timestamp_seconds"
	ringNotAfter     = "portseal_keyring_not_after_timestamp_seconds"
	findings         = "portseal_findings"
	listeners        = "portseal_listeners"
	listenersUnknown = "portseal_listeners_not_assessed"
	rc4Open          = "portseal_rc4_listeners_open"
	probeFailures    = "portseal_probe_failures"
	lastFinished     = "portseal_run_last_finished_timestamp_seconds"
	lastDuration     = "portseal_run_last_duration_seconds"
	lastVerdict      = "portseal_run_last_verdict"
	running          = "portseal_runs_running"
	waitingRuns      = "portseal_runs_waiting_for_database"
	scheduleNext     = "portseal_schedule_next_timestamp_seconds"
	scheduleMissed   = "portseal_schedule_last_missed"
	blackout         = "portseal_blackout"
	reloadOK         = "portseal_estate_reload_success"
	estateLoaded     = "portseal_estate_loaded_timestamp_seconds"
	databaseUp       = "portseal_database_up"
	databaseSize     = "portseal_database_size_bytes"
	noticesWaiting   = "portseal_notices_waiting"
)

// metric is one name with its meaning.
type metric struct {
	name, help string
	labels     []string
}

// all lists the metrics that are read at a scrape; runsTotal and noticesTotal are counted as it happens.
func all() []metric {
	return []metric{
		{buildInfo, "1; the version is in its labels.", []string{"version", "commit"}},
		{leafNotAfter, "When the certificate of a listener ends, the one that ends first.", []string{"system", "endpoint"}},
		{ringNotAfter, "When the certificate of a key ring ends that ends first.", []string{"keyring"}},
		{findings, "Open findings that no waiver covers.", []string{"severity"}},
		{listeners, "Listeners by what the last look at each showed.", []string{"state"}},
		{listenersUnknown, "Listeners of which something was not assessed.", nil},
		{rc4Open, "Listeners with Query Monitor's built-in RC4 encryption that are open.", nil},
		{probeFailures, "Questions to listeners that failed at the last look at each.", []string{"stage", "kind"}},
		{lastFinished, "When the last run of a schedule with a report finished; no schedule is a run that somebody began.", []string{"schedule"}},
		{lastDuration, "How long that run took.", []string{"schedule"}},
		{lastVerdict, "1 for the verdict of that run, 0 for the others.", []string{"schedule", "verdict"}},
		{running, "Runs on their way.", nil},
		{waitingRuns, "Runs that are over and wait for the database.", nil},
		{scheduleNext, "When a schedule is due next, jitter apart.", []string{"schedule"}},
		{scheduleMissed, "1 when the last due time of a schedule was missed.", []string{"schedule"}},
		{blackout, "1 while a blackout is on: nothing is dialled.", nil},
		{reloadOK, "0 while the estate file has a fault and the last good one is in force.", nil},
		{estateLoaded, "When the estate in force was read.", nil},
		{databaseUp, "1 when the database answers.", nil},
		{databaseSize, "What the history takes.", nil},
		{noticesWaiting, "Notices that were not delivered yet, 1000 at most.", nil},
	}
}

// Names are the names of all metrics of portseal.
func Names() []string {
	out := []string{runsTotal, noticesTotal}
	for _, m := range all() {
		out = append(out, m.name)
	}
	slices.Sort(out)
	return out
}

// collector gives a registry what was last read.
type collector struct{ *Metrics }

func (c collector) described() map[string]*prometheus.Desc {
	out := map[string]*prometheus.Desc{}
	for _, m := range all() {
		out[m.name] = prometheus.NewDesc(m.name, m.help, m.labels, nil)
	}
	return out
}

// Describe sends every metric.
func (c collector) Describe(to chan<- *prometheus.Desc) {
	for _, d := range c.described() {
		to <- d
	}
}

// Collect sends every value.
func (c collector) Collect(to chan<- prometheus.Metric) {
	descs := c.described()
	send := func(name string, value float64, labels ...string) {
		for i := range labels {
			labels[i] = strings.ToValidUTF8(labels[i], "\uFFFD")
		}
		to <- prometheus.MustNewConstMetric(descs[name], prometheus.GaugeValue, value, labels...)
	}
	c.mu.Lock()
	now, past := c.now, c.past
	c.mu.Unlock()
	send(buildInfo, 1, c.Tool.Version, c.Tool.Commit)
	status := c.Control.Status()
	send(databaseUp, truth(now.up && status.Database == "")) // one that answers and takes nothing, as on a full disk, is of no use
	if now.asked {
		send(databaseSize, float64(now.size))
		send(noticesWaiting, float64(now.notices))
	}
	service(status, c.Now(), send)
	if past.known {
		looks(past, send)
		runs(past, send)
	}
}

type sender func(name string, value float64, labels ...string)

func truth(yes bool) float64 {
	if yes {
		return 1
	}
	return 0
}

// service is what the service itself knows.
func service(s control.Status, now time.Time, send sender) {
	send(running, float64(len(s.Running)))
	send(waitingRuns, float64(s.Waiting))
	send(reloadOK, truth(s.Fault == ""))
	send(estateLoaded, seconds(s.Loaded))
	dark := slices.ContainsFunc(s.Blackouts, func(b control.Blackout) bool { return !now.Before(b.From) && now.Before(b.To) })
	send(blackout, truth(dark))
	for _, one := range s.Schedules {
		if len(one.Next) > 0 {
			send(scheduleNext, seconds(one.Next[0]), one.Name)
		}
		send(scheduleMissed, truth(one.Last != nil && one.Last.State == history.Missed), one.Name)
	}
}

// looks is what the listeners showed.
func looks(p past, send sender) {
	states, unknown, open := map[scan.State]int{}, 0, 0
	for _, l := range p.listeners {
		states[l.State]++
		if l.NotAssessed {
			unknown++
		}
		if l.RC4 {
			open++
		}
		if l.NotAfter != nil {
			send(leafNotAfter, seconds(*l.NotAfter), l.System, l.ID)
		}
	}
	for state, n := range states {
		send(listeners, float64(n), string(state))
	}
	send(listenersUnknown, float64(unknown))
	send(rc4Open, float64(open))
	for _, severity := range report.Severities() {
		send(findings, float64(p.findings[severity]), severity.String())
	}
	for failure, n := range p.failures {
		stage, kind, _ := strings.Cut(failure, "/")
		send(probeFailures, float64(n), stage, kind)
	}
	for ring, end := range p.rings {
		send(ringNotAfter, seconds(end), ring)
	}
}

// runs is what became of the last run of each schedule.
func runs(p past, send sender) {
	for schedule, r := range p.last {
		if r.Finished == nil {
			continue
		}
		send(lastFinished, seconds(*r.Finished), schedule)
		send(lastDuration, r.Finished.Sub(r.Started).Seconds(), schedule)
		for _, v := range []report.Verdict{report.Pass, report.Fail, report.Incomplete} {
			send(lastVerdict, truth(r.Verdict == v), schedule, string(v))
		}
	}
}
