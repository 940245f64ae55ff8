package probes

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"slices"
	"strings"

	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/scan"
	"github.com/portseal/portseal/scan/hello"
)

// certificates finds every chain that the listener serves: by key type, and with and without a server name. Below TLS 1.3 the
// suite decides the key type, so the enumeration has mostly seen them; under TLS 1.3 the signature schemes do.
type certificates struct{}

// Name returns "certificates".
func (certificates) Name() string { return "certificates" }

func certificateQuestion(v cipher.Version, what string) string {
	return "certificates/" + v.String() + "/" + what
}

// Next asks for the key types not yet seen and, unless the plan is only to be proven, without a server name.
func (certificates) Next(t scan.Target, log *scan.Log) []scan.Question {
	newest := newestTLS(log)
	if newest == 0 || t.Plan.Depth == scan.Quick {
		return nil
	}
	out := askShare(t, log, newest)
	if proving(t) {
		return append(out, proveOther(t, log)...)
	}
	if newest == cipher.TLSv13 && len(out) == 0 { // the share's certificate need not be asked for
		out = append(out, askKinds(t, log, unseenKinds(log))...)
	}
	if t.ServerName != "" {
		out = append(out, askWithoutName(t, log, newest)...)
	}
	return out
}

const shareQuestion = "share"

// askShare asks with the key share that the listener wants, where its first answer was that and not a certificate.
func askShare(t scan.Target, log *scan.Log, v cipher.Version) []scan.Question {
	if v != cipher.TLSv13 || retryGroup(log) == 0 {
		return nil
	}
	id := certificateQuestion(v, shareQuestion)
	return pursue(log, id, func() scan.Question { return question(log, id, offer(t, log, v, cipher.Enumerable(v)), nil) })
}

// newestTLS returns the newest version from SSLv3 on that the listener speaks, or zero.
func newestTLS(log *scan.Log) cipher.Version {
	for _, v := range slices.Backward(cipher.Versions()[1:]) {
		if fact, _ := supports(log, v); fact == scan.Yes {
			return v
		}
	}
	return 0
}

// keyKind is a type of leaf key, and how to ask for it.
type keyKind struct {
	name           string
	seen           func(leafKey) bool
	key            string // of keyOf its schemes
	authentication string // Suite.Authentication, below TLS 1.3
}

var keyKinds = []keyKind{
	{"rsa", func(k leafKey) bool { return k.rsa }, "RSA", "RSA"},
	{"ecdsa", func(k leafKey) bool { return k.curve != 0 }, "ECDSA", "ECDSA"},
	{"other", func(k leafKey) bool { return k.eddsa }, otherKey, ""},
}

// unseenKinds are those that the first answer of TLS 1.3 has not brought.
func unseenKinds(log *scan.Log) []keyKind {
	_, first := supports(log, cipher.TLSv13)
	return slices.DeleteFunc(slices.Clone(keyKinds), func(k keyKind) bool {
		return k.cameWith(log, first.Question) || k.cameWith(log, certificateQuestion(cipher.TLSv13, shareQuestion))
	})
}

// askKinds asks for key types by elimination: by a TLS 1.3 hello with the signature schemes of these types alone, and then without the type that came.
func askKinds(t scan.Target, log *scan.Log, kinds []keyKind) []scan.Question {
	_, kinds = kindSteps(log, kinds)
	if len(kinds) == 0 {
		return nil
	}
	id := kindsQuestion(kinds)
	return pursue(log, id, func() scan.Question { return askSchemes(t, log, id, kinds) })
}

// kindSteps returns the questions of that elimination that were asked, and the types of the last one, or of the next.
func kindSteps(log *scan.Log, kinds []keyKind) (asked []string, left []keyKind) {
	for len(kinds) > 0 && log.Asked(kindsQuestion(kinds)) {
		id := kindsQuestion(kinds)
		asked = append(asked, id)
		rest := slices.DeleteFunc(slices.Clone(kinds), func(k keyKind) bool { return k.cameWith(log, id) })
		if len(rest) == len(kinds) {
			break
		}
		kinds = rest
	}
	return asked, kinds
}

func kindsQuestion(kinds []keyKind) string {
	var names []string
	for _, k := range kinds {
		names = append(names, k.name)
	}
	return certificateQuestion(cipher.TLSv13, strings.Join(names, "+"))
}

// askSchemes is a hello with the schemes of these key types, behind which all may sign certificates: an ECDSA leaf often has an RSA issuer.
func askSchemes(t scan.Target, log *scan.Log, id string, kinds []keyKind) scan.Question {
	h := offer(t, log, cipher.TLSv13, cipher.Enumerable(cipher.TLSv13))
	every := h.SignatureSchemes
	h.SignatureSchemes = only(every, kinds...)
	h.More = []hello.Extension{{ID: extSignaturesCert, Data: schemeList(h.SignatureSchemes, every)}}
	return question(log, id, h, nil)
}

// cameWith says whether a question brought a leaf of the key type.
func (kind keyKind) cameWith(log *scan.Log, id string) bool {
	r, _ := settled(log, id)
	return len(r.flight.Certificates) > 0 && kind.seen(leafKeyOf(log, r.flight.Certificates[0]))
}

// only keeps the signature schemes of key types.
func only(schemes []cipher.SignatureScheme, kinds ...keyKind) []cipher.SignatureScheme {
	return slices.DeleteFunc(slices.Clone(schemes), func(s cipher.SignatureScheme) bool {
		return !slices.ContainsFunc(kinds, func(k keyKind) bool { return k.key == keyOf(s) })
	})
}

// proveOther asks for the other key type, RSA or ECDSA, once: below TLS 1.3 with the named suites of that type (those outside must
// be refused anyway), else under TLS 1.3.
func proveOther(t scan.Target, log *scan.Log) []scan.Question {
	for _, v := range []cipher.Version{cipher.TLSv12, cipher.TLSv11, cipher.TLSv10} {
		if named(t, v) && !log.Asked(versionQuestion(v)) {
			return nil // one question is enough, and an older version may yet be the better one to put it in
		}
		if fact, r := supports(log, v); fact != scan.Yes || !named(t, v) || len(r.flight.Certificates) == 0 {
			continue
		}
		kind, ok := otherKind(leafKeysOf(log, v))
		if !ok || enumerate(t, log, v) {
			return nil // both are known, or the enumeration will show them
		}
		_, inside := partition(t, log, v)
		list := slices.DeleteFunc(slices.Clone(inside), func(id cipher.ID) bool {
			return cipher.Describe(id).Authentication != kind.authentication
		})
		if len(list) == 0 {
			return nil
		}
		id := certificateQuestion(v, kind.name)
		return pursue(log, id, func() scan.Question { return question(log, id, offer(t, log, v, list), flightDone(v)) })
	}
	if fact, _ := supports(log, cipher.TLSv13); fact == scan.Yes {
		if kind, ok := otherKind(leafKeysOf(log, cipher.TLSv13)); ok {
			return askKinds(t, log, []keyKind{kind})
		}
	}
	return nil
}

func otherKind(seen leafKey) (keyKind, bool) {
	switch {
	case seen.rsa && seen.curve == 0:
		return keyKinds[1], true
	case !seen.rsa && seen.curve != 0:
		return keyKinds[0], true
	}
	return keyKind{}, false
}

// leafKey says which types of leaf keys were sent.
type leafKey struct {
	rsa, eddsa bool
	curve      cipher.Group // of an ECDSA key
}

// leafKeys looks at the versions below TLS 1.3.
func leafKeys(log *scan.Log) leafKey {
	return leafKeysOf(log, cipher.TLSv12, cipher.TLSv11, cipher.TLSv10, cipher.SSLv3)
}

// leafKeysOf looks at the leaf certificates that were sent in those versions in answer to the questions of versions and suites.
func leafKeysOf(log *scan.Log, among ...cipher.Version) leafKey {
	var out leafKey
	byVersion := leafKeysByVersion(log)
	for _, v := range among {
		out = out.with(byVersion[v])
	}
	return out
}

func leafKeysByVersion(log *scan.Log) map[cipher.Version]leafKey {
	return scan.MemoNow(log, "leaf keys", func() map[cipher.Version]leafKey {
		out := map[cipher.Version]leafKey{}
		for _, r := range readAll(log) {
			if v, _ := r.chosen(); len(r.flight.Certificates) > 0 && !ownQuestion(r.Question) && !aboutMembers(r.Question) && !isControl(r.Question) {
				out[v] = out[v].with(leafKeyOf(log, r.flight.Certificates[0]))
			}
		}
		return out
	})
}

func leafKeyOf(log *scan.Log, der []byte) leafKey {
	sum := sha256.Sum256(der)
	return scan.Memo(log, "leaf key/"+string(sum[:]), func() (out leafKey) {
		switch key := certificateOf(log, der).Key; {
		case key.IsRSA():
			out.rsa = true
		case key.Algorithm == "ECDSA":
			out.curve, _ = cipher.ParseGroup(key.Curve)
		case key.Algorithm == "Ed25519" || key.Algorithm == "Ed448":
			out.eddsa = true
		}
		return out
	})
}

// with joins what two leaves show; of two ECDSA curves the later one counts.
func (k leafKey) with(other leafKey) leafKey {
	k.rsa, k.eddsa = k.rsa || other.rsa, k.eddsa || other.eddsa
	if other.curve != 0 {
		k.curve = other.curve
	}
	return k
}

// ownQuestion says whether a question is this probe's own: what it brings must not change what the probe asks.
func ownQuestion(id string) bool {
	return len(id) > len("certificates/") && id[:len("certificates/")] == "certificates/" && !hasSuffix(id, "/"+shareQuestion)
}

func hasSuffix(s, end string) bool { return len(s) >= len(end) && s[len(s)-len(end):] == end }

// certificateOf parses a certificate, once for all targets: they share their CAs, and each observation keeps what it was sent.
func certificateOf(log *scan.Log, der []byte) *certchain.Certificate {
	sum := sha256Hex(der)
	return scan.MemoCommon(log, "certificate/"+sum, func() *certchain.Certificate {
		c, _ := certchain.Parse(der) // what cannot be parsed is still a certificate with its bytes, and says so itself
		return c
	})
}

// Derive writes every chain that was sent, and keeps the secrets that open the TLS 1.3 flights with the evidence.
func (certificates) Derive(t scan.Target, log *scan.Log, o *scan.Observation) {
	for _, r := range readAll(log) {
		if r.secret != nil { // by its id, for what was asked about start-ups is no reading
			if i := slices.IndexFunc(o.Evidence, func(x scan.Exchange) bool { return x.ID == r.ID }); i >= 0 {
				o.Evidence[i].Secret = r.secret
			}
		}
		if r.opened != nil && r.Handshake == nil && !cutShort(r) {
			o.NotTested = append(o.NotTested, scan.NotTested{Question: r.Question, Why: "the server's flight could not be opened: " + r.opened.Error()})
		}
		if len(r.flight.Certificates) == 0 {
			continue
		}
		version, _ := r.chosen()
		if r.flight.SSL2 != nil {
			version = cipher.SSLv2
		}
		addPresented(log, o, r, version, sentName(t, r))
	}
	certificateGaps(log, o)
	if g := wantedGroup(log); g != 0 && retryGroup(log) == 0 {
		o.NotTested = append(o.NotTested, scan.NotTested{Question: certificateQuestion(cipher.TLSv13, shareQuestion),
			Why: "the listener wants a key share of " + cipher.DescribeGroup(g).Name + ", which portseal cannot make"})
	}
}

// cutShort says whether a flight could not be opened because portseal hung up as soon as it had the ServerHello, as it does where
// no more was asked.
func cutShort(r reading) bool {
	return r.End == scan.EndCut && errors.Is(r.opened, hello.ErrIncomplete)
}

// sentName returns the server name that was in the hello.
func sentName(t scan.Target, r reading) string {
	if r.Handshake != nil {
		return t.ServerName
	}
	if h, err := hello.ParseClientHello(r.Sent); err == nil {
		return h.ServerName
	}
	return ""
}

func addPresented(log *scan.Log, o *scan.Observation, r reading, v cipher.Version, sni string) {
	var sent []string
	for _, der := range r.flight.Certificates {
		c := certificateOf(log, der)
		if o.Certificates == nil {
			o.Certificates = map[string]*certchain.Certificate{}
		}
		o.Certificates[c.SHA256] = c
		sent = append(sent, c.SHA256)
	}
	i := slices.IndexFunc(o.Presented, func(p scan.Presented) bool { return p.SNI == sni && slices.Equal(p.Sent, sent) })
	if i < 0 {
		i = len(o.Presented)
		o.Presented = append(o.Presented, scan.Presented{Leaf: sent[0], Sent: sent, SNI: sni})
	}
	p := &o.Presented[i]
	if !slices.Contains(p.Versions, v) {
		p.Versions = append(p.Versions, v)
		slices.Sort(p.Versions)
	}
	p.Evidence = append(p.Evidence, r.ID)
}

func sha256Hex(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

func hexOf(b []byte) string { return hex.EncodeToString(b) }
