package runlog

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/portseal/portseal/internal/evidence"
	"github.com/portseal/portseal/internal/evidence/sign"
	"github.com/portseal/portseal/internal/jsonparts"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/report/text"
)

// Stored is a stored report, as a check sees it.
type Stored struct {
	Bytes  []byte
	SHA256 [sha256.Size]byte // of the bytes
	Sealed error             // why its digest is not that of what it says
	Says   Record            // what a record has of it
	None   error             // why it says nothing: it is no report
}

// Says is what a record has of a report.
func Says(rep *report.Report) Record {
	return Record{Run: rep.Run.ID, Estate: rep.Run.Estate, Verdict: rep.Summary.Verdict, Finished: rep.Run.Finished.UTC(), Digest: rep.Digest, Previous: rep.Run.PreviousDigest}
}

// stored reads the stored report of a record, and of it no more than a check wants: there may be very many.
func (l *Log) stored(_ int64, r Record) (*Stored, error) {
	doc, err := l.store.Report(r.Digest)
	if err != nil {
		return nil, err
	}
	is := &Stored{Bytes: doc, SHA256: sha256.Sum256(doc), Sealed: evidence.VerifyJSON(doc)}
	var run struct {
		ID       string    `json:"id"`
		Estate   string    `json:"estate"`
		Finished time.Time `json:"finished"`
		Previous string    `json:"previous_digest"`
	}
	var summary struct {
		Verdict report.Verdict `json:"verdict"`
	}
	digest := ""
	into := map[string]any{`"run"`: &run, `"summary"`: &summary, `"digest"`: &digest}
	is.None = jsonparts.Each(doc, func(name []byte, at int) (int, error) {
		end, err := jsonparts.ValueEnd(doc, at)
		if to := into[string(name)]; to != nil && err == nil {
			err = json.Unmarshal(doc[at:end], to)
		}
		return end, err
	})
	is.Says = Record{Run: run.ID, Estate: run.Estate, Verdict: summary.Verdict, Finished: run.Finished.UTC(), Digest: digest, Previous: run.Previous}
	return is, nil
}

// fault says what is wrong with the stored report of a record, as read has it; empty when nothing is. One that may be absent, and is, was pruned.
func (r Record) fault(is *Stored, err error, mayBeAbsent bool) (what string, pruned bool, failed error) {
	switch {
	case errors.Is(err, fs.ErrNotExist) && mayBeAbsent:
		return "", true, nil
	case errors.Is(err, fs.ErrNotExist):
		return "its report is missing: there is none with digest " + text.Cut(r.Digest, 80), false, nil
	case errors.Is(err, ErrDamaged):
		return "its report cannot be read: " + text.Cut(err.Error(), 300), false, nil
	case err != nil:
		return "", false, err
	}
	return r.differs(is), false, nil
}

// differs says where the stored report of a record is not the one that was added; empty when it is.
func (r Record) differs(is *Stored) string {
	if hex.EncodeToString(is.SHA256[:]) == r.SHA256 {
		// A record that was put in by hand has the bytes of its report, and may have the digest of another.
		if is.Sealed != nil {
			return "its report is not what its digest says: " + text.Cut(is.Sealed.Error(), 300)
		}
		return r.contradicts(is)
	}
	rep, err := sign.Sealed(is.Bytes)
	switch {
	case err != nil:
		return "its report was changed: " + text.Cut(err.Error(), 300)
	case rep.Digest != r.Digest:
		return "its report was replaced by that of " + recordOf(rep, is.Bytes, r.Added).Name()
	}
	return "its report says the same in other bytes: it was written anew since"
}

// contradicts says where the record does not say what its report says; empty when it does.
func (r Record) contradicts(is *Stored) string {
	if is.None != nil {
		return "its report is none: " + text.Cut(is.None.Error(), 200)
	}
	says := is.Says
	says.SHA256, says.Added, says.Beside, says.Pruned = r.SHA256, r.Added, r.Beside, r.Pruned
	if says == r {
		return ""
	}
	return fmt.Sprintf("the record does not say what its report says: %s, verdict %s", says.Name(), text.Cut(string(says.Verdict), 20))
}

// orphans names stored reports that no record has.
func (c *checker) orphans(logged map[string]bool) error {
	stored, err := c.log.store.Reports()
	if err != nil {
		return err
	}
	for _, digest := range stored {
		if logged[digest] {
			continue
		}
		run := "a report"
		if doc, err := c.log.store.Report(digest); err == nil {
			if rep, err := sign.Sealed(doc); err == nil {
				run = recordOf(rep, doc, rep.Run.Finished).Name()
			}
		}
		c.problem(-1, run, "its report is stored (%s) and no record has it: the record was removed, or an add was cut short; add it again", text.Cut(digest, 80))
	}
	return nil
}
