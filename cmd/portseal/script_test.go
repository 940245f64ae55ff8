package main

import (
	"bytes"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/rogpeppe/go-internal/testscript"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"golang.org/x/text/encoding/charmap"
	"software.sslmate.com/src/go-pkcs12"

	"github.com/portseal/portseal/report/text"
)

var updateScripts = flag.Bool("update-scripts", false, "write what 'cmp' finds into the scripts")

// TestMain makes the test binary the program itself when a script calls it "portseal".
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"portseal": main})
}

// TestScripts runs testdata/script/*.txtar: what a user types, and what comes of it. Besides the commands of testscript there are
//
//	exits CODE COMMAND ARG...   run a command, which must end with that exit code
//	server KIND NAME [KEY=VALUE...]
//	                            start a listener on loopback; its port is in $NAME_PORT and its certificate in NAME.pem
//	become NAME KIND [KEY=VALUE...]
//	                            from now on the listener behaves like that
//	dialled NAME COUNT          the listener has seen that many connections
//	await NAME COUNT            wait until it has seen at least that many more
//	linked LINK TARGET          LINK is a symbolic link to TARGET
//	lines FILE COUNT            wait until a file has at least that many whole lines
//	fill FILE...                put ports and days into a file: $NAME_PORT, $TODAY, $YESTERDAY, $TOMORROW
//	findings FILE               print the findings of a JSON report: severity, id, endpoint
//	fact FILE PATH WANT         a value in a JSON document, by keys and indexes with dots between; WANT may be <=NUMBER
//	validate SCHEMA FILE...     JSON or YAML documents against a JSON Schema
//	narrow FILE WIDTH           no line of a text is wider than that many columns
//	mode PATTERN MODE           the permissions of files, in octal
//	listring FILE OWNER/RING LABEL=FILE.pem:OWNER:USAGE...
//	                            write what RACDCERT LISTRING and LIST would say of a ring
//	client NAME KIND            write NAME.pem and NAME.key, and NAME.p12 of both with the empty password, a client certificate of the good root of that KIND: see certificateOf
//	repeat FILE COUNT TEXT      add TEXT, as Go writes a string, that many times to the end of a file
//	keyless KEY FILE...         a private key is in none of the files
//	store FILE PASSWORD         write the good root as a PKCS#12 trust store
//	ebcdic FROM TO              write a text in IBM-1047, with NEL between its lines
//	forge FROM TO PATH VALUE    write a report with another value at a path (see fact), and the digest that fits it
//	bytes FILE HEX              write a file that is no text
//	behind STATEMENT            run SQL in the database that $DB names, behind the back of portseal
//	ask SERVICE PATH FILE [KEY=WANT | @BODY]
//	                            get PATH from the service that wrote its address into SERVICE, again until the answer has WANT in the value at KEY (see
//	                            fact), or post BODY there, with the token in the file $TOKEN_FILE, and write the answer into FILE; PATH may be
//	                            DOCUMENT:KEY, the text there
//
// $REPORTS is the folder with reports that earlier versions wrote.
// Each script has good-root.pem and other-root.pem, the roots of the servers' certificates, and intermediate.pem.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                filepath.Join("..", "..", "testdata", "script"),
		Setup:              setUpScript,
		UpdateScripts:      *updateScripts,
		RequireUniqueNames: true,
		Cmds:               scriptCommands(),
	})
}

func scriptCommands() map[string]func(*testscript.TestScript, bool, []string) {
	return map[string]func(*testscript.TestScript, bool, []string){
		"exits": exits, "server": startServer, "become": becomeServer, "dialled": dialled, "await": await, "lines": lines, "linked": linked, "fill": fill,
		"findings": findings, "fact": fact, "validate": validate, "narrow": narrow, "mode": mode,
		"store": store, "listring": listring, "client": clientFiles, "keyless": keyless, "repeat": repeat, "ebcdic": toEBCDIC, "forge": forge, "bytes": writeBytes, "ask": askService, "behind": behind,
	}
}

func want(ts *testscript.TestScript, neg, ok bool, usage string) {
	if neg || !ok {
		ts.Fatalf("usage: %s", usage)
	}
}

func exits(ts *testscript.TestScript, neg bool, args []string) {
	want(ts, neg, len(args) > 1, "exits CODE COMMAND ARG...")
	code := 0
	err := ts.Exec(args[1], args[2:]...)
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		code = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if strconv.Itoa(code) != args[0] {
		ts.Fatalf("exit code %d, want %s", code, args[0])
	}
}

func linked(ts *testscript.TestScript, neg bool, args []string) {
	want(ts, neg, len(args) == 2, "linked LINK TARGET")
	to, err := os.Readlink(ts.MkAbs(args[0]))
	ts.Check(err)
	if filepath.Base(to) != filepath.Base(args[1]) {
		ts.Fatalf("%s is a link to %s, want %s", args[0], to, args[1])
	}
}

func lines(ts *testscript.TestScript, neg bool, args []string) {
	want(ts, neg, len(args) == 2, "lines FILE COUNT")
	least, err := strconv.Atoi(args[1])
	ts.Check(err)
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(2 * time.Minute); ; <-tick.C {
		text, err := os.ReadFile(ts.MkAbs(args[0]))
		if err == nil && bytes.Count(text, []byte("\n")) >= least {
			return
		}
		if time.Now().After(deadline) {
			ts.Fatalf("%s has not %d lines (%v): %s", args[0], least, err, text)
		}
	}
}

// fill leaves other words that begin with a dollar sign alone: templates of estate files have them.
func fill(ts *testscript.TestScript, neg bool, args []string) {
	want(ts, neg, len(args) > 0, "fill FILE...")
	for _, name := range args {
		body := regexp.MustCompile(`\$([A-Z0-9_]+_PORT|TODAY|YESTERDAY|TOMORROW)\b`).ReplaceAllStringFunc(ts.ReadFile(name), func(word string) string {
			value := ts.Getenv(word[1:])
			if value == "" {
				ts.Fatalf("%s: there is no %s", name, word)
			}
			return value
		})
		ts.Check(os.WriteFile(ts.MkAbs(name), []byte(body), 0o600))
	}
}

func findings(ts *testscript.TestScript, neg bool, args []string) {
	want(ts, neg, len(args) == 1, "findings FILE")
	var rep struct {
		Findings []struct {
			ID, Severity, Endpoint string
			Location               *struct{ File string }
			Waived                 *struct{}
		}
	}
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[0])), &rep))
	for _, f := range rep.Findings {
		line := f.Severity + " " + f.ID
		if f.Endpoint != "" {
			line += " " + f.Endpoint
		}
		if f.Location != nil {
			line += " " + f.Location.File
		}
		if f.Waived != nil {
			line += " (waived)"
		}
		fmt.Fprintln(ts.Stdout(), line)
	}
	if len(rep.Findings) == 0 {
		fmt.Fprintln(ts.Stdout(), "none")
	}
}

func fact(ts *testscript.TestScript, neg bool, args []string) {
	want(ts, neg, len(args) == 3, "fact FILE PATH WANT")
	var value any
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[0])), &value))
	value, err := lookUp(value, args[1])
	ts.Check(err)
	got, isText := value.(string)
	if !isText {
		var b bytes.Buffer
		enc := json.NewEncoder(&b)
		enc.SetEscapeHTML(false)
		ts.Check(enc.Encode(value))
		got = strings.TrimSpace(b.String())
	}
	if most, bounded := strings.CutPrefix(args[2], "<="); bounded {
		n, isNumber := value.(float64)
		limit, err := strconv.ParseFloat(most, 64)
		ts.Check(err)
		if !isNumber || n > limit {
			ts.Fatalf("%s is %s, want at most %s", args[1], got, most)
		}
		return
	}
	if got != args[2] {
		ts.Fatalf("%s is %s, want %s", args[1], got, args[2])
	}
}

// lookUp is the value at a path of keys and indexes with dots between.
func lookUp(value any, path string) (any, error) {
	for key := range strings.SplitSeq(path, ".") {
		switch inside := value.(type) {
		case map[string]any:
			value = inside[key]
		case []any:
			i, err := strconv.Atoi(key)
			if err != nil {
				return nil, err
			}
			if i >= len(inside) {
				return nil, fmt.Errorf("%s: %d items only, at %s", path, len(inside), key)
			}
			value = inside[i]
		default:
			return nil, fmt.Errorf("%s: nothing below %v, at %s", path, value, key)
		}
	}
	return value, nil
}

func validate(ts *testscript.TestScript, neg bool, args []string) {
	want(ts, neg, len(args) > 1, "validate SCHEMA FILE...")
	read := func(name string) any {
		data := []byte(ts.ReadFile(name))
		if filepath.Ext(name) == ".yaml" {
			var err error
			data, err = yaml.YAMLToJSON(data)
			ts.Check(err)
		}
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
		if err != nil {
			ts.Fatalf("%s is no JSON: %v", name, err)
		}
		return doc
	}
	c := jsonschema.NewCompiler()
	ts.Check(c.AddResource("schema.json", read(args[0])))
	schema, err := c.Compile("schema.json")
	ts.Check(err)
	for _, name := range args[1:] {
		ts.Check(schema.Validate(read(name)))
	}
}

func narrow(ts *testscript.TestScript, neg bool, args []string) {
	want(ts, neg, len(args) == 2, "narrow FILE WIDTH")
	most, err := strconv.Atoi(args[1])
	ts.Check(err)
	for line := range strings.Lines(ts.ReadFile(args[0])) {
		if n := text.Width(strings.TrimSuffix(line, "\n")); n > most {
			ts.Fatalf("%d columns, want at most %d: %s", n, most, line)
		}
	}
}

func mode(ts *testscript.TestScript, neg bool, args []string) {
	want(ts, neg, len(args) == 2, "mode PATTERN MODE")
	names, err := filepath.Glob(ts.MkAbs(args[0]))
	ts.Check(err)
	if len(names) == 0 {
		ts.Fatalf("there is no file %s", args[0])
	}
	for _, name := range names {
		info, err := os.Stat(name)
		ts.Check(err)
		if got := fmt.Sprintf("%#o", info.Mode().Perm()); got != args[1] {
			ts.Fatalf("%s has mode %s, want %s", name, got, args[1])
		}
	}
}

func toEBCDIC(ts *testscript.TestScript, neg bool, args []string) {
	want(ts, neg, len(args) == 2, "ebcdic FROM TO")
	out, err := charmap.CodePage1047.NewEncoder().String(strings.ReplaceAll(ts.ReadFile(args[0]), "\n", "\u0085"))
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(out), 0o600))
}

func writeBytes(ts *testscript.TestScript, neg bool, args []string) {
	want(ts, neg, len(args) == 2, "bytes FILE HEX")
	data, err := hex.DecodeString(args[1])
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), data, 0o600))
}

func store(ts *testscript.TestScript, neg bool, args []string) {
	want(ts, neg, len(args) == 2, "store FILE PASSWORD")
	a, err := scriptAuthorities()
	ts.Check(err)
	der, err := pkcs12.Modern.EncodeTrustStore([]*x509.Certificate{a.good.Cert}, args[1])
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), der, 0o600))
}
