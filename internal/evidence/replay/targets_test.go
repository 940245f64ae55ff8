package replay_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A port or address that contradicts the endpoint's id, or what the report says of Query Monitor's listeners, is found in the report alone.
func TestForgedTargets(t *testing.T) {
	const id, several = "SYSA/agent-rc4", "SYSA/agent-rc4:1@127.0.0.1"
	target := func(doc object, id string) object {
		e, i := endpointOf(doc, id)
		require.GreaterOrEqual(t, i, 0)
		return e["target"].(object)
	}
	has := func(doc object, part string) bool {
		return slices.ContainsFunc(pointers(t, doc), func(p string) bool { return len(p) >= len(part) && p[len(p)-len(part):] == part })
	}
	doc := demoDocument(t)
	port := target(doc, id)["port"]
	doc["query_monitor"] = []any{object{"system": "SYSA", "declared": []any{object{"endpoint": id, "role": "cae-server-rc4", "port": port, "expect": "closed"}}}}
	assert.False(t, has(doc, "/declared/0/port"))
	target(doc, id)["port"] = 1
	assert.True(t, has(doc, "/declared/0/port"))

	doc = demoDocument(t)
	for part, key := range map[string]string{"endpoints": "id", "expectations": "endpoint"} {
		for _, one := range list(doc[part]) {
			if one.(object)[key] == id {
				one.(object)[key] = several // a listener of several ports on a host of several addresses
			}
		}
	}
	target(doc, several)["port"] = 1
	assert.False(t, has(doc, "/target/port"))
	target(doc, several)["port"] = 2
	assert.True(t, has(doc, "/target/port"))
	assert.False(t, has(doc, "/target/address"))
	target(doc, several)["address"] = "127.0.0.2"
	assert.True(t, has(doc, "/target/address"))

	doc = demoDocument(t)
	target(doc, id)["host"] = "192.0.2.1"
	assert.Empty(t, pointers(t, doc), "an estate may say other addresses of a host")
}
