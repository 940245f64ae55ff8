package profile

import (
	"embed"
	"fmt"
	"path"
	"reflect"
	"strings"

	"github.com/portseal/portseal/internal/nearest"
	"github.com/portseal/portseal/report"
)

//go:embed data/*.yaml
var data embed.FS

const (
	dataFolder = "data"
	extension  = ".yaml"
)

// Names returns the ids of the embedded profiles, sorted.
func Names() []string {
	files, err := data.ReadDir(dataFolder)
	if err != nil {
		return nil // the folder is in the binary: a build without it fails
	}
	var out []string
	for _, f := range files {
		out = append(out, strings.TrimSuffix(f.Name(), extension))
	}
	return out
}

// Source returns the file of an embedded profile, nil for an id that is none.
func Source(id string) []byte {
	text, err := data.ReadFile(path.Join(dataFolder, id+extension))
	if err != nil {
		return nil
	}
	return text
}

// Own reads a profile of the user's own, as Parse does. It may not have the id of an embedded one and differ from it: whoever reads a report
// takes the id for what it stands for.
func Own(file string, text []byte) (report.Profile, error) {
	p, err := Parse(file, text)
	if err != nil {
		return p, err
	}
	if !Genuine(p) {
		return p, fmt.Errorf("%s: profile: %s is built in, and this one differs from it; want an id of its own", file, p.ID)
	}
	return p, nil
}

// Genuine says whether a profile is not one that has the id of an embedded one and asks something else. Results do not count.
func Genuine(p report.Profile) bool {
	if Source(p.ID) == nil {
		return true
	}
	embedded, err := Named(p.ID)
	embedded.Everywhere, embedded.Afterwards, embedded.Results = p.Everywhere, p.Afterwards, p.Results
	return err == nil && reflect.DeepEqual(embedded, p)
}

// Named returns the embedded profile of an id.
func Named(id string) (report.Profile, error) {
	name := id + extension
	text := Source(id)
	if text == nil {
		return report.Profile{}, fmt.Errorf("no profile %q: %swant %s, or a file such as ./mine%s", id, nearest.Meant(id, Names()), nearest.AnyOf(Names()), extension)
	}
	return Parse(name, text)
}
