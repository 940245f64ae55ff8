package replay_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What is said of a look whose evidence is not kept is held against the run, the earlier look and each other.
func TestForgedConfirmed(t *testing.T) {
	const agent = "SYSA/agent"
	const at = "/confirmed/"
	forge := func(change func(e, confirmed object)) func(object) {
		return func(d object) {
			e, _ := endpointOf(d, agent)
			change(e, e["confirmed"].(object))
		}
	}
	tests := map[string]struct {
		where string
		forge func(doc object)
	}{
		"no earlier run":              {at + "run", forge(func(_, c object) { c["run"] = "" })},
		"this run confirms itself":    {at + "run", func(d object) { e, _ := endpointOf(d, agent); e["confirmed"].(object)["run"] = d["run"].(object)["id"] }},
		"before the run":              {at + "started", func(d object) { shift(d, agent, -time.Hour) }},
		"after the run":               {at + "finished", func(d object) { shift(d, agent, time.Hour) }},
		"it was done before it began": {at + "finished", forge(func(_, c object) { c["finished"] = later(c["started"], -time.Second) })},
		"the earlier look is a later one": {at + "started", forge(func(e, c object) {
			e["started"], e["finished"] = later(e["started"], 48*time.Hour), later(e["finished"], 48*time.Hour)
			for _, x := range list(e["evidence"]) {
				x.(object)["at"] = later(x.(object)["at"], 48*time.Hour)
			}
		})},
		"it took less":         {at + "cost/duration_ms", forge(func(_, c object) { c["cost"].(object)["duration_ms"] = 0 })},
		"it made fewer dials":  {at + "cost/connections", forge(func(_, c object) { c["cost"].(object)["connections"] = 1 })},
		"it sent nothing":      {at + "cost/bytes_sent", forge(func(_, c object) { c["cost"].(object)["bytes_sent"] = 0 })},
		"ports are left out":   {at + "source_ports", forge(func(_, c object) { c["source_ports"] = list(c["source_ports"])[1:] })},
		"a port is none":       {at + "source_ports/0", forge(func(_, c object) { list(c["source_ports"])[0] = 0 })},
		"from nowhere":         {at + "source", forge(func(_, c object) { delete(c, "source") })},
		"from another machine": {"/run/source_addresses", forge(func(_, c object) { c["source"] = "192.0.2.99" })},
		"it is taken out":      {"/run/resumed", forge(func(e, _ object) { delete(e, "confirmed") })},
		"a look that was cut short is confirmed": {"/confirmed", func(d object) {
			e, _ := endpointOf(d, agent)
			e["not_tested"] = []any{object{"question": "the rest", "why": "the run was interrupted"}}
			d["run"].(object)["complete"] = false
		}},
		"it showed something else":     {"/protocols/", forge(func(e, _ object) { list(e["protocols"])[4].(object)["supported"] = "no" })},
		"another count of connections": {"/summary/connections", func(d object) { d["summary"].(object)["connections"] = 1 }},
		"the ports of the earlier look": {"/logged/", func(d object) {
			for _, e := range list(d["endpoints"]) {
				if said, ok := e.(object)["logged"].([]any); ok {
					said[0].(object)["source_ports"] = []any{40001}
				}
			}
		}},
	}
	doc := confirmedDocument(t)
	require.Empty(t, pointers(t, doc), "the report itself agrees")
	for _, e := range list(doc["endpoints"]) {
		require.Contains(t, e, "confirmed", e.(object)["id"])
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			doc := confirmedDocument(t)
			tt.forge(doc)
			got := pointers(t, doc)
			assert.True(t, slices.ContainsFunc(got, func(p string) bool { return strings.Contains(p, tt.where) }), "want %s among %q", tt.where, got)
		})
	}
}

// shift moves the time of a confirmation.
func shift(doc object, id string, by time.Duration) {
	e, _ := endpointOf(doc, id)
	c := e["confirmed"].(object)
	c["started"], c["finished"] = later(c["started"], by), later(c["finished"], by)
}
