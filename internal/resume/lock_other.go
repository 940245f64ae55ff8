//go:build !unix

package resume

import "os"

// lock does nothing: this system has no flock(2).
func lock(*os.File) error { return nil }
