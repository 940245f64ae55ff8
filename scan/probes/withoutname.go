package probes

import (
	"bytes"
	"slices"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/scan"
	"github.com/portseal/portseal/scan/hello"
)

// askWithoutName asks what is served to who sends no server name; and where that is another certificate, for the other key types
// of it too.
func askWithoutName(t scan.Target, log *scan.Log, v cipher.Version) []scan.Question {
	id := certificateQuestion(v, "without-sni")
	plain := pursue(log, id, func() scan.Question { return question(log, id, nameless(t, log, v), flightDone(v)) })
	r, _ := settled(log, id)
	if len(plain) > 0 || len(r.flight.Certificates) == 0 || servedByName(t, log, r.flight.Certificates[0]) {
		return plain
	}
	seen := leafKeyOf(log, r.flight.Certificates[0])
	var out []scan.Question
	for _, kind := range keyKinds {
		if kind.seen(seen) || v != cipher.TLSv13 && kind.authentication == "" {
			continue
		}
		id := certificateQuestion(v, "without-sni/"+kind.name)
		out = append(out, pursue(log, id, func() scan.Question {
			h := nameless(t, log, v)
			if v == cipher.TLSv13 {
				h.SignatureSchemes = only(h.SignatureSchemes, kind)
				return question(log, id, h, nil)
			}
			h.Suites = slices.DeleteFunc(h.Suites, func(s cipher.ID) bool { return cipher.Describe(s).Authentication != kind.authentication })
			return question(log, id, h, flightDone(v))
		})...)
	}
	return out
}

// nameless is the hello that every listener of the version answers, without a server name.
func nameless(t scan.Target, log *scan.Log, v cipher.Version) hello.ClientHello {
	list := cipher.Enumerable(v)
	if longHellosFail(log) {
		list = narrow(v)[decisivePart(log, v)]
	}
	h := offer(t, log, v, slices.Clone(list))
	h.ServerName = ""
	return h
}

// servedByName says whether a leaf was also sent in answer to a hello with the target's name.
func servedByName(t scan.Target, log *scan.Log, leaf []byte) bool {
	return slices.ContainsFunc(readAll(log), func(r reading) bool {
		return len(r.flight.Certificates) > 0 && sentName(t, r) != "" && bytes.Equal(r.flight.Certificates[0], leaf)
	})
}
