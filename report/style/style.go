// Package style is how the HTML pages of portseal look: colours in light and dark, type, tables, and sheets of A4. Every page has it
// inline, before its own rules.
//
// Limits: it is one style sheet and knows no page. All colours of text reach the contrast of WCAG 2.2 AA (4.5 to 1) on their ground, which
// the browser test of report/html measures.
package style

import _ "embed" // the directive below needs it

//go:embed style.css
var css string

// CSS returns the style sheet.
func CSS() string { return css }
