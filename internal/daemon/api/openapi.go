package api

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/portseal/portseal/internal/daemon/access"
	"github.com/portseal/portseal/report/schema"
)

// getDocument is the OpenAPI document of what is served here.
func (a *API) getDocument(*call) (*answer, error) {
	doc, err := a.document()
	return &answer{value: doc}, err
}

// openAPI makes the document (OpenAPI 3.1.1) from the routes.
func (a *API) openAPI() (any, error) {
	schemas, err := components()
	if err != nil {
		return nil, err
	}
	paths := map[string]node{}
	for i := range a.routes {
		way := &a.routes[i]
		path := paths[Prefix+way.path]
		if path == nil {
			path = node{}
			paths[Prefix+way.path] = path
			if names := way.names(); len(names) > 0 {
				path["parameters"] = names
			}
		}
		path[strings.ToLower(way.method)] = a.operation(way)
	}
	return node{
		"openapi": "3.1.1",
		"info": node{"title": "portseal", "version": "1",
			"description": "The history and the running service. HEAD is allowed wherever GET is, OPTIONS everywhere. Lists have `next`, the path of the page that follows, until the last one.",
			"license":     node{"name": "Apache-2.0", "identifier": "Apache-2.0"}},
		"servers":  []node{{"url": "/"}},
		"security": []node{{}, {"token": []string{}}}, // while there are no users, whoever is on the machine itself may look
		"tags":     tags(),
		"paths":    paths,
		"components": node{
			"schemas":         schemas,
			"securitySchemes": node{"token": node{"type": "http", "scheme": "bearer", "description": "A token of a user. A browser that is signed in sends its cookie instead."}},
		},
	}, nil
}

// node is a part of the document.
type node = map[string]any

// tags are the roles that requests are for.
func tags() (out []node) {
	for _, r := range access.Roles() {
		out = append(out, node{"name": string(r)})
	}
	return out
}

// names are the parameters that stand in the path.
func (r *route) names() (out []node) {
	for part := range strings.SplitSeq(r.path, "/") {
		if name, ok := strings.CutPrefix(part, "{"); ok {
			out = append(out, node{"name": strings.TrimSuffix(name, "}"), "in": "path", "required": true, "schema": node{"type": "string", "minLength": 1}})
		}
	}
	return out
}

func (a *API) operation(way *route) node {
	op := node{"operationId": way.id, "summary": way.about, "tags": []string{string(way.role)}}
	var params []node
	for _, p := range way.query {
		form := node(p.form)
		if p.many {
			form = node{"type": "array", "items": form}
		}
		param := node{"name": p.name, "in": "query", "description": p.about, "schema": form}
		if p.required {
			param["required"] = true
		}
		params = append(params, param)
	}
	if params != nil {
		op["parameters"] = params
	}
	if way.body != nil {
		op["requestBody"] = node{"required": true, "content": node{typeJSON: node{"schema": bodySchema(way.body)}}}
	}
	responses := node{strconv.Itoa(way.status): a.success(way)}
	for _, status := range way.problems() {
		responses[strconv.Itoa(status)] = node{"description": http.StatusText(status),
			"content": node{"application/problem+json": node{"schema": ref("Problem")}}}
	}
	if way.method == http.MethodGet {
		responses[strconv.Itoa(http.StatusNotModified)] = node{"description": "What If-None-Match names is what there is.", "headers": etagHeader()}
	}
	op["responses"] = responses
	return op
}

// problems are the statuses with which a route may refuse.
func (r *route) problems() []int {
	out := append([]int{http.StatusBadRequest, http.StatusUnauthorized}, r.refuses...)
	if !r.alone {
		out = append(out, http.StatusInternalServerError, http.StatusServiceUnavailable)
	}
	if r.role != access.Viewer {
		out = append(out, http.StatusForbidden)
	}
	if r.body != nil {
		out = append(out, http.StatusUnsupportedMediaType, http.StatusRequestEntityTooLarge)
	}
	return out
}

func (a *API) success(way *route) node {
	out := node{"description": http.StatusText(way.status)}
	switch way.gives {
	case reportName:
		content := node{typeJSON: node{"schema": ref(reportName)}}
		for _, f := range a.Formats {
			content[f.Type] = node{}
		}
		out["content"] = content
	case "":
		out["content"] = node{typeJSON: node{"schema": node{"type": "object"}}}
	default:
		out["content"] = node{typeJSON: node{"schema": ref(way.gives)}}
	}
	switch {
	case way.method == http.MethodGet:
		out["headers"] = etagHeader()
	case way.status == http.StatusCreated:
		out["headers"] = node{"Location": node{"description": "Its path.", "required": true, "schema": node{"type": "string"}}}
	}
	return out
}

func etagHeader() node {
	return node{"ETag": node{"description": "For If-None-Match.", "required": true, "schema": node{"type": "string"}}}
}

// bodySchema describes what readObject takes.
func bodySchema(fields []field) node {
	out := object("", nil)
	for _, f := range fields {
		form := textForm(f.most)
		switch {
		case f.words != nil:
			form = node{"type": "string", "enum": f.words}
		case f.day:
			form["format"] = "date"
		}
		if f.list {
			form = node{"type": "array", "items": form, "minItems": 1, "maxItems": maxItems, "uniqueItems": true}
		}
		form["description"] = f.about
		out["properties"].(node)[f.name] = form
		if f.required {
			out["required"] = append(out["required"].([]string), f.name)
		}
	}
	return out
}

// reportName is the schema of a report.
const reportName = "Report"

// fromReport are the schemas of a report, as report/schema has them: "Report" itself, and its parts with Report before their names.
func fromReport() (map[string]any, error) {
	text := strings.ReplaceAll(string(schema.Report()), `"#/$defs/`, `"#/components/schemas/Report`)
	text = strings.ReplaceAll(text, `"#/components/schemas/ReportReport"`, `"#/components/schemas/Report"`)
	var doc struct {
		Defs map[string]any `json:"$defs"`
	}
	if err := json.Unmarshal([]byte(text), &doc); err != nil {
		return nil, fmt.Errorf("the schema of reports: %w", err)
	}
	out := map[string]any{}
	for name, def := range doc.Defs {
		if name != reportName {
			name = reportName + name
		}
		out[name] = def
	}
	return out, nil
}
