// Package scaffold writes a first estate file from what a scan has shown, for a user to edit. It writes down what is, not what
// should be: weaknesses that were seen are in comments beside the listener. It returns files and writes none.
package scaffold

import (
	"bytes"
	"encoding/pem"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// EstateFile is the name of the estate file among the returned files.
const EstateFile = "estate.yaml"

// ErrNothing is returned when no target showed anything that an expectation could be made of.
var ErrNothing = errors.New("no target could be looked at, so there is nothing to write an estate file from")

// Estate returns the estate file and the ring files, by their paths. Targets that could not be assessed are in a comment.
func Estate(rep *report.Report, name string) (map[string][]byte, error) {
	w := &writer{rep: rep, files: map[string][]byte{}, rings: map[string]string{}}
	hosts := w.hosts()
	if len(hosts) == 0 {
		return nil, ErrNothing
	}
	w.line("# Written by portseal init from what was seen at %s. It says what is, not what should be: edit it.", rep.Run.Started.Format("2006-01-02 15:04 MST"))
	w.line("name: %s", quote(name))
	w.line("# zos_release: \"3.1\"   # for z/OS: gentle pace, advice for AT-TLS")
	body := writer{rep: rep, files: w.files, rings: w.rings, systems: map[string]bool{}}
	body.line("systems:")
	for _, h := range hosts {
		body.system(h)
	}
	if len(body.ringNames) > 0 {
		w.line("keyrings:")
		for _, ring := range body.ringNames {
			w.line("  %s: {files: [rings/%s.pem], consumer: jsse}", ring, ring)
		}
	}
	w.buf.Write(body.buf.Bytes())
	for _, e := range rep.Endpoints {
		if !describable(e.State) {
			w.line("# %s was left out: %s", comment(e.ID), comment(string(e.State)))
		}
	}
	w.files[EstateFile] = w.buf.Bytes()
	return w.files, nil
}

type writer struct {
	rep       *report.Report
	buf       bytes.Buffer
	files     map[string][]byte
	rings     map[string]string // by the digests of their anchors
	ringNames []string
	systems   map[string]bool // names that are taken
}

func (w *writer) line(format string, args ...any) { fmt.Fprintf(&w.buf, format+"\n", args...) }

func describable(s scan.State) bool {
	switch s {
	case scan.StateTLS, scan.StateStartTLS, scan.StateNonTLS, scan.StateClosed:
		return true
	}
	return false
}

// hosts returns the hosts that showed something, in the order of the report.
func (w *writer) hosts() []string {
	var out []string
	for _, e := range w.rep.Endpoints {
		if describable(e.State) && !slices.Contains(out, e.Target.Host) {
			out = append(out, e.Target.Host)
		}
	}
	return out
}

func (w *writer) system(host string) {
	name := systemName(host)
	if w.systems[name] { // two hosts of one name in different domains
		name = strings.ToUpper(dashed(host))
	}
	w.systems[name] = true
	w.line("  - name: %s", quote(name))
	w.line("    host: %s", quote(host))
	w.line("    listeners:")
	seen := map[uint16]bool{}
	for _, e := range w.rep.Endpoints {
		if e.Target.Host == host && describable(e.State) && !seen[e.Target.Port] {
			seen[e.Target.Port] = true
			w.listener(e)
		}
	}
}

// systemName makes a name that may stand in an endpoint id.
func systemName(host string) string {
	first, _, _ := strings.Cut(host, ".")
	if strings.Trim(host, "0123456789.:abcdefABCDEF") == "" {
		first = dashed(host)
	}
	return strings.ToUpper(first)
}

func dashed(host string) string { return strings.NewReplacer(".", "-", ":", "-").Replace(host) }

func (w *writer) listener(e report.Endpoint) {
	port := strconv.Itoa(int(e.Target.Port))
	for _, f := range w.rep.Findings {
		if f.Endpoint == e.ID && !f.Inconclusive {
			w.line("      # seen: %s: %s", f.ID, comment(f.Title))
		}
	}
	w.line("      - name: port-%s", port)
	w.line("        port: %s", port)
	switch e.State {
	case scan.StateClosed:
		w.line("        expect: closed")
		return
	case scan.StateNonTLS:
		w.line("        expect: plaintext   # seen: not TLS: %s", comment(e.NonTLS.Kind))
		w.line("        # if this is Query Monitor's RC4 socket: role: cae-server-rc4, expect: closed, retire_by: YYYY-MM-DD")
		return
	case scan.StateStartTLS:
		w.line("        expect: starttls")
		w.line("        starttls: %s", e.Target.StartTLS)
	default:
		w.line("        expect: tls")
	}
	w.tls(e)
}

// tls writes what a TLS listener shows: only what is known.
func (w *writer) tls(e report.Endpoint) {
	var versions, suites []string
	complete := true
	for _, p := range e.Protocols {
		if p.Supported != scan.Yes {
			continue
		}
		versions = append(versions, p.Version.String())
		complete = complete && p.Enumeration == scan.EnumerationFull
		for _, s := range p.CipherSuites {
			if word := s.Code.String(); !s.Code.IsSSL2() && !slices.Contains(suites, word) {
				suites = append(suites, word)
			}
		}
	}
	if len(versions) > 0 {
		w.line("        versions: [%s]", strings.Join(versions, ", "))
	}
	if complete && len(suites) > 0 {
		w.line("        cipher_suites: [%s]", strings.Join(suites, ", "))
	}
	if c := e.ClientAuth; c != nil {
		switch {
		case c.Required == scan.Yes:
			w.line("        client_auth: required")
		case c.Requested == scan.Yes && c.Required == scan.No:
			w.line("        client_auth: requested")
		case c.Requested == scan.No:
			w.line("        client_auth: none")
		}
	}
	if ring := w.ring(e); ring != "" {
		w.line("        trusted_by: [%s]", ring)
	} else if len(e.Presented) > 0 {
		w.line("        # no CA certificate was sent to which the chain leads: name the rings that must trust this listener in keyrings and trusted_by")
	}
}

// ring writes a ring of the last certificate of each presented chain, and returns its name.
func (w *writer) ring(e report.Endpoint) string {
	var anchors []string
	for _, p := range e.Presented {
		if last := p.Sent[len(p.Sent)-1]; !slices.Contains(anchors, last) && w.ends(e, p.Sent) {
			anchors = append(anchors, last)
		}
	}
	if len(anchors) == 0 {
		return ""
	}
	slices.Sort(anchors)
	key := strings.Join(anchors, ",")
	if name, ok := w.rings[key]; ok {
		return name
	}
	name := "seen-" + strconv.Itoa(len(w.rings)+1)
	w.rings[key] = name
	w.ringNames = append(w.ringNames, name)
	var out bytes.Buffer
	for _, sum := range anchors {
		c := e.Certificates[sum]
		fmt.Fprintf(&out, "# %s\n", comment(c.Subject))
		_ = pem.Encode(&out, &pem.Block{Type: "CERTIFICATE", Bytes: c.Raw})
	}
	w.files["rings/"+name+".pem"] = out.Bytes()
	return name
}

// ends says whether the last certificate that was sent is a CA to which the leaf leads: where a certificate between them was
// not sent, a ring of the last one would trust nothing.
func (w *writer) ends(e report.Endpoint, sent []string) bool {
	last := sent[len(sent)-1]
	if !w.isCA(e, last) {
		return false
	}
	var chain []*certchain.Certificate
	for _, sum := range sent {
		if c := e.Certificates[sum]; c != nil {
			chain = append(chain, c)
		}
	}
	anchor := certchain.Entry{Certificate: e.Certificates[last], Trusted: certchain.Yes}
	ring := &certchain.Ring{Consumer: certchain.JSSE, Entries: []certchain.Entry{anchor}}
	return certchain.Judge(chain, ring, w.rep.Run.Started).Trusted.Anchored
}

// isCA says whether a certificate may be an anchor: a leaf alone gives none.
func (w *writer) isCA(e report.Endpoint, sum string) bool {
	c := e.Certificates[sum]
	return c != nil && c.IsCA != "no" && (c.IsCA == "yes" || c.SelfIssued())
}

// quote writes a YAML scalar that is read back as the same text.
func quote(s string) string { return strconv.Quote(s) }

// comment makes text safe for one comment line.
func comment(s string) string {
	q := strconv.QuoteToGraphic(s)
	return q[1 : len(q)-1]
}
