package ref

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// The UUID is that of Python's uuid.uuid5(uuid.uuid5(uuid.NAMESPACE_URL, "https://github.com/portseal/portseal"), "a\0b").
func TestUUID(t *testing.T) {
	assert.Equal(t, "04b05ebc-2315-5a61-97ba-28912b3449d2", UUID("a", "b"))
	assert.NotEqual(t, UUID("a", "b"), UUID("ab"))
}

func TestFileURI(t *testing.T) {
	for file, want := range map[string]string{
		"a b#1.attls": "a%20b%231.attls", "/etc/p.attls": "file:///etc/p.attls", `C:\policy\p`: "file:///C:/policy/p",
		"http:x": "./http:x", "./rings/../estate.yaml": "estate.yaml", `lpars\a.yaml`: "lpars/a.yaml",
	} {
		assert.Equal(t, want, FileURI(file), file)
	}
}
