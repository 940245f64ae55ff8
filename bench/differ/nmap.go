package differ

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/pem"
	"encoding/xml"
	"fmt"
	"regexp"
	"strings"

	"github.com/portseal/portseal/bench"
	"github.com/portseal/portseal/cipher"
)

// NmapScripts are the scripts whose output Nmap reads. The argument vulns.showall makes those about vulnerabilities say what is not vulnerable.
const NmapScripts = "ssl-enum-ciphers,ssl-cert,sslv2,ssl-dh-params,ssl-heartbleed,ssl-ccs-injection,tls-alpn,tls-ticketbleed,ssl-poodle,sslv2-drown,ssl-date"

type nmapDoc struct {
	Ports []struct {
		Scripts []nmapScript `xml:"script"`
	} `xml:"host>ports>port"`
}

type nmapScript struct {
	ID     string      `xml:"id,attr"`
	Output string      `xml:"output,attr"`
	Tables []nmapTable `xml:"table"`
	Elems  []nmapElem  `xml:"elem"`
}

type nmapTable struct {
	Key    string      `xml:"key,attr"`
	Tables []nmapTable `xml:"table"`
	Elems  []nmapElem  `xml:"elem"`
}

type nmapElem struct {
	Key  string `xml:"key,attr"`
	Text string `xml:",chardata"`
}

var nmapDH = regexp.MustCompile(`\(dh (\d+)\)`)

// nmapFlaws are the scripts that say VULNERABLE, and their facts.
var nmapFlaws = map[string]string{"ssl-heartbleed": "heartbleed", "ssl-ccs-injection": "ccs-injection", "tls-ticketbleed": "ticketbleed",
	"ssl-poodle": "poodle", "sslv2-drown": "drown"}

// Nmap reads what nmap wrote for -oX with NmapScripts.
func Nmap(data []byte) (Facts, error) {
	endpoints, err := bench.ParseNmap(data)
	if err != nil {
		return nil, err
	}
	var doc nmapDoc
	if err := xml.Unmarshal(data, &doc); err != nil {
		return nil, fmt.Errorf("nmap's XML: %w", err)
	}
	f := Facts{factState: stateNone}
	if len(doc.Ports) == 0 {
		return f, nil
	}
	for _, v := range cipher.Versions() { // it lists what it found, and nothing of the rest
		if v != cipher.SSLv2 {
			f.version(v, len(endpoints[0].Suites[v]) > 0)
		}
	}
	f.suites(endpoints[0].Suites)
	f.version(cipher.SSLv2, false)
	for _, script := range doc.Ports[0].Scripts {
		f.nmap(script)
	}
	return f, nil
}

func (f Facts) nmap(script nmapScript) {
	if fact, flaw := nmapFlaws[script.ID]; flaw {
		for _, vuln := range script.Tables {
			for _, elem := range vuln.Elems {
				if elem.Key == "state" {
					f.any(fact, strings.HasPrefix(elem.Text, "VULNERABLE") || strings.HasPrefix(elem.Text, "LIKELY"))
				}
			}
		}
		return
	}
	switch script.ID {
	case "ssl-enum-ciphers":
		for _, version := range script.Tables {
			f.nmapVersion(version)
		}
		for _, size := range nmapDH.FindAllStringSubmatch(script.Output, -1) {
			f.add(factDHBits, size[1])
		}
	case "sslv2":
		f.version(cipher.SSLv2, strings.Contains(script.Output, "SSLv2 supported"))
		for _, kind := range regexp.MustCompile(`SSL2_\w+`).FindAllString(script.Output, -1) {
			f.add(factSuites+cipher.SSLv2.String(), suiteName(strings.Replace(kind, "SSL2_", "SSL_CK_", 1)))
		}
	case "tls-alpn":
		for _, elem := range script.Elems {
			f.add(factALPN, elem.Text)
		}
	case "ssl-date":
		f[factClock] = yesNo(!strings.Contains(script.Output, "does not represent time"))
	case "ssl-cert":
		f.nmapCertificate(script)
	}
}

func (f Facts) nmapVersion(version nmapTable) {
	for _, elem := range version.Elems {
		if elem.Key == "cipher preference" && elem.Text != "indeterminate" {
			f[factOrder+version.Key] = elem.Text
		}
	}
	for _, part := range version.Tables {
		for _, elem := range part.Elems {
			if part.Key == "compressors" {
				f.any(factCompression, elem.Text != "NULL")
			}
		}
	}
}

func (f Facts) nmapCertificate(script nmapScript) {
	key := map[string]string{}
	for _, table := range script.Tables {
		for _, elem := range table.Elems {
			key[table.Key+" "+elem.Key] = elem.Text
		}
	}
	f.add(factKeys, keyName(key["pubkey type"]+" "+key["pubkey bits"]))
	for _, elem := range script.Elems {
		if block, _ := pem.Decode([]byte(elem.Text)); elem.Key == "pem" && block != nil {
			digest := sha256.Sum256(block.Bytes)
			f.add(factCertificates, short(hex.EncodeToString(digest[:])))
		}
	}
}
