package api

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/portseal/portseal/internal/daemon/access"
)

// call is one request, read.
type call struct {
	*http.Request
	route *route
	path  map[string]string
	query values
	body  texts
	user  access.User
}

// estate is the estate that is asked about: the one in force, unless the request names another.
func (a *API) estate(c *call) string {
	if name := one(c.query, "estate", ""); name != "" {
		return name
	}
	return a.Control.Status().Estate.Name
}

// checkEstate refuses the name of an estate that the history does not know: an empty list would look as if all were well.
func (a *API) checkEstate(c *call) error {
	name := one(c.query, "estate", "")
	if name == "" || name == a.Control.Status().Estate.Name {
		return nil
	}
	known, err := a.Store.Estates(c.Context())
	if err != nil {
		return err
	}
	if !slices.Contains(known, name) {
		return bad([]Fault{{"query", "estate", fmt.Sprintf("the history knows no estate %.100q; %s", name, want(name, known))}})
	}
	return nil
}

// note adds to the audit log what was done. It was done: that it cannot be noted is told in the service's own log.
func (a *API) note(c *call, what, object, detail string) {
	ctx := context.WithoutCancel(c.Context()) // a client that goes away leaves its trace
	if err := access.Record(ctx, what, object, detail); err != nil {
		a.Log.Error("the audit log has no line for what was done", "who", c.user.Name, "what", what, "object", object, "detail", detail, "error", err)
	}
}

func (a *API) formatNames() []string {
	out := []string{formatJSON}
	for _, f := range a.Formats {
		out = append(out, f.Name)
	}
	return out
}

// allowed is the methods of routes, for Allow (RFC 9110 section 10.2.1).
func allowed(ways []*route) string {
	var out []string
	for _, way := range ways {
		out = append(out, way.method)
		if way.method == http.MethodGet {
			out = append(out, http.MethodHead)
		}
	}
	return strings.Join(append(out, http.MethodOptions), ", ")
}
