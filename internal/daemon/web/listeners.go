package web

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/portseal/portseal/internal/history"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/report/words"
)

// perPage is how many items of a long list a page has.
const perPage = 200

// rank is how bad a listener is: what is not known is worse than a low finding.
func rank(l history.Listener) int {
	worst := 0
	if l.Worst != nil {
		worst = 2 * int(*l.Worst)
	}
	if l.NotAssessed {
		worst = max(worst, 2*int(report.Medium)-1)
	}
	return worst
}

func worstFirst(all []history.Listener) []history.Listener {
	out := slices.Clone(all)
	slices.SortStableFunc(out, func(a, b history.Listener) int {
		return cmp.Or(cmp.Compare(rank(b), rank(a)), cmp.Compare(a.ID, b.ID))
	})
	return out
}

// asked is what someone looks for among the listeners.
type asked struct {
	Text, System, State, Worst string
	RC4                        bool
	Sort                       string
}

func askedOf(q url.Values) asked {
	return asked{Text: strings.TrimSpace(q.Get("q")), System: q.Get("system"), State: q.Get("state"), Worst: q.Get("worst"), RC4: q.Get("rc4") == "open", Sort: q.Get("sort")}
}

// query is what leads to the same list.
func (a asked) query() url.Values {
	q := url.Values{}
	set := func(key, value string) {
		if value != "" {
			q.Set(key, value)
		}
	}
	set("q", a.Text)
	set("system", a.System)
	set("state", a.State)
	set("worst", a.Worst)
	set("sort", a.Sort)
	if a.RC4 {
		q.Set("rc4", "open")
	}
	return q
}

func (a asked) takes(l history.Listener) bool {
	switch {
	case !hasWords(a.Text, l.ID, l.Role, l.Expect, words.State(l.State)):
		return false
	case a.System != "" && l.System != a.System, a.State != "" && string(l.State) != a.State, a.RC4 && !l.RC4:
		return false
	case a.Worst == "not-assessed":
		return l.NotAssessed
	case a.Worst == "none":
		return l.Worst == nil && !l.NotAssessed
	case a.Worst != "":
		return l.Worst != nil && l.Worst.String() == a.Worst
	}
	return true
}

// hasWords says whether every word of a search is in some text.
func hasWords(search string, texts ...string) bool {
	if search == "" {
		return true
	}
	all := strings.ToLower(strings.Join(texts, " "))
	return !slices.ContainsFunc(strings.Fields(strings.ToLower(search)), func(word string) bool { return !strings.Contains(all, word) })
}

// listenerOrders are the columns that the list can be sorted by.
func listenerOrders() map[string]func(a, b history.Listener) int {
	return map[string]func(a, b history.Listener) int{
		"name":   func(a, b history.Listener) int { return 0 },
		"state":  func(a, b history.Listener) int { return cmp.Compare(a.State, b.State) },
		"expect": func(a, b history.Listener) int { return cmp.Compare(a.Expect, b.Expect) },
		"ends": func(a, b history.Listener) int {
			if a.NotAfter == nil || b.NotAfter == nil {
				return cmp.Compare(btoi(a.NotAfter == nil), btoi(b.NotAfter == nil))
			}
			return a.NotAfter.Compare(*b.NotAfter)
		},
		"since": func(a, b history.Listener) int { return b.Since.Compare(a.Since) },
	}
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

func (p *Pages) listenersPage(r *http.Request) (*view, error) {
	all, err := p.listeners(r.Context())
	if err != nil {
		return nil, err
	}
	want := askedOf(r.URL.Query())
	found := slices.DeleteFunc(worstFirst(all), func(l history.Listener) bool { return !want.takes(l) })
	if order, ok := listenerOrders()[want.Sort]; ok {
		slices.SortStableFunc(found, func(a, b history.Listener) int { return cmp.Or(order(a, b), cmp.Compare(a.ID, b.ID)) })
	}
	part, pages := partOf(found, r.URL.Query().Get("page"))
	pages.link(want.query())
	title := "Listeners"
	if want.RC4 {
		title = "Open RC4 listeners"
	}
	return p.body("listeners", map[string]any{"Title": title, "Want": want, "Found": part, "Pages": pages, "All": len(all), "Systems": distinct(all, func(l history.Listener) string { return l.System }),
		"States": distinct(all, func(l history.Listener) string { return string(l.State) }), "Severities": report.Severities(), "Heads": headsOf(want, listenerHeads())},
		view{title: title, nav: "/listeners"})
}

func listenerHeads() []head {
	return []head{{Title: "Listener", Sort: "name"}, {Title: "Worst finding", Sort: ""}, {Title: "State", Sort: "state"}, {Title: "Expected", Sort: "expect"},
		{Title: "Certificate ends", Sort: "ends"}, {Title: "As it is since", Sort: "since"}}
}

// head is a heading of a column, with where it leads to be sorted by it.
type head struct {
	Title, Sort, Link string
	Here              bool
}

func headsOf(want asked, heads []head) []head {
	for i := range heads {
		sorted := want
		heads[i].Here = want.Sort == heads[i].Sort
		sorted.Sort = heads[i].Sort
		heads[i].Link = "?" + sorted.query().Encode()
	}
	return heads
}

// distinct are the different values of something, sorted.
func distinct[T any](all []T, of func(T) string) []string {
	var out []string
	seen := map[string]bool{}
	for _, v := range all {
		if s := of(v); s != "" && !seen[s] {
			seen[s] = true
			out = append(out, s)
		}
	}
	slices.Sort(out)
	return out
}

// paging is which part of a list a page has.
type paging struct {
	From, To, All  int
	Page, Last     int
	Before, Behind string // links; empty for none
}

// partOf cuts a page out of a list.
func partOf[T any](list []T, page string) ([]T, *paging) {
	p := &paging{All: len(list), Last: max(1, (len(list)+perPage-1)/perPage)}
	n, err := strconv.Atoi(page)
	if err != nil {
		n = 1
	}
	p.Page = min(max(n, 1), p.Last)
	from := (p.Page - 1) * perPage
	to := min(from+perPage, len(list))
	p.From, p.To = from+1, to
	return list[from:to], p
}

// link leads to the parts before and behind.
func (p *paging) link(q url.Values) {
	to := func(n int) string {
		q.Set("page", strconv.Itoa(n))
		return "?" + q.Encode()
	}
	if p.Page > 1 {
		p.Before = to(p.Page - 1)
	}
	if p.Page < p.Last {
		p.Behind = to(p.Page + 1)
	}
}
