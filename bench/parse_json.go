package bench

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/portseal/portseal/cipher"
)

// ParsePortseal reads a report (portseal.report/v1). It has types of its own: a user's script has no others either.
func ParsePortseal(data []byte) ([]Endpoint, error) {
	var doc struct {
		Endpoints []struct {
			Target struct {
				Port uint16 `json:"port"`
			} `json:"target"`
			State  string `json:"state"`
			NonTLS struct {
				Kind string `json:"kind"`
			} `json:"non_tls"`
			Failure struct {
				Stage string `json:"stage"`
				Kind  string `json:"kind"`
			} `json:"failure"`
			Protocols []struct {
				Version string `json:"version"`
				Suites  []struct {
					Code string `json:"code"`
				} `json:"cipher_suites"`
			} `json:"protocols"`
		} `json:"endpoints"`
	}
	if err := json.Unmarshal(data, &doc); err != nil {
		return nil, fmt.Errorf("portseal's report: %w", err)
	}
	var endpoints []Endpoint
	for _, got := range doc.Endpoints {
		e := Endpoint{Port: got.Target.Port, Suites: Suites{}, Says: got.State, Named: got.State == "non-tls"}
		if got.NonTLS.Kind != "" {
			e.Says += ", " + got.NonTLS.Kind
		}
		if got.Failure.Stage != "" {
			e.Says += ", " + got.Failure.Stage + " " + got.Failure.Kind
		}
		for _, p := range got.Protocols {
			for _, suite := range p.Suites {
				if err := e.Suites.addText(p.Version, "0x"+suite.Code); err != nil {
					return nil, fmt.Errorf("portseal's report: %w", err)
				}
			}
		}
		endpoints = append(endpoints, e)
	}
	return endpoints, nil
}

type sslyzeServer struct {
	Location struct {
		Port uint16 `json:"port"`
	} `json:"server_location"`
	Connectivity string                     `json:"connectivity_status"`
	Trace        string                     `json:"connectivity_error_trace"`
	Result       map[string]json.RawMessage `json:"scan_result"`
}

// ParseSslyze reads what sslyze wrote for --json_out.
func ParseSslyze(data []byte) ([]Endpoint, error) {
	var doc struct {
		Servers []sslyzeServer `json:"server_scan_results"`
	}
	if err := json.Unmarshal(data, &doc); err != nil {
		return nil, fmt.Errorf("sslyze's JSON: %w", err)
	}
	var endpoints []Endpoint
	for _, server := range doc.Servers {
		e := Endpoint{Port: server.Location.Port, Suites: Suites{}, Says: "connectivity " + server.Connectivity}
		if lines := strings.Split(strings.TrimSpace(server.Trace), "\n"); lines[len(lines)-1] != "" {
			e.Says += ": " + shorten(lines[len(lines)-1], 90)
		}
		for key, version := range map[string]cipher.Version{
			"ssl_3_0": cipher.SSLv3, "tls_1_0": cipher.TLSv10, "tls_1_1": cipher.TLSv11, "tls_1_2": cipher.TLSv12, "tls_1_3": cipher.TLSv13,
		} {
			failed, err := e.Suites.addSslyze(version, server.Result[key+"_cipher_suites"])
			if err != nil {
				return nil, fmt.Errorf("sslyze's JSON: %w", err)
			}
			if failed {
				e.Failed++
			}
		}
		endpoints = append(endpoints, e)
	}
	return endpoints, nil
}

// addSslyze adds the answer to one of sslyze's questions. Failed: sslyze says that it could not finish it.
func (s Suites) addSslyze(version cipher.Version, data json.RawMessage) (failed bool, err error) {
	var command struct {
		Status string `json:"status"`
		Result struct {
			Accepted []struct {
				Suite struct {
					Name string `json:"name"`
				} `json:"cipher_suite"`
			} `json:"accepted_cipher_suites"`
		} `json:"result"`
	}
	if len(data) == 0 {
		return false, nil
	}
	if err := json.Unmarshal(data, &command); err != nil {
		return false, err
	}
	for _, accepted := range command.Result.Accepted {
		if err := s.addText(version.String(), accepted.Suite.Name); err != nil {
			return false, err
		}
	}
	return command.Status == "ERROR", nil
}

func shorten(text string, limit int) string {
	if len(text) <= limit {
		return text
	}
	return text[:limit] + "..."
}
