package runs

import (
	"context"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/portseal/portseal/internal/prepare"
	"github.com/portseal/portseal/report"
)

// inForce is the estate that runs go by.
type inForce struct {
	*prepare.Loaded
	at    time.Time
	files map[string]fs.FileInfo // that it was read from, and their folders, as they were then
	seen  map[string]fs.FileInfo // at the last look, which may have been in the middle of a change
}

// load reads the estate file with all that it names.
func (r *Runs) load() (*inForce, error) {
	before := time.Now()
	loaded, err := prepare.Load(r.File, prepare.Inputs{})
	if err != nil {
		return nil, err
	}
	if err := loaded.Check(); err != nil {
		return nil, err
	}
	f := &inForce{Loaded: loaded, at: r.now()}
	f.files = f.stat()
	for name, info := range f.files {
		if info != nil && info.ModTime().After(before) && !info.ModTime().After(time.Now()) {
			f.files[name] = nil // it was changed while it was read: it is read again
		}
	}
	f.seen = f.files
	return f, nil
}

// stat looks at the files that the estate was read from, and at the folders they are in: a file that a pattern of include, or the folder of a
// ring, takes in changes its folder.
func (f *inForce) stat() map[string]fs.FileInfo {
	out := map[string]fs.FileInfo{}
	add := func(path string) {
		if _, done := out[path]; !done {
			out[path], _ = os.Stat(path) // one that is gone is nil
		}
	}
	root := filepath.Dir(f.Estate.Path)
	add(f.Estate.Path)
	for _, in := range f.Estate.Inputs {
		path := filepath.FromSlash(in.Path)
		if !filepath.IsAbs(path) {
			path = filepath.Join(root, path)
		}
		add(path)
		add(filepath.Dir(path))
	}
	return out
}

// same says whether two looks saw the same files.
func same(a, b map[string]fs.FileInfo) bool {
	return maps.EqualFunc(a, b, func(a, b fs.FileInfo) bool {
		if a == nil || b == nil {
			return a == nil && b == nil
		}
		return os.SameFile(a, b) && a.Size() == b.Size() && a.ModTime().Equal(b.ModTime())
	})
}

// poll reads the estate again when one of its files has changed and no longer changes, and as long as it has a fault: the file at fault may
// be one that the estate in force does not name.
func (r *Runs) poll(ctx context.Context) {
	r.mu.Lock()
	f, faulty := r.force, r.fault != ""
	r.mu.Unlock()
	now := f.stat()
	still := same(now, f.seen)
	f.seen = now
	if faulty || still && !same(now, f.files) {
		_ = r.Reload(ctx) // which tells of a fault
	}
}

func sameInput(a, b report.Input) bool { return a.Path == b.Path && a.SHA256 == b.SHA256 }

// estate is what is in force.
func (r *Runs) estate() *inForce {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.force
}

// Reload reads the estate file again. An error is a fault of that: since when its schedules are as they are can be noted the next time.
func (r *Runs) Reload(context.Context) error {
	r.loads.Lock()
	defer r.loads.Unlock()
	next, err := r.load()
	r.mu.Lock()
	defer r.mu.Unlock()
	if err != nil {
		if said := err.Error(); said != r.fault {
			r.fault, r.faultAt = said, r.now()
			r.Log.Error("the estate file has a fault; the last good one stays in force", "file", r.File, "fault", said)
		}
		return err
	}
	healed := r.fault != ""
	changed := !slices.EqualFunc(next.Estate.Inputs, r.force.Estate.Inputs, sameInput)
	r.fault, r.faultAt = "", time.Time{}
	if !changed && !healed {
		next.at = r.force.at // only their dates or their folders are other ones
	}
	r.force, r.coming = next, coming{}
	if changed || healed {
		r.Log.Info("the estate file is in force", "file", r.File, "estate", next.Estate.Name, "systems", len(next.Estate.Systems))
	}
	if err := r.watchLocked(); err != nil {
		r.Log.Error("the state folder cannot be written to", "why", err.Error())
	}
	return nil
}
