package main

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestStartIsCheap: what a start makes that it does not need costs every start, and a collection of garbage on top once it is more than 4 MB.
func TestStartIsCheap(t *testing.T) {
	assert.Less(t, testing.AllocsPerRun(5, func() { newRootCommand() }), 8000.0)
}
