package differ

import (
	"encoding/xml"
	"fmt"

	"github.com/portseal/portseal/bench"
	"github.com/portseal/portseal/cipher"
)

type sslscanDoc struct {
	Tests []struct {
		Protocols []struct {
			Type    string `xml:"type,attr"`
			Version string `xml:"version,attr"`
			Enabled string `xml:"enabled,attr"`
		} `xml:"protocol"`
		Renegotiation []struct {
			Supported string `xml:"supported,attr"`
			Secure    string `xml:"secure,attr"`
		} `xml:"renegotiation"`
		Compression []flag `xml:"compression"`
		Fallback    []flag `xml:"fallback"`
		Heartbleed  []flag `xml:"heartbleed"`
		Ciphers     []struct {
			DHBits int `xml:"dhebits,attr"`
		} `xml:"cipher"`
		Groups []struct {
			ID string `xml:"id,attr"`
		} `xml:"group"`
		Signatures []struct {
			Version string `xml:"sslversion,attr"`
			Name    string `xml:"name,attr"`
		} `xml:"connection-signature-algorithm"`
		Certificates []struct {
			Key struct {
				Type  string `xml:"type,attr"`
				Bits  string `xml:"bits,attr"` // of a curve: its strength
				Curve string `xml:"curve_name,attr"`
			} `xml:"pk"`
			SelfSigned string `xml:"self-signed"`
			Expired    string `xml:"expired"`
		} `xml:"certificates>certificate"`
	} `xml:"ssltest"`
}

type flag struct {
	Supported  string `xml:"supported,attr"`
	Vulnerable string `xml:"vulnerable,attr"`
}

// Sslscan reads what sslscan wrote for --xml.
func Sslscan(data []byte) (Facts, error) {
	endpoints, err := bench.ParseSslscan(data)
	if err != nil {
		return nil, err
	}
	var doc sslscanDoc
	if err := xml.Unmarshal(data, &doc); err != nil {
		return nil, fmt.Errorf("sslscan's XML: %w", err)
	}
	f := Facts{factState: stateNone}
	if len(doc.Tests) == 0 {
		return f, nil
	}
	test := doc.Tests[0]
	for _, p := range test.Protocols {
		name := map[string]string{"ssl": "SSLv", "tls": "TLSv"}[p.Type] + p.Version
		v, err := cipher.ParseVersion(name)
		if err != nil {
			return nil, fmt.Errorf("sslscan's XML: %w", err)
		}
		f.version(v, p.Enabled == "1")
	}
	f.suites(endpoints[0].Suites)
	for _, r := range test.Renegotiation {
		f.any(factSecureReneg, r.Secure == "1")
	}
	for fact, flags := range map[string][]flag{factCompression: test.Compression, factFallback: test.Fallback} {
		for _, one := range flags {
			f.any(fact, one.Supported == "1")
		}
	}
	for _, one := range test.Heartbleed {
		f.any("heartbleed", one.Vulnerable == "1")
	}
	for _, c := range test.Ciphers {
		if c.DHBits > 0 {
			f.add(factDHBits, fmt.Sprint(c.DHBits))
		}
	}
	for _, g := range test.Groups {
		f.group(g.ID)
	}
	for _, s := range test.Signatures {
		f.add(factSignatures+s.Version, s.Name)
	}
	for _, c := range test.Certificates {
		if c.Key.Type == "" {
			continue
		}
		if size, ok := map[string]string{"prime256v1": "256", "secp384r1": "384", "secp521r1": "521"}[c.Key.Curve]; ok {
			c.Key.Bits = size
		}
		f.add(factKeys, keyName(c.Key.Type+" "+c.Key.Bits))
		f.any(factSelfSigned, c.SelfSigned == "true")
		f.any(factExpired, c.Expired == "true")
	}
	return f, nil
}
