package sqldb

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	jsonv1 "github.com/go-json-experiment/json/v1"

	"github.com/portseal/portseal/report"
)

// said is what a value says, in the same words whatever the database.
func said(column string, value any) string {
	switch v := value.(type) {
	case nil:
		return ""
	case bool:
		if v {
			return "1"
		}
		return "0"
	case int64:
		return strconv.FormatInt(v, 10)
	case []byte:
		return octets(column, v)
	}
	return fmt.Sprint(value)
}

// octets is what octets say: a look, which may be compressed in more ways than one, as its hash.
func octets(column string, doc []byte) string {
	switch column {
	case "look":
		plain, err := unpack(doc)
		if err != nil {
			return err.Error()
		}
		sum := sha256.Sum256(plain)
		return hex.EncodeToString(sum[:])
	case "sum":
		return hex.EncodeToString(doc)
	}
	return string(doc)
}

// plainly is a row with its documents as this version writes what they say: another version may have written the same in other words.
func plainly(r row) row {
	out := maps.Clone(r)
	for column, doc := range r {
		var into any
		switch column {
		case "summary":
			into = &report.Summary{}
		case "finding":
			into = &report.Finding{}
		case "change":
			into = &report.Change{}
		case "certificate":
			into = &report.Certificate{}
		case "waiver":
			into = &report.Waiver{}
		}
		if into != nil && doc != "" {
			out[column] = document([]byte(doc), into)
		}
	}
	return out
}

// document is what a document says: as this version writes it. One with anything beside that, as a key that stands twice or white space, was written by
// no version.
func document(doc []byte, into any) string {
	var compact bytes.Buffer
	err := json.Compact(&compact, doc)
	if err == nil && !bytes.Equal(compact.Bytes(), doc) {
		err = errors.New("it has white space")
	}
	if err == nil {
		err = jsonv2.Unmarshal(doc, into, jsonv1.DefaultOptionsV1(), jsontext.AllowDuplicateNames(false), jsonv2.RejectUnknownMembers(true))
	}
	var again []byte
	if err == nil {
		again, err = json.Marshal(into)
	}
	if err != nil {
		return "what cannot be read: " + string(doc)
	}
	return string(again)
}

// isDocument says that a column is too much to show.
func isDocument(column string) bool {
	return slices.Contains([]string{"summary", "finding", "change", "certificate", "waiver", "secret", "look", "sum", "facts", "failures"}, column)
}
