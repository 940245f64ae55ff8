package bench

import (
	"encoding/xml"
	"fmt"
	"strconv"
	"strings"

	"github.com/portseal/portseal/cipher"
)

// ParseSslscan reads what sslscan wrote for --xml.
func ParseSslscan(data []byte) ([]Endpoint, error) {
	var doc struct {
		Tests []struct {
			Port      uint16 `xml:"port,attr"`
			Protocols []struct {
				Enabled string `xml:"enabled,attr"`
			} `xml:"protocol"`
			Ciphers []struct {
				Version string `xml:"sslversion,attr"`
				ID      string `xml:"id,attr"`
			} `xml:"cipher"`
		} `xml:"ssltest"`
		Error string `xml:"error"`
	}
	if err := xml.Unmarshal(data, &doc); err != nil {
		return nil, fmt.Errorf("sslscan's XML: %w", err)
	}
	var endpoints []Endpoint
	for _, test := range doc.Tests {
		e := Endpoint{Port: test.Port, Suites: Suites{}}
		enabled := 0
		for _, p := range test.Protocols {
			if p.Enabled == "1" {
				enabled++
			}
		}
		e.Says = fmt.Sprintf("%d of %d versions enabled", enabled, len(test.Protocols))
		for _, c := range test.Ciphers {
			if err := e.Suites.addText(c.Version, c.ID); err != nil {
				return nil, fmt.Errorf("sslscan's XML: %w", err)
			}
		}
		endpoints = append(endpoints, e)
	}
	if len(endpoints) == 0 && doc.Error != "" {
		endpoints = append(endpoints, Endpoint{Suites: Suites{}, Says: strings.TrimSpace(doc.Error)})
	}
	return endpoints, nil
}

type nmapTable struct {
	Key    string      `xml:"key,attr"`
	Tables []nmapTable `xml:"table"`
	Elems  []struct {
		Key  string `xml:"key,attr"`
		Text string `xml:",chardata"`
	} `xml:"elem"`
}

// ParseNmap reads what nmap wrote for -oX with its script ssl-enum-ciphers.
func ParseNmap(data []byte) ([]Endpoint, error) {
	var doc struct {
		Ports []struct {
			Port  uint16 `xml:"portid,attr"`
			State struct {
				State string `xml:"state,attr"`
			} `xml:"state"`
			Scripts []struct {
				ID     string      `xml:"id,attr"`
				Tables []nmapTable `xml:"table"`
			} `xml:"script"`
		} `xml:"host>ports>port"`
	}
	if err := xml.Unmarshal(data, &doc); err != nil {
		return nil, fmt.Errorf("nmap's XML: %w", err)
	}
	var endpoints []Endpoint
	for _, port := range doc.Ports {
		e := Endpoint{Port: port.Port, Suites: Suites{}, Says: "port " + port.State.State + ", nothing else"}
		for _, script := range port.Scripts {
			if script.ID != "ssl-enum-ciphers" {
				continue
			}
			e.Says = fmt.Sprintf("port %s, %d versions", port.State.State, len(script.Tables))
			for _, version := range script.Tables {
				if err := e.Suites.addNmap(version); err != nil {
					return nil, fmt.Errorf("nmap's XML: %w", err)
				}
			}
		}
		endpoints = append(endpoints, e)
	}
	return endpoints, nil
}

func (s Suites) addNmap(version nmapTable) error {
	for _, list := range version.Tables {
		if list.Key != "ciphers" {
			continue
		}
		for _, suite := range list.Tables {
			for _, elem := range suite.Elems {
				if elem.Key != "name" {
					continue
				}
				// nmap's names of TLS 1.3 suites are its own: TLS_AKE_WITH_AES_128_GCM_SHA256.
				if err := s.addText(version.Key, strings.Replace(elem.Text, "TLS_AKE_WITH_", "TLS_", 1)); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// addText adds a suite by its version's and its own name or code. nmap shows code points without a name as numbers.
func (s Suites) addText(version, suite string) error {
	v, err := cipher.ParseVersion(version)
	if err != nil {
		return err
	}
	if n, err := strconv.ParseUint(suite, 10, 16); err == nil {
		s.Add(v, cipher.TLS(uint16(n)))
		return nil
	}
	id, err := cipher.Parse(suite)
	if err != nil {
		return err
	}
	s.Add(v, id)
	return nil
}
