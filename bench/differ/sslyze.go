package differ

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"github.com/portseal/portseal/cipher"
)

type sslyzeResult struct {
	Supported *bool `json:"is_tls_version_supported"`
	Accepted  []struct {
		Suite struct {
			Name string `json:"name"`
		} `json:"cipher_suite"`
		Key *struct {
			Type  string `json:"type_name"`
			Size  int    `json:"size"`
			Curve string `json:"curve_name"`
		} `json:"ephemeral_key"`
	} `json:"accepted_cipher_suites"`
	Deployments []sslyzeDeployment `json:"certificate_deployments"`
	Curves      []struct {
		Name string `json:"name"`
	} `json:"supported_curves"`
	Compression *bool  `json:"supports_compression"`
	EarlyData   *bool  `json:"supports_early_data"`
	Fallback    *bool  `json:"supports_fallback_scsv"`
	EMS         *bool  `json:"supports_ems_extension"`
	SecureReneg *bool  `json:"supports_secure_renegotiation"`
	ClientReneg *bool  `json:"is_vulnerable_to_client_renegotiation_dos"`
	Heartbleed  *bool  `json:"is_vulnerable_to_heartbleed"`
	CCS         *bool  `json:"is_vulnerable_to_ccs_injection"`
	ROBOT       string `json:"robot_result"`
	SessionID   string `json:"session_id_resumption_result"`
	Ticket      string `json:"tls_ticket_resumption_result"`
}

type sslyzeDeployment struct {
	Chain []struct {
		Digest  string `json:"fingerprint_sha256"` // base64
		Subject struct {
			Text string `json:"rfc4514_string"`
		} `json:"subject"`
		Issuer struct {
			Text string `json:"rfc4514_string"`
		} `json:"issuer"`
		Key struct {
			Algorithm string `json:"algorithm"`
			Size      int    `json:"key_size"`
		} `json:"public_key"`
	} `json:"received_certificate_chain"`
	Validations []struct {
		Store struct {
			Name string `json:"name"`
		} `json:"trust_store"`
		Chain []json.RawMessage `json:"verified_certificate_chain"`
	} `json:"path_validation_results"`
	Staple *struct{} `json:"ocsp_response"`
}

// Sslyze reads what sslyze wrote for --json_out, of one server, with --certinfo_ca_file.
func Sslyze(data []byte) (Facts, error) {
	var doc struct {
		Servers []struct {
			Connectivity struct {
				ClientAuth string `json:"client_auth_requirement"`
			} `json:"connectivity_result"`
			Commands map[string]json.RawMessage `json:"scan_result"`
		} `json:"server_scan_results"`
	}
	if err := json.Unmarshal(data, &doc); err != nil {
		return nil, fmt.Errorf("sslyze's JSON: %w", err)
	}
	f := Facts{factState: stateNone}
	if len(doc.Servers) == 0 {
		return f, nil
	}
	server := doc.Servers[0]
	for name, raw := range server.Commands {
		var command struct {
			Status string       `json:"status"`
			Result sslyzeResult `json:"result"`
		}
		if err := json.Unmarshal(raw, &command); err != nil {
			return nil, fmt.Errorf("sslyze's JSON, %s: %w", name, err)
		}
		if command.Status == "ERROR" {
			f["sslyze "+name] = "failed"
			continue
		}
		if v, ok := sslyzeVersions[name]; ok && command.Result.Supported != nil {
			f.version(v, *command.Result.Supported)
			for _, accepted := range command.Result.Accepted {
				f.add(factSuites+v.String(), suiteName(accepted.Suite.Name))
			}
		}
		f.sslyze(command.Result)
	}
	if auth, ok := map[string]string{"DISABLED": "none", "OPTIONAL": "requested", "REQUIRED": "required"}[server.Connectivity.ClientAuth]; ok {
		f[factClientAuth] = auth
	}
	return f, nil
}

var sslyzeVersions = map[string]cipher.Version{
	"ssl_2_0_cipher_suites": cipher.SSLv2, "ssl_3_0_cipher_suites": cipher.SSLv3, "tls_1_0_cipher_suites": cipher.TLSv10,
	"tls_1_1_cipher_suites": cipher.TLSv11, "tls_1_2_cipher_suites": cipher.TLSv12, "tls_1_3_cipher_suites": cipher.TLSv13,
}

func (f Facts) sslyze(r sslyzeResult) {
	for fact, value := range map[string]*bool{factCompression: r.Compression, factEarlyData: r.EarlyData, factFallback: r.Fallback, factEMS: r.EMS,
		factSecureReneg: r.SecureReneg, factClientReneg: r.ClientReneg, "heartbleed": r.Heartbleed, "ccs-injection": r.CCS} {
		if value != nil {
			f[fact] = yesNo(*value)
		}
	}
	resumed := map[string]string{"FULLY_SUPPORTED": yes, "PARTIALLY_SUPPORTED": yes, "NOT_SUPPORTED": no, "TLS_TICKET_NOT_ASSIGNED": no}
	for fact, value := range map[string]string{factSessionID: resumed[r.SessionID], factTicket: resumed[r.Ticket],
		"robot": map[string]string{"NOT_VULNERABLE_NO_ORACLE": no, "NOT_VULNERABLE_RSA_NOT_SUPPORTED": no, "VULNERABLE_STRONG_ORACLE": yes,
			"VULNERABLE_WEAK_ORACLE": yes, "UNKNOWN_INCONSISTENT_RESULTS": unknown}[r.ROBOT]} {
		if value != "" {
			f[fact] = value
		}
	}
	for _, suite := range r.Accepted {
		if suite.Key != nil && suite.Key.Type == "DH" {
			f.add(factDHBits, fmt.Sprint(suite.Key.Size))
		}
	}
	for _, c := range r.Curves {
		f.group(c.Name)
	}
	for _, d := range r.Deployments {
		f.sslyzeChain(d)
	}
}

func (f Facts) sslyzeChain(d sslyzeDeployment) {
	if len(d.Chain) == 0 {
		return
	}
	leaf := d.Chain[0]
	digest, _ := base64.StdEncoding.DecodeString(leaf.Digest)
	name := short(hex.EncodeToString(digest))
	f.add(factCertificates, name)
	f.add(factChains, fmt.Sprintf("%s:%d", name, len(d.Chain)))
	f.add(factKeys, keyName(map[string]string{"RSAPublicKey": "RSA", "ECPublicKey": "EC"}[leaf.Key.Algorithm]+fmt.Sprint(" ", leaf.Key.Size)))
	f.any(factSelfSigned, leaf.Subject.Text == leaf.Issuer.Text)
	f.any(factStaple, d.Staple != nil)
	for _, v := range d.Validations {
		if v.Store.Name == "Supplied CA file" {
			f.any(factTrusted, len(v.Chain) > 0)
		}
	}
}
