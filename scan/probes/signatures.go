package probes

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/crypto/cryptobyte"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/scan"
	"github.com/portseal/portseal/scan/hello"
)

const (
	featureSignatures     = "signature-algorithms"
	featureSignatureOrder = "signature-algorithms-by-server-order"
)

// signatures finds by which schemes a listener signs its handshake under TLS 1.2 and 1.3, by elimination. What its versions, suites and certificates
// have shown counts. All schemes are let sign certificates (signature_algorithms_cert, RFC 8446 section 4.2.3), so that a refusal is about the handshake.
type signatures struct{}

// Name returns "signatures".
func (signatures) Name() string { return "signatures" }

func signatureVersions() []cipher.Version { return []cipher.Version{cipher.TLSv12, cipher.TLSv13} }

// signedWith is the scheme that an answer was signed by; zero where it shows none.
func signedWith(r reading) cipher.SignatureScheme {
	if v, _ := r.chosen(); r.outcome() != answered || v < cipher.TLSv12 {
		return 0
	} else if v == cipher.TLSv13 {
		return r.flight.CertificateVerify
	}
	if k := r.flight.ServerKeyExchange; k != nil && k.Signed {
		return k.SignatureScheme
	}
	return 0
}

// signatureHunts are the eliminations in a version, one for each kind of key: a listener may fail with the one although it has the other. Below TLS 1.3 the suite
// decides the key, there the scheme. There is none where the version is not spoken, or has no suite whose key exchange is signed.
func signatureHunts(t scan.Target, log *scan.Log, v cipher.Version) []hunt[cipher.SignatureScheme] {
	h, ok := spoken(t, log, v)
	if !ok {
		return nil
	}
	var out []hunt[cipher.SignatureScheme]
	for _, key := range []string{"RSA", "ECDSA", "DSA", otherKey} {
		with, all := h, h.SignatureSchemes
		if v == cipher.TLSv13 {
			all = slices.DeleteFunc(slices.Clone(all), func(s cipher.SignatureScheme) bool { return keyOf(s) != key })
		} else {
			with.Suites = slices.DeleteFunc(slices.Clone(h.Suites), func(id cipher.ID) bool { return signer(id) != key })
		}
		if len(with.Suites) > 0 && len(all) > 0 {
			out = append(out, signatureHunt(log, with, key, all))
		}
	}
	return out
}

const otherKey = "other"

func signatureHunt(log *scan.Log, h hello.ClientHello, key string, all []cipher.SignatureScheme) hunt[cipher.SignatureScheme] {
	v, every := h.Version, h.SignatureSchemes
	id := func(n int) string { return "signatures/" + v.String() + "/" + key + "/" + strconv.Itoa(n) }
	return hunt[cipher.SignatureScheme]{all: all, version: v, known: knownSignatures(log, v, key), id: id, order: true,
		ask: func(id string, list []cipher.SignatureScheme) scan.Question {
			h.SignatureSchemes = list
			h.More = []hello.Extension{{ID: extSignaturesCert, Data: schemeList(list, every)}}
			if v == cipher.TLSv13 {
				return question(log, id, h, nil)
			}
			return question(log, id, h, hello.KeyExchangeDone)
		},
		pick: func(r reading) (cipher.SignatureScheme, bool) {
			got, _ := r.chosen()
			return signedWith(r), got == v && signedWith(r) != 0
		}, unread: unsigned}
}

// unsigned is why an answer does not show by which scheme it was signed, nor that it would not be: JSSE refuses by an alert behind its ServerHello.
func unsigned(r reading) string {
	if _, alert := r.End.Alert(); alert {
		return sealed(r)
	}
	return cmp.Or(sealed(r), beforeKeyExchange(r))
}

// signer is the kind of key that signs the key exchange of a suite below TLS 1.3; empty where none does.
func signer(id cipher.ID) string {
	s := cipher.Describe(id)
	switch {
	case s.KeyExchange != "ECDHE" && s.KeyExchange != "DHE":
		return ""
	case s.Authentication == "DSS":
		return "DSA"
	}
	return s.Authentication
}

// schemeList writes a list of schemes: those that the handshake may be signed with, and then all others. JSSE takes the first of them that it has a certificate for.
func schemeList(first, all []cipher.SignatureScheme) []byte {
	var b cryptobyte.Builder
	rest := slices.DeleteFunc(slices.Clone(all), func(s cipher.SignatureScheme) bool { return slices.Contains(first, s) })
	b.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) {
		for _, s := range slices.Concat(first, rest) {
			b.AddUint16(uint16(s))
		}
	})
	return b.BytesOrPanic()
}

// knownSignatures are the answers of other probes' questions that were signed with that kind of key, by a scheme which they offered, and the refusals of
// all its schemes.
func knownSignatures(log *scan.Log, v cipher.Version, key string) []step[cipher.SignatureScheme] {
	ids := []string{versionQuestion(v)}
	for n := 0; log.Asked(suiteQuestion(v, strconv.Itoa(n))); n++ {
		ids = append(ids, suiteQuestion(v, strconv.Itoa(n)))
	}
	ids = append(ids, certificateQuestion(v, shareQuestion))
	if v == cipher.TLSv13 {
		kinds, _ := kindSteps(log, unseenKinds(log))
		ids = append(ids, kinds...)
	}
	var out []step[cipher.SignatureScheme]
	seen := map[cipher.SignatureScheme]bool{}
	for _, id := range ids {
		r, _ := settled(log, id)
		h, err := hello.ParseClientHello(r.Sent)
		_, suite := r.chosen()
		kind := signer(suite)
		if v == cipher.TLSv13 {
			kind = keyOf(signedWith(r))
		}
		_, no, _ := refused(log, id)
		switch {
		case err != nil:
		case kind == key && !seen[signedWith(r)] && slices.Contains(h.SignatureSchemes, signedWith(r)):
			seen[signedWith(r)] = true
			out = append(out, step[cipher.SignatureScheme]{question: id, offered: h.SignatureSchemes})
		case no && strings.HasPrefix(id, "certificates/") && slices.ContainsFunc(h.SignatureSchemes, func(s cipher.SignatureScheme) bool { return keyOf(s) == key }):
			out = append(out, step[cipher.SignatureScheme]{question: id, offered: h.SignatureSchemes})
		}
	}
	return out
}

// signatureOrder is whose order of schemes counts, by the first elimination that can tell.
func signatureOrder(log *scan.Log, v cipher.Version, hunts []hunt[cipher.SignatureScheme]) (p preference[cipher.SignatureScheme]) {
	for _, h := range hunts {
		if c := h.run(log); c.full && len(c.accepted) > 1 {
			return preference[cipher.SignatureScheme]{id: "signatures/" + v.String() + "/order", hunt: h, c: c}
		}
	}
	return p
}

// keyOf is the kind of key that a scheme signs with: RSA for both of its paddings.
func keyOf(s cipher.SignatureScheme) string {
	switch key := cipher.DescribeSignatureScheme(s).Key; key {
	case "RSA", "RSA-PSS":
		return "RSA"
	case "ECDSA":
		return key
	}
	return otherKey
}

// Next asks the next steps in each version, and then whose order counts.
func (signatures) Next(t scan.Target, log *scan.Log) []scan.Question {
	var out []scan.Question
	for _, v := range signatureVersions() {
		var steps []scan.Question
		hunts := signatureHunts(t, log, v)
		for _, h := range hunts {
			steps = append(steps, h.questions(log)...)
		}
		if len(steps) == 0 {
			steps = signatureOrder(log, v, hunts).questions(log)
		}
		out = append(out, steps...)
	}
	return out
}

// Derive writes both features of each version, with the schemes in the order that the listener chose them in, those of one key after the other.
func (signatures) Derive(t scan.Target, log *scan.Log, o *scan.Observation) {
	for _, v := range signatureVersions() {
		hunts := signatureHunts(t, log, v)
		all, asked := catch[cipher.SignatureScheme]{full: true}, false
		for _, h := range hunts {
			all, asked = all.join(h.run(log)), asked || log.Asked(h.id(0))
		}
		if !asked {
			continue
		}
		f := all.feature(featureSignatures, v, schemeNames)
		if f.Answer == scan.No { // it took a suite that is signed for: what was refused was refused for another reason
			f.Answer, f.Basis = scan.Unknown, "it signs, and no answer showed by which scheme"
		}
		o.Features = append(o.Features, f)
		if f, ok := signatureOrder(log, v, hunts).feature(log, featureSignatureOrder, v); ok {
			o.Features = append(o.Features, f)
		}
	}
}

func schemeNames(list []cipher.SignatureScheme) []string {
	var out []string
	for _, s := range list {
		out = append(out, cipher.DescribeSignatureScheme(s).Name)
	}
	return out
}
