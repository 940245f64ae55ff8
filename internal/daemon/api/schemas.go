package api

import (
	"fmt"
	"maps"
	"strconv"

	"github.com/portseal/portseal/internal/daemon/control"
	"github.com/portseal/portseal/internal/estate"
	"github.com/portseal/portseal/internal/history"
	"github.com/portseal/portseal/report"
)

// member is a key of an object.
type member struct {
	name, about string
	form        node
	may         bool // it may be absent
}

// may makes a member that may be absent.
func may(name, about string, form node) member { return member{name, about, form, true} }

// must makes a member that is always there.
func must(name, about string, form node) member { return member{name, about, form, false} }

// object is the schema of an object with these keys and no other.
func object(about string, members []member) node {
	properties, required := node{}, []string{}
	for _, m := range members {
		form := maps.Clone(m.form)
		if m.about != "" {
			form["description"] = m.about
		}
		properties[m.name] = form
		if !m.may {
			required = append(required, m.name)
		}
	}
	out := node{"type": "object", "properties": properties, "required": required, "additionalProperties": false}
	if about != "" {
		out["description"] = about
	}
	return out
}

func ref(name string) node { return node{"$ref": "#/components/schemas/" + name} }

func text() node       { return node{"type": "string"} }
func instant() node    { return node{"type": "string", "format": "date-time"} }
func count() node      { return node{"type": "integer", "minimum": 0} }
func yes() node        { return node{"type": "boolean"} }
func all(of node) node { return node{"type": "array", "items": of} }

func words[T ~string](names ...T) node { return node{"type": "string", "enum": names} }

// pageOf is a page of a list.
func pageOf(about, key, of string) node {
	return object(about, []member{must(key, "", all(ref(of))), may("next", "The path of the next page; absent on the last.", text())})
}

// components are the schemas of all answers.
func components() (map[string]any, error) {
	out, err := fromReport()
	if err != nil {
		return nil, err
	}
	// with makes an object of the report's one with more keys.
	with := func(name, about string, members ...member) {
		base := out[reportName+name].(node)
		more := object(about, members)
		properties, required := maps.Clone(base["properties"].(node)), more["required"].([]string)
		maps.Copy(properties, more["properties"].(node))
		for _, key := range base["required"].([]any) {
			required = append(required, fmt.Sprint(key))
		}
		more["properties"], more["required"] = properties, required
		out[name] = more
	}
	with("Finding", "A finding with its life: one that was closed and opens again is another one.",
		must("first_run", "The run that opened it.", text()), must("last_run", "The last run that found it.", text()),
		must("opened", "", instant()), may("closed", "When a run looked and no longer found it.", instant()))
	with("Change", "What a run found changed since the run before it that looked at the same.", must("run", "The id of the run.", text()), must("at", "", instant()))
	with("Certificate", "A certificate that a listener presented or a key ring holds.", may("endpoints", "Listeners that present it as their own.", all(text())),
		may("chains", "Listeners that send it above their own.", all(text())), may("keyrings", "", all(text())))
	with("Drift", "What changed between two reports. Only what both asked is compared.", must("schema", "", words(report.DiffSchema)), must("report", "The later one.", ref("ReportBaseline")))
	out["Diff"] = out["Drift"]
	delete(out, "Drift")
	delete(out["Diff"].(node)["properties"].(node), "unused") // nothing is announced here
	with("Waiver", "An accepted finding.", must("source", "Where it stands.", words("file", "service")), may("id", "Of one that was made here.", count()),
		may("by", "The user who made it.", text()), may("made", "", instant()), may("expired", "When a user ended it, before its last day.", instant()),
		may("expired_by", "", text()), must("holds", "Today: its last day is not over, and nobody ended it.", yes()))
	delete(out["Waiver"].(node)["properties"].(node), "service") // what it says in reports, source, id, by and made say here
	maps.Copy(out, ownSchemas())
	return out, nil
}

// ownSchemas are those that no report has.
func ownSchemas() map[string]any {
	out := map[string]any{
		"RunList":         pageOf("Runs, newest first.", "runs", "Run"),
		"ListenerList":    pageOf("Listeners, by id.", "listeners", "ListenerEntry"),
		"SpanList":        pageOf("What a listener was, newest first.", "spans", "Span"),
		"FindingList":     pageOf("Findings, worst first.", "findings", "Finding"),
		"ChangeList":      pageOf("Changes, newest first.", "changes", "Change"),
		"CertificateList": pageOf("Certificates, by their end.", "certificates", "Certificate"),
		"ScheduleList":    pageOf("Schedules, as the estate file has them.", "schedules", "Schedule"),
		"WaiverList":      pageOf("Those made here, newest first, then those of the estate file.", "waivers", "Waiver"),
		"NoticeList":      pageOf("Messages to receivers of notices, newest first.", "notices", "Notice"),
		"DeedList":        pageOf("The audit log, newest first.", "deeds", "Deed"),
		"Trend":           object("Runs, oldest first.", []member{must("points", "", all(ref("Point")))}),
		"Run":             runSchema(),
		"ListenerEntry":   object("What is known of one listener, as the last run that looked at it left it.", listenerMembers()),
		"Listener": object("A listener with the last look at it.", append(listenerMembers(), must("path", "", text()),
			may("endpoint", "The look, as its report has it.", ref("ReportEndpoint")), may("shown_by", "The run that made the look.", text()),
			may("certificates", "That it showed.", all(ref("ReportCertificate"))))),
		"Span": object("What a listener once was.", []member{must("first_run", "", text()), must("last_run", "", text()), must("from", "", instant()),
			must("to", "", instant()), must("state", "", words(states()...)), must("runs", "How many runs looked.", count())}),
		"Progress": object("How far a run has come.", []member{must("run", "", text()), may("schedule", "", text()), must("started", "", instant()),
			must("phase", "canary, scanning, judging, storing, ...", text()), must("done", "Listeners that were looked at.", count()), must("all", "", count()),
			may("latest", "The one that was done last.", text()), must("findings", "So far.", count())}),
		"Point": object("One run in a trend.", []member{must("run", "", text()), must("at", "When it finished, or was due.", instant()), must("state", "", runStates()),
			may("by_severity", "Findings that are not waived.", node{"type": "object", "propertyNames": words(severities()...), "additionalProperties": count()}),
			must("rc4_listeners_open", "", count()), may("verdict", "Of a finished one.", verdicts())}),
		"Notice": noticeSchema(),
		"Deed": object("Who did what.", []member{must("seq", "", count()), must("at", "", instant()), must("who", "Empty for nobody who is known.", text()),
			must("from", "An address, \"command line\" or \"service\".", text()), must("what", "", text()), may("object", "", text()), may("detail", "", text())}),
		"Problem": object("Why a request was not answered (RFC 9457).", []member{must("type", "", words(kindURIs()...)), must("title", "", text()),
			must("status", "", count()), must("detail", "", text()), may("errors", "Each thing that is wrong with the request.", all(ref("Fault")))}),
		"Fault": object("One thing that is wrong with a request.", []member{must("in", "", words("query", "body", "header")),
			may("at", "The parameter, key or place.", text()), must("detail", "", text())}),
	}
	maps.Copy(out, serviceSchemas())
	return out
}

func runStates() node { return words(history.States()...) }
func verdicts() node  { return words(report.Pass, report.Fail, report.Incomplete) }

func severities() (out []string) {
	for _, s := range report.Severities() {
		out = append(out, s.String())
	}
	return out
}

// kindURIs are the types of problems. Those that only say what their status says come from internal/daemon/access.
func kindURIs() []string {
	out := []string{"about:blank"}
	for _, k := range kinds() {
		out = append(out, problems+k[0])
	}
	return out
}

func runSchema() node {
	return object("A run that was made, is being made, or should have been.", []member{must("id", "", text()), must("estate", "", text()), must("state", "", runStates()),
		must("trigger", "", words(history.BySchedule, history.ByUser, history.ByStart, history.ByImport)), may("by", "The user who asked for it.", text()),
		may("schedule", "", text()), may("due", "", instant()), may("probes", "", text()), may("narrowed", "It was to look at a part of the estate only.", yes()),
		must("started", "", instant()), may("finished", "", instant()), may("verdict", "Of a finished one.", verdicts()),
		may("digest", "Of its report.", text()), may("summary", "Of its report.", ref("ReportSummary")), may("message", "What went wrong.", text()),
		may("record", "Its number in the report log.", count()), may("pruned", "Retention has removed its report.", yes()),
		may("report", "The path of its report.", text()), may("progress", "Of one that this service makes now.", ref("Progress"))})
}

func noticeSchema() node {
	return object("A message to a receiver of notices.", []member{must("id", "", count()), must("estate", "", text()), must("receiver", "Its name in the estate file.", text()),
		must("state", "", words(control.NoticeStates()...)), must("title", "", text()), may("severity", "Of the worst thing told.", words(severities()...)),
		must("events", "What it tells of.", all(words(estate.NoticeEvents()...))), may("run", "The run that is the reason.", text()), must("made", "", instant()),
		must("tries", "", count()), may("next", "The next try of one that waits.", instant()), may("error", "Of the last try.", text()),
		may("ended", "When it was sent, or given up.", instant())})
}

func listenerMembers() []member {
	return []member{must("id", "", text()), may("system", "", text()), may("listener", "", text()), may("role", "", text()), may("expect", "", text()),
		must("state", "", words(states()...)), may("worst", "Of its open findings.", words(severities()...)), must("findings", "Open and not waived.", count()),
		may("not_assessed", "", yes()), may("rc4", "An open RC4 listener.", yes()), may("not_after", "Of the certificate that ends first.", instant()),
		must("first_run", "The run that first saw it as it is.", text()), must("since", "", instant()), must("last_run", "", text()), must("seen", "By the last run.", instant())}
}

// serviceSchemas are those of the service itself.
func serviceSchemas() map[string]any {
	return map[string]any{
		"Status": object("The service now.", []member{must("started", "", instant()), must("estate", "", ref("Estate")), must("running", "Runs of this service.", all(ref("Progress"))),
			must("blackouts", "Those that are on, and the next to come; "+strconv.Itoa(mostBlackouts)+" at most, in their order.",
				node{"type": "array", "items": ref("Blackout"), "maxItems": mostBlackouts}),
			must("waiting", "Runs that are over and wait for the database.", count()), may("last", "The last finished run of the whole estate.", ref("Run")),
			may("database", "What is wrong with it; absent when it answers.", text())}),
		"Estate": object("The estate in force.", []member{must("name", "", text()), must("file", "", text()), must("loaded", "", instant()), must("systems", "", count()),
			must("listeners", "", count()), may("fault", "Of the file as it is now: the last good one is in force.", text()), may("fault_at", "", instant())}),
		"Blackout": object("A time in which nothing is dialled.", []member{must("name", "", text()), must("from", "", instant()), must("to", "", instant()), must("now", "", yes())}),
		"Schedule": object("A schedule of the estate file.", []member{must("name", "", text()), must("when", "As the file says it.", text()), must("timezone", "", text()),
			must("probes", "", text()), may("pace", "", text()), may("systems", "", all(text())), may("canary", "The system that is looked at first.", text()),
			must("next", "Its next due times.", all(instant())), may("last", "Its last run.", ref("Run"))}),
	}
}
