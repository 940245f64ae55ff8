package estate

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/nearest"
)

// The keys that the reader takes and those of the schema are the same, object by object.
func TestSchemaKeys(t *testing.T) {
	text, err := Schema()
	require.NoError(t, err)
	type object struct {
		Properties           map[string]any `json:"properties"`
		AdditionalProperties any            `json:"additionalProperties"`
	}
	var root struct {
		object
		Defs map[string]object `json:"$defs"`
	}
	require.NoError(t, json.Unmarshal(text, &root))
	listener := listenerObject().keys()
	var defaults []string
	for _, key := range listener {
		if !slices.Contains(notInDefaults(), key) {
			defaults = append(defaults, key)
		}
	}
	root.Defs["estate"] = root.object
	for name, keys := range map[string][]string{"estate": documentObject().keys(), "system": systemObject().keys(), "listener": listener,
		"template_listener": listener, "defaults": defaults, "keyring": keyringObject().keys(), "query_monitor": queryMonitorObject().keys(),
		"waiver": waiverObject().keys(), "schedule": scheduleObject().keys(), "blackout": blackoutObject().keys(), "notice": noticeObject().keys()} {
		var have []string
		for key := range root.Defs[name].Properties {
			have = append(have, key)
		}
		assert.ElementsMatch(t, keys, have, name)
		assert.Equal(t, false, root.Defs[name].AdditionalProperties, name)
	}
	assert.Len(t, root.Defs, 11)
}

// The reference page's keys, so that none is lost or renamed.
func TestContractKeys(t *testing.T) {
	for _, key := range []string{"name", "role", "port", "ports", "expect", "host", "addresses", "sni", "names", "versions", "cipher_suites",
		"required_cipher_suites", "groups", "profile", "served_by", "label", "trusted_by", "not_trusted_by", "client_auth", "starttls",
		"retire_by", "min_days_left", "peers", "reach", "touch", "distributed", "use", "with", "timeout"} {
		assert.Contains(t, listenerObject().keys(), key)
	}
	for _, key := range []string{"name", "host", "vantage", "attls", "pasearch", "netstat", "query_monitor", "listeners", "zos_release",
		"keyrings", "defaults", "sysplex", "use", "with"} {
		assert.Contains(t, systemObject().keys(), key)
	}
	for _, key := range []string{"files", "labels", "listring", "ring", "virtual", "password_file", "consumer"} {
		assert.Contains(t, keyringObject().keys(), key)
	}
	for _, key := range []string{"name", "cron", "every", "timezone", "jitter", "probes", "pace", "systems", "listeners", "canary"} {
		assert.Contains(t, scheduleObject().keys(), key)
	}
	for _, key := range []string{"name", "days", "from", "to", "timezone"} {
		assert.Contains(t, blackoutObject().keys(), key)
	}
	for _, key := range []string{"name", "on", "least", "webhook", "secret_file", "smtp", "from", "to", "user", "password_file", "syslog"} {
		assert.Contains(t, noticeObject().keys(), key)
	}
}

func TestDidYouMean(t *testing.T) {
	known := []string{"versions", "names", "use"}
	assert.Equal(t, `did you mean "versions"? `, nearest.Meant("Version", known))
	assert.Empty(t, nearest.Meant("something-else", known))
	assert.Empty(t, nearest.Meant("", nil))
	assert.Equal(t, "a, b or c", nearest.AnyOf([]string{"a", "b", "c"}))
}

func TestReplace(t *testing.T) {
	value := func(name string) string { return "<" + name + ">" }
	for text, want := range map[string]string{"": "", "a": "a", "${a}": "<a>", "x${a}y${b_1}": "x<a>y<b_1>", "$a {b} $": "$a {b} $"} {
		got, err := replace(text, value)
		require.NoError(t, err, text)
		assert.Equal(t, want, got)
	}
	for _, text := range []string{"${", "${}", "${a", "${a b}", "${1}", "${ä}"} {
		_, err := replace(text, value)
		assert.Error(t, err, text)
	}
}
