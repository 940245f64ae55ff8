// Package style is how the HTML pages of portseal look: colours in light and dark, type, tables, and sheets of A4; for those with a
// navigation also their frame, controls, words with signs, and tables that a reader sorts. Every page has it before its own rules.
//
// Limits: it knows no page. All colours of text reach the contrast of WCAG 2.2 AA (4.5 to 1) on their ground, which the browser tests of
// report/html and of the service's pages measure.
package style

import _ "embed" // the directives below need it

//go:embed style.css
var css string

//go:embed frame.css
var frame string

//go:embed sort.js
var sort string

// CSS returns the style sheet of every page.
func CSS() string { return css }

// Frame returns the style sheet of pages with a navigation, which is that of every page with what they have besides.
func Frame() string { return css + frame }

// Sort returns the script that lets a reader sort each table with the attribute data-sortable.
func Sort() string { return sort }
