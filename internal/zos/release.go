// Package zos names the releases of z/OS that portseal knows: one list for the estate file, for AT-TLS policies and for
// advice.
//
// It is names and their order only: what a release does is written where it is used.
package zos

import "slices"

// Release is a z/OS release, such as "2.5" or "3.1". The empty one is a release that nobody has said.
type Release string

// Releases returns the releases that portseal knows, oldest first.
func Releases() []Release { return []Release{"2.1", "2.2", "2.3", "2.4", "2.5", "3.1", "3.2"} }

// Known says whether the release is one of Releases.
func (r Release) Known() bool { return slices.Contains(Releases(), r) }

// AtLeast says whether the release is other or a later one. It is false for a release that is not known.
func (r Release) AtLeast(other Release) bool {
	at, from := slices.Index(Releases(), r), slices.Index(Releases(), other)
	return from >= 0 && at >= from
}
