package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/portseal/portseal/internal/attls/syntax"
	"github.com/portseal/portseal/internal/estate"
)

// maxPolicy is how many bytes of one policy file are read. The largest that were met have some 10 MB.
const maxPolicy = 64 << 20

// stdinName is what messages call stdin.
const stdinName = "stdin"

// readPolicy reads policy files, or else those of a system, and what they lead to. Every file that cannot be read is named.
func readPolicy(stdin io.Reader, args []string, s *estate.System) ([]syntax.Source, []syntax.Problem, error) {
	var files []syntax.Source
	var faults []error
	if i := slices.Index(args, "-"); i >= 0 && slices.Contains(args[i+1:], "-") {
		faults = append(faults, errors.New("- stands twice: stdin is read once"))
	}
	for _, name := range args {
		src, err := readPolicyFile(stdin, name)
		if err != nil {
			faults = append(faults, err)
		}
		files = append(files, src)
	}
	if len(args) == 0 && s != nil {
		for _, f := range s.ATTLS {
			files = append(files, syntax.Source{Path: filepath.ToSlash(f.Path), Data: f.Data})
		}
	}
	switch {
	case len(faults) > 0:
		return nil, nil, usageError(errors.Join(faults...))
	case len(files) == 0 && s != nil:
		return nil, nil, usagef("no policy: want FILE..., or attls in system %s of the estate file", s.Name)
	case len(files) == 0:
		return nil, nil, usagef("no policy: want FILE..., or --estate ESTATE.yaml with the attls files of a system")
	}
	sources, problems := syntax.FollowAll(files, besideFile)
	return sources, problems, nil
}

func readPolicyFile(stdin io.Reader, name string) (syntax.Source, error) {
	src := syntax.Source{Path: filepath.ToSlash(name)}
	from := stdin
	if name == "-" {
		src.Path = stdinName
	} else {
		if info, err := os.Stat(name); err == nil && info.IsDir() {
			return src, fmt.Errorf("%s is a folder; want a policy file", name)
		}
		file, err := os.Open(name)
		if err != nil {
			return src, fmt.Errorf("%s: %w", name, bare(err))
		}
		defer file.Close()
		from = file
	}
	data, err := io.ReadAll(io.LimitReader(from, maxPolicy+1))
	switch {
	case err != nil:
		return src, fmt.Errorf("%s: %w", src.Path, bare(err))
	case len(data) > maxPolicy:
		return src, fmt.Errorf("%s is larger than %d MiB: want a policy", src.Path, maxPolicy>>20)
	}
	src.Data = data
	return src, nil
}

// besideFile finds a file that a main file names, in the folder of that one, whatever the case of its name: members of data
// sets have upper-case names.
func besideFile(from, name string) (syntax.Source, error) {
	if from == stdinName || strings.ContainsAny(name, `/\`) {
		return syntax.Source{}, fs.ErrNotExist
	}
	folder := filepath.Dir(filepath.FromSlash(from))
	entries, err := os.ReadDir(folder)
	if err != nil {
		return syntax.Source{}, bare(err)
	}
	for _, exact := range []bool{true, false} {
		for _, e := range entries {
			if e.Type().IsRegular() && (e.Name() == name || !exact && strings.EqualFold(e.Name(), name)) {
				return readPolicyFile(nil, filepath.Join(folder, e.Name()))
			}
		}
	}
	return syntax.Source{}, fs.ErrNotExist
}
