package estate

// shape is the JSON Schema of one value.
type shape map[string]any

// Text that stands unquoted in YAML may reach an editor's validator as a number or a boolean: 0035, 3.10, NO.
func textShape() shape { return shape{"type": []string{"string", "number", "boolean"}} }

func stringShape() shape { return shape{"type": "string", "minLength": 1} }

func enumShape(words ...string) shape { return shape{"enum": words} }

func integerShape(low, high int) shape {
	return shape{"type": "integer", "minimum": low, "maximum": high}
}

func listShape(of shape) shape { return shape{"type": "array", "items": of, "minItems": 1} }

// anyListShape is of a list that may be empty.
func anyListShape(of shape) shape { return shape{"type": "array", "items": of} }

func refShape(name string) shape { return shape{"$ref": "#/$defs/" + name} }

func mapShape(of shape) shape { return shape{"type": "object", "additionalProperties": of} }

func eitherShape(of ...shape) shape { return shape{"anyOf": of} }
