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

// Named returns the embedded profile of an id.
func Named(id string) (report.Profile, error) {
	name := id + extension
	text, err := data.ReadFile(path.Join(dataFolder, name))
	if err != nil {
		return report.Profile{}, fmt.Errorf("no profile %q: %swant %s, or a file such as ./mine%s", id, didYouMean(id, Names()), orList(Names()), extension)
	}
	return Parse(name, text)
}

// IsFile says whether a word that names a profile is the path of a file, and not an embedded profile's id.
func IsFile(word string) bool {
	return strings.ContainsAny(word, `/\`) || strings.HasSuffix(word, extension) || strings.HasSuffix(word, ".yml")
}
