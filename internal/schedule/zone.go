package schedule

import (
	_ "embed" // the names of the zones
	"fmt"
	"strings"
	"time"
	_ "time/tzdata" // a machine may have none of its own: z/OS, Windows, a container image from scratch

	"github.com/portseal/portseal/internal/nearest"
)

// zoneNames has the names of the IANA time zone database, one a line, to say what a misspelt one was meant to be; which there are is known to
// package time alone.
//
//go:embed zones.txt
var zoneNames string

// ParseZone returns the time zone of a name, such as Europe/Zurich or UTC.
func ParseZone(name string) (*time.Location, error) {
	if name == "" || name == "Local" {
		return nil, fmt.Errorf("%q is another zone on each machine; want a name such as Europe/Zurich or UTC", name)
	}
	loc, err := time.LoadLocation(name)
	if err == nil {
		return loc, nil
	}
	known := strings.Fields(zoneNames)
	hint := nearest.Meant(name, known)
	if same := cityOf(name, known); hint == "" && same != "" {
		hint = fmt.Sprintf("did you mean %q? ", same)
	}
	return nil, fmt.Errorf("%q is no time zone; %swant a name of the IANA database, such as Europe/Zurich, America/New_York or UTC", name, hint)
}

// cityOf returns the zone of which the last part is name, as users write it: "New York".
func cityOf(name string, known []string) string {
	name = strings.ReplaceAll(name, " ", "_")
	for _, zone := range known {
		if _, city, ok := strings.Cut(zone, "/"); ok && strings.EqualFold(city, name) {
			return zone
		}
	}
	return ""
}
