package nearest

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestMeant(t *testing.T) {
	assert.Equal(t, `did you mean "listeners"? `, Meant("listners", []string{"systems", "listeners"}))
	assert.Empty(t, Meant("x", []string{"systems"}))
}

func TestAnyOf(t *testing.T) {
	assert.Empty(t, AnyOf(nil))
	assert.Equal(t, "a", AnyOf([]string{"a"}))
	assert.Equal(t, "a or b", AnyOf([]string{"a", "b"}))
	assert.Equal(t, "a, b or c", AnyOf([]string{"a", "b", "c"}))
}
