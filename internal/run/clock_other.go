//go:build !linux

package run

import "github.com/portseal/portseal/scan"

// clockSynchronised is not known on this system.
func clockSynchronised() scan.Fact { return scan.Unknown }
