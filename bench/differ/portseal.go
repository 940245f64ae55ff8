package differ

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/portseal/portseal/bench"
	"github.com/portseal/portseal/cipher"
)

type portsealDoc struct {
	Endpoints []struct {
		State     string `json:"state"`
		Protocols []struct {
			Version    string `json:"version"`
			Supported  string `json:"supported"`
			Preference string `json:"preference"`
		} `json:"protocols"`
		Groups []struct {
			Name      string `json:"name"`
			Supported string `json:"supported"`
		} `json:"groups"`
		DH []struct {
			Version string `json:"version"`
			Bits    int    `json:"bits"`
		} `json:"dh"`
		Presented []struct {
			Leaf string   `json:"leaf"`
			Sent []string `json:"sent"`
		} `json:"presented"`
		Chains []struct {
			Trusted string `json:"trusted_as_sent"`
		} `json:"chains"`
		ClientAuth struct {
			Requested string `json:"requested"`
			Required  string `json:"required"`
		} `json:"client_auth"`
		Features []struct {
			Name    string   `json:"name"`
			Version string   `json:"version"`
			Answer  string   `json:"answer"`
			Values  []string `json:"values"`
		} `json:"features"`
		Vulnerabilities []struct {
			ID         string `json:"id"`
			Vulnerable string `json:"vulnerable"`
		} `json:"vulnerabilities"`
	} `json:"endpoints"`
	Certificates []struct {
		SHA256 string `json:"sha256"`
		Key    string `json:"key"`

		Subject string `json:"subject"`
		Issuer  string `json:"issuer"`
	} `json:"certificates"`
	Findings []struct {
		ID string `json:"id"`
	} `json:"findings"`
}

// Portseal reads a report (portseal.report/v1) of one listener.
func Portseal(data []byte) (Facts, error) {
	var doc portsealDoc
	endpoints, err := bench.ParsePortseal(data)
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(data, &doc); err != nil {
		return nil, fmt.Errorf("portseal's report: %w", err)
	}
	if len(doc.Endpoints) != 1 {
		return nil, fmt.Errorf("portseal's report has %d endpoints: want one", len(doc.Endpoints))
	}
	f, e := Facts{factState: stateNone}, doc.Endpoints[0]
	if e.State == "tls" || e.State == "starttls" {
		f[factState] = stateTLS // whatever is known of versions
	}
	for _, p := range e.Protocols {
		v, err := cipher.ParseVersion(p.Version)
		if err != nil {
			return nil, fmt.Errorf("portseal's report: %w", err)
		}
		f.version(v, p.Supported == yes)
		if p.Supported != yes && p.Supported != no {
			f[p.Version] = p.Supported
		}
		if p.Preference != "" {
			f[factOrder+p.Version] = p.Preference
		}
	}
	f.suites(endpoints[0].Suites)
	for v := range endpoints[0].Suites {
		for name := range strings.FieldsSeq(f[factSuites+v.String()]) {
			f.add(factAllSuites, name)
		}
	}
	for _, g := range e.Groups {
		if g.Supported == yes {
			f.group(g.Name)
		}
	}
	for _, dh := range e.DH {
		f.add(factDHBits, fmt.Sprint(dh.Bits))
	}
	doc.certificates(f)
	f[factClientAuth] = clientAuth(e.ClientAuth.Requested, e.ClientAuth.Required)
	doc.features(f)
	for _, v := range e.Vulnerabilities {
		f[strings.ToLower(strings.TrimPrefix(v.ID, "VULN-"))] = v.Vulnerable
	}
	return f, nil
}

func clientAuth(requested, required string) string {
	switch {
	case required == yes:
		return "required"
	case requested == yes && required == no:
		return "requested"
	case requested == no:
		return "none"
	}
	return unknown
}

func (doc portsealDoc) certificates(f Facts) {
	for _, p := range doc.Endpoints[0].Presented {
		if p.Leaf == "" {
			continue
		}
		f.add(factCertificates, short(p.Leaf))
		f.add(factChains, fmt.Sprintf("%s:%d", short(p.Leaf), len(p.Sent)))
		for _, c := range doc.Certificates {
			if c.SHA256 == p.Leaf {
				f.add(factKeys, keyName(c.Key))
				f.any(factSelfSigned, c.Subject == c.Issuer)
			}
		}
	}
	if f[factCertificates] == "" {
		return
	}
	ids := map[string]bool{}
	for _, finding := range doc.Findings {
		ids[finding.ID] = true
	}
	f[factExpired] = yesNo(ids["CERT-EXPIRED"])
	for _, chain := range doc.Endpoints[0].Chains {
		f[factTrusted] = chain.Trusted
	}
}

// featureFacts are the facts that are features in a report.
var featureFacts = map[string]string{
	"extended-master-secret": factEMS, "secure-renegotiation": factSecureReneg, "client-renegotiation": factClientReneg, "compression": factCompression,
	"heartbeat": factHeartbeat, "encrypt-then-mac": factEtM, "max-fragment-length": factFragment, "ocsp-staple": factStaple, "fallback-scsv": factFallback,
	"ticket-resumption": factTicket, "session-id-resumption": factSessionID, "early-data": factEarlyData, "clock-in-random": factClock,
}

func (doc portsealDoc) features(f Facts) {
	for _, feature := range doc.Endpoints[0].Features {
		switch feature.Name {
		case "alpn":
			f[factALPN] = list(feature.Values)
		case "signature-algorithms":
			f[factSignatures+feature.Version] = list(feature.Values)
		}
		fact, ours := featureFacts[feature.Name]
		if feature.Name == "session-ticket" && feature.Answer == no && feature.Version != cipher.TLSv13.String() {
			fact, ours = factTicket, true // without a ticket nothing is resumed by one
		}
		switch { // yes in one version is yes, and no only where no version is unknown
		case !ours:
		case f[fact] == "", feature.Answer == yes, feature.Answer != no && f[fact] == no:
			f[fact] = feature.Answer
		}
	}
}

// short is the beginning of a digest, as the table shows it.
func short(digest string) string { return strings.ToLower(digest)[:min(8, len(digest))] }

// keyName is a key as all spell it here: RSA-2048, EC-256.
func keyName(kind string) string {
	kind = strings.ToUpper(strings.Join(strings.Fields(kind), "-"))
	kind = strings.NewReplacer("ECDSA-P-", "EC-", "ECDSA-", "EC-", "ECC-", "EC-", "EC-P-", "EC-").Replace(kind)
	return kind
}
