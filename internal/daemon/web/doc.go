// Package web is what people see of the service: pages that the server writes from what it remembers (internal/history) and from what it
// does now (internal/daemon/control), for whoever has to know which RC4 listeners are still open, and what changed since yesterday.
//
// Every page is whole without script. The little script that there is (static/app.js) sorts short tables, draws two charts from tables that
// are on the page anyway, and follows a run. Nothing comes from another host, and nothing is inline: the Content-Security-Policy says so.
// What a peer sent reaches a page only through html/template and then through report/text, in one place (safe.go).
//
// A page asks the history for little: long lists come in parts, and what is made from a whole report (migration, policies, a comparison) is
// kept for the last few reports, by digest. The overview is made at most once a second, and only when what it shows has changed.
//
// Limits: who looks, and what they may do, is decided by internal/daemon/access, and comes as a function; so do the renderers of reports,
// which cmd knows. A page never dials: it asks control.Control, which takes names of the estate and no host.
package web
