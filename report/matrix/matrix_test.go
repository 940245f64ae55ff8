package matrix_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/report/internal/sample"
	"github.com/portseal/portseal/report/matrix"
	"github.com/portseal/portseal/report/text"
	"github.com/portseal/portseal/scan"
)

var update = flag.Bool("update", false, "write the golden files")

func TestGolden(t *testing.T) {
	for name, write := range map[string]func(io.Writer, *report.Migration) error{"migration.html": matrix.HTML, "migration.svg": matrix.SVG} {
		var got bytes.Buffer
		require.NoError(t, write(&got, sample.Migration(0)))
		file := filepath.Join("testdata", name)
		if *update {
			require.NoError(t, os.WriteFile(file, got.Bytes(), 0o644))
		}
		want, err := os.ReadFile(file)
		require.NoError(t, err)
		assert.Equal(t, string(want), got.String())
	}
}

// What a peer or a file said is text, and nothing else: no element, no attribute, no control character.
func TestNothingHostileIsMarkup(t *testing.T) {
	for _, write := range []func(io.Writer, *report.Migration) error{matrix.HTML, matrix.SVG} {
		var got bytes.Buffer
		require.NoError(t, write(&got, sample.Migration(0)))
		assert.NotContains(t, got.String(), "<script")
		assert.NotContains(t, got.String(), "href")
		assert.Contains(t, got.String(), "&lt;script&gt;", "it is there, as text")
		for _, r := range got.String() {
			require.False(t, r != '\n' && text.Unsafe(r), "%q", r)
		}
	}
}

// The picture is XML with as many fields as the matrix has.
func TestSVGIsXML(t *testing.T) {
	var got bytes.Buffer
	require.NoError(t, matrix.SVG(&got, sample.Migration(30)))
	cells := 0
	d := xml.NewDecoder(&got)
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		require.NoError(t, err)
		if e, ok := token.(xml.StartElement); ok {
			for _, a := range e.Attr {
				if a.Name.Local == "class" && strings.HasPrefix(a.Value, "cell ") {
					cells++
				}
			}
		}
	}
	assert.Equal(t, 2+3+1+30, cells)
}

// A sheet of paper holds a picture whole.
func TestManySystemsAreSeveralPictures(t *testing.T) {
	var got bytes.Buffer
	require.NoError(t, matrix.HTML(&got, sample.Migration(30)))
	assert.Equal(t, 3, strings.Count(got.String(), "<svg "))
	assert.Equal(t, 1, strings.Count(got.String(), `id="m16-title"`))
}

func TestAnswers(t *testing.T) {
	for answer, words := range map[scan.Fact]string{scan.Yes: "RC4 may be turned off: every agent is on TLS.", scan.No: "RC4 may not be turned off yet.",
		scan.Unknown: "Whether RC4 may be turned off is not known."} {
		var got bytes.Buffer
		m := &report.Migration{Estate: "e", RC4: report.RC4Verdict{MayTurnOff: answer}}
		require.NoError(t, matrix.HTML(&got, m))
		assert.Contains(t, got.String(), words)
		assert.Contains(t, got.String(), "No CAE server is known.")
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("disk full") }

func TestErrors(t *testing.T) {
	assert.ErrorContains(t, matrix.SVG(full{}, sample.Migration(0)), "disk full")
}
