package profile

import (
	"embed"
	"fmt"
	"path"
	"strings"

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

// Named returns the embedded profile of an id.
func Named(id string) (report.Profile, error) {
	name := id + extension
	text := Source(id)
	if text == nil {
		return report.Profile{}, fmt.Errorf("no profile %q: %swant %s, or a file such as ./mine%s", id, didYouMean(id, Names()), orList(Names()), extension)
	}
	return Parse(name, text)
}
