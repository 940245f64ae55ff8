package main

import (
	"os/user"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A unit of systemd or a container often has none of the variables: the report names the user all the same.
func TestOperatorWithoutVariables(t *testing.T) {
	for _, key := range []string{"USER", "LOGNAME", "USERNAME"} {
		t.Setenv(key, "")
	}
	u, err := user.Current()
	require.NoError(t, err)
	assert.Equal(t, u.Username, userName())
	t.Setenv("USER", "jdoe")
	assert.Equal(t, "jdoe", userName())
}
