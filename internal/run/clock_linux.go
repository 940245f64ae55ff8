package run

import (
	"golang.org/x/sys/unix"

	"github.com/portseal/portseal/scan"
)

// clockSynchronised asks the kernel whether a time service keeps the clock (adjtimex(2), STA_UNSYNC). A report's times are
// worth as much as the clock that they were read from.
func clockSynchronised() scan.Fact {
	const unsynchronised = 0x40
	var t unix.Timex
	if _, err := unix.Adjtimex(&t); err != nil {
		return scan.Unknown
	}
	return scan.FactOf(t.Status&unsynchronised == 0)
}
