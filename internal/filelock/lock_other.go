//go:build !unix && !windows

package filelock

import "os"

// Try does nothing: this system has no such call.
func Try(*os.File, bool) error { return nil }
