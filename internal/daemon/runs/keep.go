package runs

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/portseal/portseal/internal/history"
	"github.com/portseal/portseal/internal/wholefile"
	"github.com/portseal/portseal/report"
	reportjson "github.com/portseal/portseal/report/json"
)

// keptFolder is where runs wait until they are in the database, a file each: a line of JSON, and the report as it is.
const (
	keptFolder = "runs"
	keptSuffix = ".run"
)

// kept is a run that is over, on its way into the database.
type kept struct {
	Head    history.Run     `json:"run"` // its state is what becomes of it
	At      time.Time       `json:"at"`
	Changes []report.Change `json:"changes,omitempty"`
	doc     []byte
	rep     *report.Report // where it is at hand
	path    string         // empty: it is in no file
}

// foretell writes what is to be said of a run that begins if the service should be killed in the middle of it: whoever has the folder next
// finds it. What really becomes of the run takes its place.
func (r *Runs) foretell(head history.Run) (k *kept, err error) {
	r.locked(func() { r.current = head.ID })
	head.State, head.Message = history.Failed, "the service was killed in the middle of it"
	k = &kept{Head: head, At: head.Started}
	return k, r.write(k)
}

// write puts it into its file.
func (r *Runs) write(k *kept) error {
	path := filepath.Join(r.Folder, keptFolder, k.Head.ID+keptSuffix)
	line, err := json.Marshal(k)
	if err != nil {
		return err
	}
	if err := wholefile.Write(path, bytes.Join([][]byte{line, k.doc}, []byte("\n")), 0o600); err != nil {
		return err
	}
	k.path = path
	return nil
}

// finish finds the changes, and brings the run into the history.
func (r *Runs) finish(ctx context.Context, j *job, rep *report.Report) {
	r.locked(func() { j.progress.Phase = phaseStoring })
	k := &kept{Head: j.head, At: r.now(), rep: rep}
	k.Head.State = history.Finished
	var err error
	if k.Changes, err = r.changes(ctx, j, rep); err != nil {
		r.Log.Error("what changed since the run before is not known", "run", j.head.ID, "why", err.Error())
	}
	var doc bytes.Buffer
	if err := reportjson.Write(&doc, rep); err != nil {
		r.end(ctx, j, history.Failed, fmt.Sprintf("write the report: %v", err))
		return
	}
	k.doc = doc.Bytes()
	r.keep(ctx, k)
}

// end ends a run without a report.
func (r *Runs) end(ctx context.Context, j *job, state history.State, message string) {
	head := j.head
	head.State, head.Message = state, message
	r.Log.Warn("a run ended without a report", "run", head.ID, "state", string(state), "why", message)
	r.keep(ctx, &kept{Head: head, At: r.now()})
}

// keep writes the run to a file, and stores it. One for which there is no room on the disk is held until it is stored.
func (r *Runs) keep(ctx context.Context, k *kept) {
	err := r.write(k)
	r.storing.Lock()
	defer r.storing.Unlock()
	if err != nil {
		r.Log.Error("a run cannot be kept in a file until it is stored", "run", k.Head.ID, "why", err.Error())
	}
	r.locked(func() { r.current = "" })
	if err := r.store(ctx, k); err != nil {
		r.complain(k.Head.ID, err)
		if k.path == "" {
			r.held = append(r.held, k)
		}
	}
	r.count()
}

// storeKept stores what waits, unless something is being stored: then it is the next beat's.
func (r *Runs) storeKept(ctx context.Context) {
	if !r.storing.TryLock() {
		return
	}
	defer r.storing.Unlock()
	still := r.held[:0]
	for _, k := range r.held {
		if err := r.store(ctx, k); err != nil {
			r.complain(k.Head.ID, err)
			still = append(still, k)
		}
	}
	r.held = still
	for _, path := range r.keptFiles() {
		k, err := readKept(path)
		if err == nil {
			err = r.store(ctx, k)
		}
		if err != nil {
			r.complain(strings.TrimSuffix(filepath.Base(path), keptSuffix), err)
		}
		if ctx.Err() != nil {
			break
		}
	}
	r.count()
}

// complain says why a run is not in the history yet, each reason once.
func (r *Runs) complain(id string, why error) {
	if said := why.Error(); r.complaints[id] != said {
		r.complaints[id] = said
		r.Log.Error("a run is not in the history yet", "run", id, "kept in", filepath.Join(r.Folder, keptFolder), "why", said)
	}
}

// keptFiles are the files of runs that are over, and not held besides.
func (r *Runs) keptFiles() []string {
	paths, err := filepath.Glob(filepath.Join(r.Folder, keptFolder, "*"+keptSuffix))
	if err != nil { // the folder's name has a character of patterns in it that is none
		r.Log.Error("runs that wait for the database cannot be listed", "why", err.Error())
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.DeleteFunc(paths, func(path string) bool {
		id := strings.TrimSuffix(filepath.Base(path), keptSuffix)
		return id == r.current || slices.ContainsFunc(r.held, func(k *kept) bool { return k.Head.ID == id })
	})
}

// count notes how many wait.
func (r *Runs) count() {
	n := len(r.keptFiles()) + len(r.held)
	r.locked(func() { r.waiting = n })
}

func readKept(path string) (*kept, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	line, doc, _ := bytes.Cut(data, []byte("\n"))
	k := &kept{doc: doc, path: path}
	if err := json.Unmarshal(line, k); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if id := strings.TrimSuffix(filepath.Base(path), keptSuffix); k.Head.ID != id {
		return nil, fmt.Errorf("%s: it holds run %s", path, k.Head.ID)
	}
	return k, nil
}

// store brings one run into the history, and tells of it. A run that is there already is told of again: whoever is told knows what they know.
func (r *Runs) store(ctx context.Context, k *kept) error {
	asked, done := ask(ctx, writeWithin)
	defer done()
	if k.Head.State != history.Finished {
		err := r.Store.End(asked, k.Head.ID, k.Head.State, k.Head.Message, k.At)
		if errors.Is(err, history.ErrNotFound) {
			return r.endedBefore(asked, k)
		}
		if err != nil {
			return err
		}
		r.databaseTakes()
		r.forget(k)
		k.Head.Finished = &k.At
		r.lastIs(k.Head)
		r.ended(asked, k.Head)
		return nil
	}
	stored, err := r.Store.Add(asked, k.doc, k.Head, history.Storing{Key: r.Key, At: r.now(), Changes: k.Changes})
	if err != nil {
		return err
	}
	r.databaseTakes()
	r.Log.Info("a run is stored", "run", stored.ID, "verdict", string(stored.Verdict), "changes", len(k.Changes), "message", stored.Message)
	if r.Stored != nil {
		if k.rep == nil { // it was kept in a file
			if k.rep, err = reportjson.Decode(k.doc); err != nil {
				return err
			}
		}
		r.Stored(asked, *stored, k.rep)
	}
	r.forget(k)
	r.lastIs(*stored)
	return nil
}

// endedBefore settles a run that the history no longer has as running: something else became of it, or this was cut off before it was told.
func (r *Runs) endedBefore(ctx context.Context, k *kept) error {
	head, err := r.Store.Run(ctx, k.Head.ID)
	if err != nil && !errors.Is(err, history.ErrNotFound) {
		return err
	}
	r.forget(k)
	if err == nil && head.State == k.Head.State && head.Message == k.Head.Message {
		r.ended(ctx, *head)
	}
	return nil
}

// forget lets go of a run that waits no longer.
func (r *Runs) forget(k *kept) {
	delete(r.complaints, k.Head.ID)
	r.removeFile(k)
}

func (r *Runs) removeFile(k *kept) {
	if k.path == "" {
		return
	}
	if err := os.Remove(k.path); err != nil {
		r.Log.Error("the file of a run that does not wait stays", "file", k.path, "why", err.Error())
	}
}

// tidy removes what a service that was killed was writing.
func (r *Runs) tidy() {
	halves, _ := filepath.Glob(filepath.Join(r.Folder, keptFolder, "*"+wholefile.Partial)) // an error is a pattern's, which keptFiles tells
	for _, path := range halves {
		if err := os.Remove(path); err != nil {
			r.Log.Warn("half a file stays", "file", path, "why", err.Error())
		}
	}
}
