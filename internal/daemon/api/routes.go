package api

import (
	"net/http"
	"slices"

	"github.com/portseal/portseal/internal/daemon/access"
	"github.com/portseal/portseal/internal/daemon/control"
	"github.com/portseal/portseal/internal/history"
)

// route is one thing that can be done.
type route struct {
	method, path string
	id           string // for programs that are made from the OpenAPI document
	about        string
	role         access.Role
	query        []param
	body         []field // nil: there is none
	status       int     // of success
	gives        string  // the schema of what success answers
	refuses      []int   // statuses of problems, beside those that every route has
	alone        bool    // it answers whatever becomes of the store
	do           func(*API, *call) (*answer, error)
}

// Parameters that several routes have.
func estateParam() param {
	return textParam("estate", "The name of an estate; the one in force without it.")
}

func listenerParam() param { return textParam("listener", "The id of one listener: SYSTEM/LISTENER.") }

func runParam(name, about string) param {
	p := textParam(name, about)
	p.required = true
	return p
}

func findingParams() []param {
	return []param{textParam("id", "The id of a rule, such as CERT-EXPIRED."),
		severityParam("least", "Findings of this severity and above."), flagParam("closed", "Those that are closed, too.")}
}

func join(all ...[]param) (out []param) {
	for _, some := range all {
		out = append(out, some...)
	}
	return out
}

func list(more ...param) []param { return join([]param{estateParam()}, more, pageParams()) }

// routes is the one list of what the API can do.
func routes(formats []string) []route {
	get := func(path, id, about, gives string, query []param, do func(*API, *call) (*answer, error), refuses ...int) route {
		return route{method: http.MethodGet, path: path, id: id, about: about, role: access.Viewer, query: query, status: http.StatusOK, gives: gives, refuses: refuses, do: do}
	}
	const notFound = http.StatusNotFound
	out := []route{
		get("/status", "getStatus", "The service now: its estate, what runs, what stands in the way.", "Status", nil, (*API).status),
		get("/runs", "listRuns", "Runs, newest first.", "RunList", list(stateParam(), textParam("schedule", "Runs of this schedule."),
			timeParam("since", "Runs that began at this time or later.")), (*API).listRuns),
		get("/runs/{run}", "getRun", "One run.", "Run", nil, (*API).getRun, notFound),
		get("/runs/{run}/progress", "getProgress", "How far a run has come that this service makes now.", "Progress", nil, (*API).getProgress, notFound, http.StatusConflict),
		get("/runs/{run}/report", "getReport", "The report of a finished run: the octets that were sealed, or another form of them. The strong ETag is the report's digest.",
			reportName, []param{wordParam("format", "The form of the report. Without it Accept decides, and json is the first choice.", formats)},
			(*API).getReport, notFound, http.StatusNotAcceptable, http.StatusGone),
		get("/listeners", "listListeners", "Listeners as the last look left them, by id.", "ListenerList", list(textParam("system", "Listeners of this system."),
			wordParam("state", "Listeners in this state.", states()), flagParam("rc4", "Open RC4 listeners only.")), (*API).listListeners),
		get("/listeners/{system}/{listener}", "getListener", "One listener, with the last look at it and the certificates that it showed.", "Listener",
			[]param{estateParam()}, (*API).getListener, notFound),
		get("/listeners/{system}/{listener}/spans", "listSpans", "What a listener was, newest first: in each span the runs saw the same.", "SpanList", list(), (*API).listSpans, notFound),
		get("/listeners/{system}/{listener}/findings", "listListenerFindings", "The findings of a listener, worst first.", "FindingList",
			list(findingParams()...), (*API).listenerFindings, notFound),
		get("/listeners/{system}/{listener}/changes", "listListenerChanges", "The changes of a listener, newest first.", "ChangeList",
			list(textParam("run", "Changes that this run found.")), (*API).listenerChanges, notFound),
		get("/findings", "listFindings", "Findings with their lives, worst first.", "FindingList",
			list(append(findingParams(), listenerParam())...), (*API).listFindings),
		get("/certificates", "listCertificates", "Certificates of the last looks and the last key rings, by their end.", "CertificateList",
			list(timeParam("ends_before", "Certificates that end before this time.")), (*API).listCertificates),
		get("/changes", "listChanges", "What each run found changed since the run before it that looked at the same, newest first.", "ChangeList",
			list(textParam("run", "Changes that this run found."), listenerParam()), (*API).listChanges),
		get("/diff", "getDiff", "What changed between the reports of two finished runs of one estate: what 'portseal diff --format json' writes, with the paths of the reports.", "Diff",
			[]param{runParam("from", "The earlier run."), runParam("to", "The later run.")}, (*API).getDiff, notFound, http.StatusGone, http.StatusUnprocessableEntity),
		get("/trend", "getTrend", "The last runs of the whole estate, oldest first: the finished ones, and those that were due and came to nothing.", "Trend",
			[]param{estateParam(), numberParam("runs", "How many runs.", 1, mostLimit, usualPoints)}, (*API).trend),
		get("/schedules", "listSchedules", "The schedules of the estate file, with their next times and last runs.", "ScheduleList", pageParams(), (*API).listSchedules),
		get("/notices", "listNotices", "Messages to the receivers of notices, newest first. A page may have fewer than limit, or none, and yet a next one.", "NoticeList",
			list(noticeStateParam()), (*API).listNotices),
		get("/waivers", "listWaivers", "Waivers: those made here, newest first, then those of the estate file.", "WaiverList",
			list(flagParam("holds", "Those that hold today only.")), (*API).listWaivers),
		get("/waivers/{waiver}", "getWaiver", "One waiver that was made here.", "Waiver", nil, (*API).getWaiver, notFound),
		get("/openapi.json", "getOpenAPI", "This document.", "", nil, (*API).getDocument),
	}
	audit := get("/audit", "listDeeds", "The audit log: who did what, newest first.", "DeedList", pageParams(), (*API).listDeeds)
	audit.role = access.Auditor
	out = append(append(out, audit), changing()...)
	for i := range out {
		out[i].alone = slices.Contains([]string{"getStatus", "listSchedules", "getOpenAPI", "reload"}, out[i].id)
	}
	return out
}

func stateParam() param {
	var words []string
	for _, s := range history.States() {
		words = append(words, string(s))
	}
	return stateOf("Runs", words)
}

func noticeStateParam() param { return stateOf("Messages", control.NoticeStates()) }

func stateOf(what string, words []string) param {
	p := wordParam("state", what+" in this state; it may be given several times.", words)
	p.many = true
	return p
}

// changing is what changes something.
func changing() []route {
	post := func(path, id, about, gives string, status int, body []field, do func(*API, *call) (*answer, error), refuses ...int) route {
		return route{method: http.MethodPost, path: path, id: id, about: about, role: access.Operator, body: body, status: status, gives: gives, refuses: refuses, do: do}
	}
	const notFound, conflict, content = http.StatusNotFound, http.StatusConflict, http.StatusUnprocessableEntity
	return []route{
		post("/runs", "startRun", "Begins a run, of the whole estate unless the body says less. Only names that the estate in force has are taken, letter for letter: no host, no address and no pattern.",
			"Run", http.StatusCreated, []field{
				{name: "schedule", about: "The name of a schedule: its systems, probes and pace.", most: maxName},
				{name: "systems", about: "Names of systems.", list: true, most: maxName},
				{name: "listeners", about: "Listeners: SYSTEM/LISTENER.", list: true, most: 2*maxName + 1},
				{name: "probes", about: "How much is asked. Without it what the schedule says, or standard.", most: maxName, words: []string{"quick", "standard", "deep"}},
			}, (*API).startRun, conflict, content),
		post("/runs/{run}/cancel", "cancelRun", "Stops a run that this service makes. The answer comes at once; the run ends within seconds.", "Run", http.StatusAccepted, nil, (*API).cancelRun, notFound, conflict),
		post("/waivers", "addWaiver", "Makes a waiver of the estate in force. It counts from the next run on.", "Waiver", http.StatusCreated, []field{
			{name: "finding", about: "The id of the finding that is accepted.", required: true, most: maxName},
			{name: "listener", about: "SYSTEM/LISTENER, in which * and ? may stand; absent for a finding about no listener.", most: 2*maxName + 1},
			{name: "item", about: "PROFILE/ITEM, for PROFILE-FAILED; * and ? may stand.", most: maxName},
			{name: "until", about: "The last day, UTC, as YYYY-MM-DD.", required: true, most: maxName, day: true},
			{name: "reason", about: "Why it is accepted.", required: true, most: maxProse},
			{name: "approved_by", about: "Who accepted it.", most: maxName},
			{name: "ticket", about: "Where that is recorded.", most: maxName},
		}, (*API).addWaiver, content),
		post("/waivers/{waiver}/expire", "expireWaiver", "Ends a waiver that was made here.", "Waiver", http.StatusOK, nil, (*API).expireWaiver, notFound, conflict),
		post("/notices/{notice}/again", "sendAgain", "Has a message that was given up sent once more, and tried for as long as a new one.", "Notice", http.StatusAccepted, nil,
			(*API).sendAgain, notFound, conflict),
		post("/reload", "reload", "Reads the estate file again. One with faults leaves the last good one in force.", "Status", http.StatusOK, nil, (*API).reload, content),
	}
}
