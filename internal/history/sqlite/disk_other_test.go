//go:build !linux

package sqlite

import "testing"

// smallDisk is of Linux.
func smallDisk(*testing.T) (dir string, enlarge func()) { return "", nil }
