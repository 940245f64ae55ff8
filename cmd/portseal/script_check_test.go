package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/portseal/portseal/internal/evidence"
	"github.com/portseal/portseal/internal/evidence/replay"
	"github.com/portseal/portseal/report"
	reportjson "github.com/portseal/portseal/report/json"
)

// checkReports wants every report that a script has left behind to agree with its evidence, and every format to tell the same numbers of it. What a script has changed, so that its digest
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
		if err == nil {
			if differs := formatsAgree(rep); differs != nil {
				env.T().Fatal(path, "formats differ:", differs)
			}
		}
		if err == nil && rep.Phase != nil && rep.Phase.Baseline != nil {
			baseline = byDigest[rep.Phase.Baseline.Digest]
		}
		result, err := replay.Check(doc, replay.Beside{Baseline: baseline})
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

// forge writes a report with another value at a path, and the digest that fits it.
func forge(ts *testscript.TestScript, neg bool, args []string) {
	want(ts, neg, len(args) == 4, "forge FROM TO PATH VALUE")
	var doc map[string]any
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[0])), &doc))
	keys := strings.Split(args[2], ".")
	var inside any = doc
	for _, key := range keys[:len(keys)-1] {
		if items, ok := inside.([]any); ok {
			i, err := strconv.Atoi(key)
			ts.Check(err)
			inside = items[i]
			continue
		}
		inside = inside.(map[string]any)[key]
	}
	var value any
	if json.Unmarshal([]byte(args[3]), &value) != nil {
		value = args[3]
	}
	inside.(map[string]any)[keys[len(keys)-1]] = value
	delete(doc, "digest")
	text, err := json.Marshal(doc)
	ts.Check(err)
	canonical, err := evidence.Canonical(json.RawMessage(text))
	ts.Check(err)
	sum := sha256.Sum256(canonical)
	doc["digest"] = "sha256:" + hex.EncodeToString(sum[:])
	text, err = json.Marshal(doc)
	ts.Check(err)
	ts.Check(os.MkdirAll(filepath.Dir(ts.MkAbs(args[1])), 0o700))
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), text, 0o600))
}
