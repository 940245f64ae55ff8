package api

import (
	"fmt"
	"maps"
	"mime"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// checks compares every answer of a test with the OpenAPI document, as the service itself gives it, and remembers what of the document came.
type checks struct {
	doc      map[string]any
	compiler *jsonschema.Compiler
	mu       sync.Mutex
	statuses map[string]bool // "listRuns 200"
	keys     map[string]bool // "Run.id"
}

const docURL = "https://example.com/openapi.json"

func newChecks(t *testing.T, w *world) *checks {
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, w.url+Prefix+"/openapi.json", nil)
	require.NoError(t, err)
	r.Header.Set("Authorization", w.tokens["view"])
	response, err := http.DefaultClient.Do(r)
	require.NoError(t, err)
	defer response.Body.Close()
	doc, err := jsonschema.UnmarshalJSON(response.Body)
	require.NoError(t, err)
	c := &checks{doc: doc.(map[string]any), compiler: jsonschema.NewCompiler(), statuses: map[string]bool{}, keys: map[string]bool{}}
	c.compiler.DefaultDraft(jsonschema.Draft2020)
	c.compiler.AssertFormat()
	require.NoError(t, c.compiler.AddResource(docURL, doc))
	return c
}

func at(v any, path ...string) any {
	for _, p := range path {
		object, ok := v.(map[string]any)
		if !ok {
			return nil
		}
		v = object[p]
	}
	return v
}

// path finds the path of the document that a request is for.
func (c *checks) path(path string) (template string, item map[string]any) {
	for template, item := range c.doc["paths"].(map[string]any) {
		a, b := strings.Split(template, "/"), strings.Split(path, "/")
		if len(a) == len(b) && !slices.ContainsFunc(a, func(part string) bool {
			i := slices.Index(a, part)
			return !strings.HasPrefix(part, "{") && part != b[i]
		}) {
			return template, item.(map[string]any)
		}
	}
	return "", nil
}

func escape(pointer string) string {
	return strings.NewReplacer("~", "~0", "/", "~1", "{", "%7B", "}", "%7D").Replace(pointer)
}

// reply checks one answer.
func (c *checks) reply(t testing.TB, method, path string, got *reply) {
	t.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	assert.Equal(t, "nosniff", got.Header.Get("X-Content-Type-Options"))
	assert.Empty(t, got.Header.Get("Access-Control-Allow-Origin"), "no other origin is let in")
	template, item := c.path(path)
	if got.StatusCode == http.StatusNotFound && got.json != nil || item == nil || got.StatusCode == http.StatusMethodNotAllowed {
		c.problem(t, got, method)
	}
	if item == nil || got.StatusCode == http.StatusMethodNotAllowed || method == http.MethodOptions {
		return
	}
	word := strings.ToLower(method)
	if method == http.MethodHead {
		word = "get"
	}
	op, _ := item[word].(map[string]any)
	if op == nil && got.StatusCode == http.StatusNotFound {
		return // a path with an odd name, which is none
	}
	require.NotNil(t, op, "%s %s is not in the document, and answers %d", method, path, got.StatusCode)
	id, status := op["operationId"].(string), fmt.Sprint(got.StatusCode)
	response, _ := at(op, "responses", status).(map[string]any)
	require.NotNil(t, response, "%s %s may not answer %s: %s", method, path, status, got.body)
	c.statuses[id+" "+status] = true
	for name := range keysOf(response["headers"]) {
		assert.NotEmpty(t, got.Header.Get(name), "%s %s %s has no %s", method, path, status, name)
	}
	if len(got.body) == 0 {
		return
	}
	c.body(t, fmt.Sprintf("%s#/paths/%s/%s/responses/%s/content/", docURL, escape(template), word, status), response, got)
}

func keysOf(v any) map[string]any { m, _ := v.(map[string]any); return m }

func (c *checks) body(t testing.TB, pointer string, response map[string]any, got *reply) {
	t.Helper()
	whole := got.Header.Get("Content-Type")
	media, _, err := mime.ParseMediaType(whole)
	require.NoError(t, err)
	content := keysOf(response["content"])
	form, named := content[whole]
	if !named {
		whole = media
		form, named = content[media]
	}
	require.True(t, named, "%s is not documented as %s", pointer, media)
	if keysOf(form)["schema"] == nil || got.json == nil {
		return
	}
	compiled, err := c.compiler.Compile(pointer + escape(whole) + "/schema")
	require.NoError(t, err)
	require.NoError(t, compiled.Validate(got.json), "%s", got.body)
	c.walk(keysOf(form)["schema"], got.json)
}

func (c *checks) problem(t testing.TB, got *reply, method string) {
	t.Helper()
	if method == http.MethodHead || len(got.body) == 0 {
		return
	}
	assert.Equal(t, "application/problem+json", got.Header.Get("Content-Type"))
	compiled, err := c.compiler.Compile(docURL + "#/components/schemas/Problem")
	require.NoError(t, err)
	require.NoError(t, compiled.Validate(got.json), "%s", got.body)
	c.walk(map[string]any{"$ref": "#/components/schemas/Problem"}, got.json)
}

// walk notes which keys of our own schemas came.
func (c *checks) walk(form, value any) {
	name := ""
	if to, ok := at(form, "$ref").(string); ok {
		name = strings.TrimPrefix(to, "#/components/schemas/")
		form = at(c.doc, "components", "schemas", name)
	}
	if strings.HasPrefix(name, reportName) {
		return // what a report has is tested with its schema
	}
	switch v := value.(type) {
	case map[string]any:
		for key, one := range v {
			if name != "" {
				c.keys[name+"."+key] = true
			}
			c.walk(at(form, "properties", key), one)
		}
	case []any:
		for _, one := range v {
			c.walk(at(form, "items"), one)
		}
	}
}

// unseen lists the keys and statuses of the document that never came.
func (c *checks) unseen() (out []string) {
	for name, form := range at(c.doc, "components", "schemas").(map[string]any) {
		for key := range keysOf(at(form, "properties")) {
			if !strings.HasPrefix(name, reportName) && !c.keys[name+"."+key] {
				out = append(out, name+"."+key)
			}
		}
	}
	for _, item := range c.doc["paths"].(map[string]any) {
		for _, op := range keysOf(item) {
			for status := range keysOf(at(op, "responses")) {
				if id := at(op, "operationId").(string) + " " + status; !c.statuses[id] {
					out = append(out, id)
				}
			}
		}
	}
	slices.Sort(out)
	return out
}

func sortedKeys(m map[string]any) []string { return slices.Sorted(maps.Keys(m)) }
