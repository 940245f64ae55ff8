package main

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/portseal/portseal/internal/evidence"
	"github.com/portseal/portseal/internal/evidence/replay"
	"github.com/portseal/portseal/report"
	reportjson "github.com/portseal/portseal/report/json"
)

// checkReports wants every report that a script has left behind to agree with its evidence. What a script has changed, so that its digest
// is wrong, and files under forged/ and older/ are the script's own matter.
func checkReports(env *testscript.Env) {
	docs := map[string][]byte{}
	byDigest := map[string]*report.Report{}
	_ = filepath.WalkDir(env.WorkDir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || strings.Contains(path, "/forged/") || strings.Contains(path, "/older/") {
			return nil
		}
		info, err := entry.Info()
		if err != nil || !info.Mode().IsRegular() {
			return nil
		}
		doc, err := os.ReadFile(path)
		if err != nil || !bytes.HasPrefix(doc, []byte("{")) || evidence.VerifyJSON(doc) != nil {
			return nil
		}
		if rep, err := reportjson.Read(bytes.NewReader(doc)); err == nil {
			docs[path], byDigest[rep.Digest] = doc, rep
		}
		return nil
	})
	for path, doc := range docs {
		rep, err := reportjson.Read(bytes.NewReader(doc))
		var baseline *report.Report
		if err == nil && rep.Phase != nil && rep.Phase.Baseline != nil {
			baseline = byDigest[rep.Phase.Baseline.Digest]
		}
		result, err := replay.Check(doc, baseline)
		if err != nil {
			env.T().Fatal(path, err)
		}
		for _, d := range result.Differences {
			env.T().Log(path, d.Pointer, "report:", d.Report, "evidence:", d.Evidence)
		}
		if !result.Agrees {
			env.T().Fatal(path, "does not agree with its evidence")
		}
	}
	env.T().Log(len(docs), "reports were checked")
}
