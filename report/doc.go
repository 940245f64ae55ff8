// Package report is the message between the scanner and its readers: plain data, one JSON document a run. Renderers are
// its subfolders, one a format; each writes to an io.Writer and knows no file.
//
// The package decides nothing: findings are made by internal/assess, facts by scan. Names of JSON keys, finding ids and
// states are a contract: they are added to, never renamed.
package report
