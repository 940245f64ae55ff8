package probes

import (
	"slices"
	"strconv"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/scan"
	"github.com/portseal/portseal/scan/hello"
)

// While the suites of TLS 1.2 are found one by one, the hellos ask for groups and signature schemes in passing: they offer all of them, and those
// that have been shown last. A listener that goes by the client's order so shows another one with each suite, and that its order is the client's; one with
// an order of its own shows the same one twice, and the lists are left as they were. Should a hello be refused whose lists were turned, that may
// be the reason: the suites are offered once more with lists as they were.

// turn turns the lists of a question about the suites of TLS 1.2, where that may still show something, and says so.
func turn(t scan.Target, log *scan.Log, id string, h *hello.ClientHello) bool {
	if proving(t) || longHellosFail(log) {
		return false
	}
	groups, schemes := []cipher.Group{}, []cipher.SignatureScheme{}
	for n, asked := -1, versionQuestion(cipher.TLSv12); asked != id; n++ {
		r, _ := settled(log, asked)
		if r.outcome() != answered || !news(t, r, &groups, &schemes) {
			return false
		}
		asked = suiteQuestion(cipher.TLSv12, strconv.Itoa(n+1))
	}
	h.Groups, h.SignatureSchemes = last(h.Groups, groups), last(h.SignatureSchemes, schemes)
	return len(groups)+len(schemes) > 0
}

// news enters what an answer shows, and says whether that is new. Whatever shows neither leaves the question open; schemes are of interest to a deep look.
func news(t scan.Target, r reading, groups *[]cipher.Group, schemes *[]cipher.SignatureScheme) bool {
	k := r.flight.ServerKeyExchange
	shows, isNew := false, false
	if k != nil && k.Group != 0 {
		shows, isNew = true, !slices.Contains(*groups, k.Group)
		*groups = append(*groups, k.Group)
	}
	if s := signedWith(r); s != 0 && t.Plan.Depth == scan.Deep {
		shows, isNew = true, isNew || !slices.Contains(*schemes, s)
		*schemes = append(*schemes, s)
	}
	return isNew || !shows
}

// last puts members of a list behind the others.
func last[T comparable](list, members []T) []T {
	rest := slices.DeleteFunc(slices.Clone(list), func(m T) bool { return slices.Contains(members, m) })
	return append(rest, slices.DeleteFunc(slices.Clone(list), func(m T) bool { return slices.Contains(rest, m) })...)
}
