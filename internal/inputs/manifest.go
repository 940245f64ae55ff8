package inputs

import (
	"fmt"
	"strings"
	"time"

	"github.com/portseal/portseal/internal/ebcdic"
)

// Heading is the first line of a manifest: the name of the form, and its version.
const Heading = "portseal-inputs 1"

// The words that the manifest's other lines begin with.
const (
	wordSystem   = "system"   // NAME
	wordNode     = "node"     // what uname says
	wordRelease  = "release"  // what uname says
	wordStarted  = "started"  // TIME
	wordFinished = "finished" // TIME
	wordFile     = "file"     // TIME NAME
	wordFailed   = "failed"   // TIME NAME WHY
	wordSkipped  = "skipped"  // NAME WHY
)

// Contents is a manifest as read. Times are UTC; one that is not said is zero.
type Contents struct {
	System   string // as portseal calls it
	Node     string // as it calls itself
	Release  string // as uname gives it
	Started  time.Time
	Finished time.Time // zero where the collection was cut short
	Files    []Entry   // in the order of gathering
	Failed   []Entry
	Skipped  []Entry
	Problems []Problem
}

// Entry is a file of the folder.
type Entry struct {
	Name string
	At   time.Time // when it was gathered, or could not be
	Why  string    // of one that is not there
}

// Problem is a line that was not understood.
type Problem struct {
	Line    int
	Message string
}

// Parse reads a manifest, in EBCDIC too. It never fails: what cannot be read is in Problems.
func Parse(data []byte) *Contents {
	c := &Contents{}
	text, _, err := ebcdic.Decode(data)
	if err != nil {
		c.problem(1, "%s", err)
		return c
	}
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		switch {
		case i == 0 && line != Heading:
			c.problem(1, "%q is no manifest of this version of portseal; want %q as its first line", cut(line), Heading)
			return c
		case i > 0 && line != "":
			c.line(i+1, line)
		}
	}
	if c.Finished.IsZero() {
		c.problem(1, "the collection did not come to its end; want a line that begins with %q: gather again", wordFinished)
	}
	return c
}

func (c *Contents) problem(line int, format string, args ...any) {
	c.Problems = append(c.Problems, Problem{line, fmt.Sprintf(format, args...)})
}

func (c *Contents) line(number int, line string) {
	word, rest := next(line)
	switch word {
	case wordSystem:
		c.System = rest
	case wordNode:
		c.Node = rest
	case wordRelease:
		c.Release = rest
	case wordStarted:
		c.Started = c.time(number, rest)
	case wordFinished:
		c.Finished = c.time(number, rest)
	case wordSkipped:
		name, why := next(rest)
		c.Skipped = append(c.Skipped, Entry{Name: name, Why: why})
	case wordFile, wordFailed:
		when, rest := next(rest)
		e := Entry{At: c.time(number, when)}
		if e.Name = rest; word == wordFile {
			c.Files = append(c.Files, e)
			return
		}
		e.Name, e.Why = next(rest)
		c.Failed = append(c.Failed, e)
	default:
		c.problem(number, "%q is no line of a manifest", cut(line))
	}
}

// next splits the first word off.
func next(text string) (word, rest string) {
	word, rest, _ = strings.Cut(text, " ")
	return word, strings.TrimSpace(rest)
}

func (c *Contents) time(number int, text string) time.Time {
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		c.problem(number, "%q is no time; want one such as 2026-12-31T23:59:59Z", cut(text))
		return time.Time{}
	}
	return at.UTC()
}

// Collected returns when a file was gathered; zero when the manifest does not say.
func (c *Contents) Collected(name string) time.Time {
	for _, e := range c.Files {
		if e.Name == name {
			return e.At
		}
	}
	return time.Time{}
}

// cut makes foreign text short.
func cut(text string) string {
	const most = 60
	if r := []rune(text); len(r) > most {
		return string(r[:most]) + "..."
	}
	return text
}
