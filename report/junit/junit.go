// Package junit writes a report as JUnit XML, which CI servers show as tests: one case an expectation.
//
// A suite is an endpoint, and its cases are the keys of the estate file that say something of it (expect, versions, trusted_by, ...),
// certificate and good_practice, which are always judged, and assessed. The first suite is the run: whether it is complete, and findings
// about files and the whole estate, a case for each id. What its output says is what the report shows and cannot.
//
//	finding of --fail-on or worse failure
//	milder finding                passed, and the text is in system-out
//	waived finding                skipped, with until when and why
//	something was not assessed    error in the case assessed; of that endpoint no other case passes: what has not failed is skipped
//
// The form is that of the schemas of Jenkins (junit-10.xsd) and Surefire, in what they have in common; text goes through report/text.
// Limits: a report that does not say what --fail-on was is taken for one with medium.
package junit

import (
	"bufio"
	"fmt"
	"io"
	"time"

	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/report/text"
)

// Write writes rep. It fails only when w does.
func Write(w io.Writer, rep *report.Report) error {
	all := suites(rep)
	var sum counts
	for _, s := range all {
		c := s.counts()
		sum.tests, sum.failures, sum.errors = sum.tests+c.tests, sum.failures+c.failures, sum.errors+c.errors
	}
	out := bufio.NewWriterSize(w, 1<<16) // which keeps its first error
	fmt.Fprintf(out, `<?xml version="1.0" encoding="UTF-8"?>`+"\n"+`<testsuites name="%s" %s time="%s">`+"\n", text.XML("portseal "+name(rep)), sum,
		seconds(rep.Run.Finished.Sub(rep.Run.Started)))
	for _, s := range all {
		s.write(out)
	}
	fmt.Fprintln(out, "</testsuites>")
	if err := out.Flush(); err != nil {
		return fmt.Errorf("write JUnit XML: %w", err)
	}
	return nil
}

// suite is a suite of cases.
type suite struct {
	name, host string
	started    time.Time
	took       time.Duration
	properties [][2]string
	cases      []testcase
	said       []string // lines of output
}

// testcase is one case. Of failure, fault and skipped at most one is set.
type testcase struct {
	class, name string
	failure     *problem
	fault       *problem // JUnit's error
	skipped     string
	said        []string // lines of output
}

// problem is why a case did not pass.
type problem struct {
	kind, message string
	lines         []string
}

// counts are the numbers that a suite states of itself.
type counts struct{ tests, failures, errors, skipped int }

// String writes as attributes those that the root has too.
func (c counts) String() string {
	return fmt.Sprintf(`tests="%d" failures="%d" errors="%d"`, c.tests, c.failures, c.errors)
}

func (s suite) counts() counts {
	c := counts{tests: len(s.cases)}
	for _, x := range s.cases {
		switch {
		case x.failure != nil:
			c.failures++
		case x.fault != nil:
			c.errors++
		case x.skipped != "":
			c.skipped++
		}
	}
	return c
}

func (s suite) write(w io.Writer) {
	c := s.counts()
	fmt.Fprintf(w, `  <testsuite name="%s" %s skipped="%d" time="%s" timestamp="%s"`, text.XML(s.name), c, c.skipped, seconds(s.took), s.started.UTC().Format("2006-01-02T15:04:05"))
	if s.host != "" {
		fmt.Fprintf(w, ` hostname="%s"`, text.XML(s.host))
	}
	fmt.Fprintln(w, ">")
	if len(s.properties) > 0 {
		fmt.Fprintln(w, "    <properties>")
		for _, p := range s.properties {
			fmt.Fprintf(w, `      <property name="%s" value="%s"/>`+"\n", p[0], text.XML(p[1]))
		}
		fmt.Fprintln(w, "    </properties>")
	}
	for _, c := range s.cases {
		c.write(w)
	}
	output(w, "    ", s.said)
	fmt.Fprintln(w, "  </testsuite>")
}

func (c testcase) write(w io.Writer) {
	fmt.Fprintf(w, `    <testcase classname="%s" name="%s" time="0"`, text.XML(c.class), text.XML(c.name))
	if c.failure == nil && c.fault == nil && c.skipped == "" && len(c.said) == 0 {
		fmt.Fprintln(w, "/>")
		return
	}
	fmt.Fprintln(w, ">")
	c.failure.write(w, "failure")
	if c.skipped != "" {
		fmt.Fprintf(w, `      <skipped message="%s"/>`+"\n", text.XML(c.skipped))
	}
	c.fault.write(w, "error")
	output(w, "      ", c.said)
	fmt.Fprintln(w, "    </testcase>")
}

func (p *problem) write(w io.Writer, element string) {
	if p == nil {
		return
	}
	fmt.Fprintf(w, `      <%s type="%s" message="%s">`, element, text.XML(p.kind), text.XML(p.message))
	lines(w, p.lines)
	fmt.Fprintf(w, "</%s>\n", element)
}

func output(w io.Writer, indent string, said []string) {
	if len(said) == 0 {
		return
	}
	fmt.Fprintf(w, "%s<system-out>", indent)
	lines(w, said)
	fmt.Fprintln(w, "</system-out>")
}

// lines writes text; only the line ends between the lines are real.
func lines(w io.Writer, all []string) {
	for i, line := range all {
		if i > 0 {
			fmt.Fprintln(w)
		}
		fmt.Fprint(w, text.XML(line))
	}
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.3f", max(d, 0).Seconds()) }
