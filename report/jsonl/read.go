package jsonl

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	reportjson "github.com/portseal/portseal/report/json"
)

// Stored is what the lines of one run hold.
type Stored struct {
	Document []byte // the report's document; of a cut run without digest, its summary without a verdict on what is missing
	Whole    bool   // the last line is there
}

// Is says whether a document that begins so is lines of a run rather than a report in one piece.
func Is(head []byte) bool {
	head = bytes.TrimLeft(head, " \t\r\n\ufeff")
	var first struct {
		Type string `json:"type"`
	}
	line, _, _ := bytes.Cut(head, []byte("\n"))
	if json.Unmarshal(line, &first) == nil {
		return first.Type == typeRun
	}
	return bytes.HasPrefix(bytes.ReplaceAll(line, []byte(" "), nil), []byte(`{"type":"`+typeRun+`"`)) // a line that is cut
}

// Read makes the report's document of the lines of one run. A last line that is not whole is what a cut leaves; any other line that is
// no JSON is an error that names it. Keys that this program does not know are kept.
func Read(r io.Reader) (Stored, error) {
	a := &assembly{endpoints: map[string]endpointRaw{}, certificates: map[string]json.RawMessage{}}
	lines := bufio.NewReaderSize(io.LimitReader(r, reportjson.MaxSize+1), 1<<16)
	size := int64(0)
	for n := 1; ; n++ {
		line, err := lines.ReadBytes('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return Stored{}, fmt.Errorf("read JSON lines: %w", err)
		}
		if size += int64(len(line)); size > reportjson.MaxSize {
			return Stored{}, reportjson.ErrTooLarge
		}
		if fault := a.add(bytes.TrimSpace(bytes.TrimPrefix(line, []byte("\ufeff")))); fault != nil {
			if err != nil && !json.Valid(line) { // the last, and cut
				break
			}
			return Stored{}, fmt.Errorf("line %d: %w", n, fault)
		}
		if err != nil {
			break
		}
	}
	if a.keys == nil {
		return Stored{}, errors.New("not a report: no whole line is there")
	}
	return a.document()
}
