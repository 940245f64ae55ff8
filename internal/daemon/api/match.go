package api

import (
	"net/url"
	"strings"
	"unicode/utf8"
)

// maxSegment bounds a name in a path, in octets.
const maxSegment = 1024

// match finds the routes of an escaped path, and the values of what stands in braces in theirs. A path is taken as it is: one with an empty part,
// a dot or two dots, or an escaped slash, is none of ours.
func (a *API) match(escaped string) (ways []*route, path map[string]string) {
	rest, ours := strings.CutPrefix(escaped, Prefix+"/")
	if !ours {
		return nil, nil
	}
	parts := strings.Split(rest, "/")
	for i, part := range parts {
		name, err := url.PathUnescape(part)
		if err != nil || name == "" || name == "." || name == ".." || len(name) > maxSegment || strings.ContainsAny(name, "/\x00") || !utf8.ValidString(name) {
			return nil, nil
		}
		parts[i] = name
	}
	for i := range a.routes {
		if values, ok := a.routes[i].takes(parts); ok {
			ways, path = append(ways, &a.routes[i]), values
		}
	}
	return ways, path
}

// takes says whether a route is for a path. No two paths of the table take the same: where one has a name, the other has no brace.
func (r *route) takes(parts []string) (map[string]string, bool) {
	pattern := strings.Split(strings.TrimPrefix(r.path, "/"), "/")
	if len(pattern) != len(parts) {
		return nil, false
	}
	values := map[string]string{}
	for i, p := range pattern {
		if name, ok := strings.CutPrefix(p, "{"); ok {
			values[strings.TrimSuffix(name, "}")] = parts[i]
		} else if p != parts[i] {
			return nil, false
		}
	}
	return values, true
}
