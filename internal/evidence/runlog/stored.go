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
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/report/text"
)

// fault says what is wrong with the stored report of a record; empty when nothing is. One that may be absent, and is, was pruned.
func (l *Log) fault(r Record, mayBeAbsent bool) (what string, pruned bool, err error) {
	doc, err := l.store.Report(r.Digest)
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
	return r.differs(doc), false, nil
}

// differs says where the stored report of a record is not the one that was added; empty when it is.
func (r Record) differs(doc []byte) string {
	if sum := sha256.Sum256(doc); hex.EncodeToString(sum[:]) == r.SHA256 {
		// A record that was put in by hand has the bytes of its report, and may have the digest of another.
		if err := evidence.VerifyJSON(doc); err != nil {
			return "its report is not what its digest says: " + text.Cut(err.Error(), 300)
		}
		return r.contradicts(doc)
	}
	rep, err := sign.Sealed(doc)
	switch {
	case err != nil:
		return "its report was changed: " + text.Cut(err.Error(), 300)
	case rep.Digest != r.Digest:
		return "its report was replaced by that of " + recordOf(rep, doc, r.Added).Name()
	}
	return "its report says the same in other bytes: it was written anew since"
}

// contradicts says where the record does not say what its report says; empty when it does.
func (r Record) contradicts(doc []byte) string {
	var rep struct { // of a report no more than that: there may be very many
		Run struct {
			ID       string    `json:"id"`
			Estate   string    `json:"estate"`
			Finished time.Time `json:"finished"`
			Previous string    `json:"previous_digest"`
		} `json:"run"`
		Summary struct {
			Verdict report.Verdict `json:"verdict"`
		} `json:"summary"`
		Digest string `json:"digest"`
	}
	if err := json.Unmarshal(doc, &rep); err != nil {
		return "its report is none: " + text.Cut(err.Error(), 200)
	}
	is := Record{rep.Run.ID, rep.Run.Estate, rep.Summary.Verdict, rep.Run.Finished.UTC(), rep.Digest, r.SHA256, rep.Run.Previous, r.Added, r.Pruned}
	if is == r {
		return ""
	}
	return fmt.Sprintf("the record does not say what its report says: %s, verdict %s", is.Name(), text.Cut(string(is.Verdict), 20))
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
