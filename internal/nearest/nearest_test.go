package nearest

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestNames(t *testing.T) {
	known := []string{"TTLSRule", "TTLSGroupAction", "Port", "PortRange", "PortGroup"}
	for wrong, want := range map[string][]string{
		"TTLSRul":                 {"TTLSRule"},
		"ttlsrlue":                {"TTLSRule"},
		"TTLSGrupAcion":           {"TTLSGroupAction"},
		"Porrt":                   {"Port"},
		"portr":                   {"Port"},
		"TTLSGroup":               {"TTLSGroupAction"},
		"TTL":                     nil,
		"":                        nil,
		"Address":                 nil,
		strings.Repeat("x", 1000): nil,
	} {
		assert.Equal(t, want, Names(wrong, known), wrong)
	}
	assert.Len(t, Names("a", []string{"b", "c", "d", "e"}), 3, "no more than three")
}
