package estate

import (
	"encoding/json"

	"github.com/portseal/portseal/report"
)

// Schema returns the JSON Schema (draft 2020-12) of estate files, for editors. It is made from the same tables as the
// strict reader, so that it knows every key that Load takes and no other. It is milder than Load: what an editor cannot
// see, such as defaults, templates and other files, it does not judge.
func Schema() ([]byte, error) {
	root := objectShape(documentObject(), false)
	root["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	root["title"] = "portseal estate file"
	root["$defs"] = shape{
		"system":            objectShape(systemObject(), false),
		"listener":          objectShape(listenerObject(), false),
		"template_listener": objectShape(listenerObject(), true),
		"defaults":          defaultsShape(),
		"keyring":           objectShape(keyringObject(), false),
		"query_monitor":     objectShape(queryMonitorObject(), false),
		"waiver":            objectShape[report.Waiver](waiverObject(), false),
		"schedule":          objectShape(scheduleObject(), false),
		"blackout":          objectShape(blackoutObject(), false),
		"notice":            objectShape(noticeObject(), false),
	}
	out, err := json.MarshalIndent(root, "", "  ")
	if err != nil {
		return nil, err
	}
	return append(out, '\n'), nil
}

// objectShape is the schema of an object. In a template every value may have variables, whatever its type is without.
func objectShape[T any](o *object[T], template bool) shape {
	properties := shape{}
	for _, f := range o.fields {
		value := shape{}
		for k, v := range f.shape {
			value[k] = v
		}
		if template {
			value = eitherShape(withVariables(value), variableShape())
		}
		value["description"] = f.doc
		properties[f.name] = value
	}
	s := shape{"type": "object", "description": o.doc, "properties": properties, "additionalProperties": false}
	if len(o.required) > 0 {
		s["required"] = o.required
	}
	return s
}

func variableShape() shape {
	return shape{"type": "string", "pattern": `\$\{[A-Za-z_][A-Za-z0-9_]*\}`}
}

// withVariables lets the items of a list be variables too.
func withVariables(s shape) shape {
	out := shape{}
	for k, v := range s {
		out[k] = v
	}
	if items, ok := s["items"].(shape); ok {
		out["items"] = eitherShape(items, variableShape())
	}
	return out
}

func defaultsShape() shape {
	s := objectShape(listenerObject(), false)
	s["description"] = "Listener keys for all listeners to which they apply."
	properties, _ := s["properties"].(shape)
	for _, key := range notInDefaults() {
		delete(properties, key)
	}
	return s
}

// notInDefaults are the listener keys that defaults may not have.
func notInDefaults() []string { return []string{"use", "with"} }
