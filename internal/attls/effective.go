package attls

import (
	"fmt"
	"strings"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/report"
)

// Setting is one value that counts for a connection, and where it comes from.
type Setting[T any] struct {
	Value     T
	Known     bool            // false: the value is not known, and Value is at most a part of it
	From      report.Location // the line that says so; zero for a default
	Statement string          // "TTLSCipherParms cipher1", or "default of z/OS 2.5"
	Default   bool            // no statement says it
}

// HandshakeRole is the part that the stack plays in the handshake.
type HandshakeRole string

// The roles of TTLSEnvironmentAction and TTLSConnectionAction.
const (
	Client               HandshakeRole = "Client"
	Server               HandshakeRole = "Server"
	ServerWithClientAuth HandshakeRole = "ServerWithClientAuth"
)

// Protocol is whether a version is switched on.
type Protocol struct {
	Version cipher.Version
	Setting[bool]
}

// Effective is what a rule's three actions and the defaults of a release make of a connection. Where Enabled is Off the
// connection is in clear text, and nothing else counts.
type Effective struct {
	Rule    *Rule
	Release Release

	Enabled   Setting[bool]
	Protocols []Protocol                // each version of cipher.Versions, oldest first
	Versions  Setting[[]cipher.Version] // those that are on; known when all are

	// Suites is the list of V3CipherSuites and V3CipherSuites4Char in the order of preference. It is not known where it
	// is the release's own and that could not be found (ZOS 2.1 to 3.1), nor under a SuiteBProfile.
	Suites     Setting[[]cipher.ID]
	SSL2Suites Setting[[]cipher.ID] // V2CipherSuites: dead unless SSLv2 is On

	// Curves and KeyShareGroups are those of the side that the stack plays: ServerKexECurves (TLS 1.0 to 1.2) and
	// ServerKeyShareGroups (TLS 1.3), or ClientECurves and ClientKeyShareGroups.
	Curves, KeyShareGroups             Setting[[]cipher.Group]
	SignaturePairs, SignaturePairsCert Setting[[]cipher.SignatureScheme]

	Role           Setting[HandshakeRole]
	ClientAuthType Setting[string] // Required, PassThru, Full, SAFCheck: counts with ServerWithClientAuth only
	Keyring        Setting[Keyring]
	Label          Setting[string]   // CertificateLabel; empty: the ring's default certificate
	ServerLabels   Setting[[]string] // ServerCertificateLabel, which a server takes rather than Label

	ApplicationControlled Setting[bool] // TLS starts only when the application asks for it
	SecondaryMap          Setting[bool]
	HandshakeTimeout      Setting[int] // seconds
	FIPS140               Setting[string]
	SuiteBProfile         Setting[string]
	Envfile               Setting[string]
	Trace                 Setting[int]
	CtraceClearText       Setting[bool]

	folder *folder
}

// Parameter is any one keyword of the actions and their parms with the value that counts, as text.
type Parameter struct {
	Keyword string
	Setting[string]
}

// Parameter is one keyword of the actions and their parms, such as HostReferenceIdDNS, with the value that counts.
func (e *Effective) Parameter(keyword string) Setting[string] {
	return typed(e.folder.find(keyword), word)
}

// Parameters returns every keyword that the fold carries with the value that counts, in a fixed order; lists of suites,
// curves and signature pairs as their codes, at the end.
func (e *Effective) Parameters() []Parameter {
	all := settings()
	out := make([]Parameter, 0, len(all)+6)
	for _, s := range all {
		in := e.folder.setting(s)
		p := Parameter{s.keyword, Setting[string]{Value: in.text, Known: in.known, From: in.from, Statement: in.statement, Default: !in.coded}}
		if len(in.lines) > 1 && s.parameters[0].Repeats {
			var all []string
			for _, line := range in.lines {
				all = append(all, valueOf(s.parameters[0], line))
			}
			p.Value = strings.Join(all, ", ")
		}
		out = append(out, p)
	}
	return append(out, Parameter{"V3CipherSuites", asText(e.Suites)}, Parameter{"V2CipherSuites", asText(e.SSL2Suites)},
		Parameter{"Curves", asText(attlsCodes(e.Curves))}, Parameter{"KeyShareGroups", asText(attlsCodes(e.KeyShareGroups))},
		Parameter{"SignaturePairs", asText(e.SignaturePairs)}, Parameter{"SignaturePairsCert", asText(e.SignaturePairsCert)})
}

// asText writes a list as codes.
func asText[T interface{ String() string }](s Setting[[]T]) Setting[string] {
	var all []string
	for _, v := range s.Value {
		all = append(all, v.String())
	}
	return Setting[string]{Value: strings.Join(all, " "), Known: s.Known, From: s.From, Statement: s.Statement, Default: s.Default}
}

// groupCode is a group as AT-TLS writes it: its code in four decimal digits.
type groupCode cipher.Group

func (g groupCode) String() string { return fmt.Sprintf("%04d", uint16(g)) }

func attlsCodes(s Setting[[]cipher.Group]) Setting[[]groupCode] {
	out := Setting[[]groupCode]{Known: s.Known, From: s.From, Statement: s.Statement, Default: s.Default}
	for _, g := range s.Value {
		out.Value = append(out.Value, groupCode(g))
	}
	return out
}

// ClientAuth is what a client meets: "none", "requested" (Full, PassThru), "required" (Required, SAFCheck); empty when it
// is not known, or the stack is the client.
func (e *Effective) ClientAuth() string {
	switch {
	case !e.Role.Known || e.Role.Value == Client:
		return ""
	case e.Role.Value == Server:
		return "none"
	case !e.ClientAuthType.Known:
		return ""
	case e.ClientAuthType.Value == "Full" || e.ClientAuthType.Value == "PassThru":
		return "requested"
	}
	return "required"
}

// SuitesFor returns the suites of the list that a version can negotiate, in the order of preference, and whether the
// list is known. A version that is on and has none cannot be negotiated.
func (e *Effective) SuitesFor(v cipher.Version) (suites []cipher.ID, known bool) {
	list := e.Suites
	if v == cipher.SSLv2 {
		list = e.SSL2Suites
	}
	for _, id := range list.Value {
		if cipher.Describe(id).Usable(v) {
			suites = append(suites, id)
		}
	}
	return suites, list.Known
}
