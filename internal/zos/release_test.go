package zos

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestReleasesAreOrdered(t *testing.T) {
	all := Releases()
	for i, r := range all {
		assert.True(t, r.Known(), r)
		for j, other := range all {
			assert.Equal(t, i >= j, r.AtLeast(other), "%s at least %s", r, other)
		}
	}
}

func TestAReleaseThatNobodyNamed(t *testing.T) {
	for _, r := range []Release{"", "1.13", "3.10", "V2R5"} {
		assert.False(t, r.Known(), r)
		assert.False(t, r.AtLeast("2.1"), r)
		assert.False(t, Release("3.2").AtLeast(r), r)
	}
}
