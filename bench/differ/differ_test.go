package differ

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The outputs are those of the scanners, cut to one of each kind of fact.
const (
	portsealText = `{"endpoints":[{"target":{"port":1},"state":"tls","protocols":[{"version":"TLSv1.2","supported":"yes","preference":"server",
"cipher_suites":[{"code":"C030","name":"x"}]},{"version":"TLSv1.3","supported":"unknown"}],"groups":[{"name":"x25519","supported":"yes"},
{"name":"x448","supported":"no"}],"dh":[{"bits":2048}],"presented":[{"leaf":"AABBCCDDEE","sent":["AABBCCDDEE"]}],
"chains":[{"trusted_as_sent":"no"}],"client_auth":{"requested":"yes","required":"no"},
"features":[{"name":"heartbeat","version":"TLSv1.2","answer":"no"},{"name":"heartbeat","version":"TLSv1.3","answer":"yes"},
{"name":"session-ticket","version":"TLSv1.2","answer":"no"},{"name":"alpn","answer":"yes","values":["h2","http/1.1"]}],
"vulnerabilities":[{"id":"VULN-DROWN","vulnerable":"no"}]}],"certificates":[{"sha256":"AABBCCDDEE","key":"ECDSA P-256","subject":"a","issuer":"b"}]}`
	sslscanText = `<document><ssltest port="1"><protocol type="tls" version="1.2" enabled="1"/><protocol type="ssl" version="3" enabled="0"/>
<renegotiation supported="1" secure="1"/><heartbleed vulnerable="0"/><heartbleed vulnerable="1"/><cipher sslversion="TLSv1.2" id="0xC030" dhebits="1024"/>
<group sslversion="TLSv1.3" id="0x001d"/><connection-signature-algorithm sslversion="TLSv1.2" name="rsa_pkcs1_sha1"/>
<certificates><certificate><pk type="EC" curve_name="prime256v1" bits="128"/><self-signed>true</self-signed><expired>false</expired></certificate>
</certificates></ssltest></document>`
	nmapText = `<nmaprun><host><ports><port portid="1"><state state="open"/><script id="ssl-enum-ciphers" output="X (dh 1024) - A">
<table key="TLSv1.2"><table key="ciphers"><table><elem key="name">TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384</elem></table></table>
<table key="compressors"><elem>NULL</elem></table><elem key="cipher preference">client</elem></table></script>
<script id="ssl-heartbleed"><table key="NMAP-1"><elem key="state">VULNERABLE</elem></table></script>
<script id="sslv2" output="SSLv2 supported SSL2_RC4_128_WITH_MD5"/><script id="tls-alpn"><elem>h2</elem></script></port></ports></host></nmaprun>`
	sslyzeText = `{"server_scan_results":[{"connectivity_result":{"client_auth_requirement":"REQUIRED"},"scan_result":{
"tls_1_2_cipher_suites":{"status":"COMPLETED","result":{"is_tls_version_supported":true,"accepted_cipher_suites":[{"cipher_suite":
{"name":"TLS_RSA_WITH_AES_128_CBC_SHA"},"ephemeral_key":{"type_name":"DH","size":1024}}]}},
"robot":{"status":"ERROR","result":null},"session_resumption":{"status":"COMPLETED","result":{"session_id_resumption_result":"NOT_SUPPORTED"}},
"certificate_info":{"status":"COMPLETED","result":{"certificate_deployments":[{"received_certificate_chain":[{"fingerprint_sha256":"qrvM3e4=",
"subject":{"rfc4514_string":"CN=a"},"issuer":{"rfc4514_string":"CN=a"},"public_key":{"algorithm":"ECPublicKey","key_size":256}}],
"path_validation_results":[{"trust_store":{"name":"Supplied CA file"},"verified_certificate_chain":[1]}]}]}}}}]}`
	testsslText = `[{"id":"TLS1_2","finding":"offered"},{"id":"SWEET32","finding":"uses 64 bit block ciphers"},{"id":"secure_renego","finding":"OpenSSL handshake didn't succeed"},{"id":"SSLv3","finding":"not offered"},{"id":"cipher_xc030","finding":
"xc030   ECDHE-RSA-AES256-GCM-SHA384       ECDH 253   AESGCM      256      TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"},{"id":"cipher_x9f","finding":
"x9f     DHE-RSA-AES256-GCM-SHA384         DH 2048    AESGCM      256      TLS_DHE_RSA_WITH_AES_256_GCM_SHA384"},
{"id":"ALPN","finding":"h2, http/1.1"},{"id":"cert_keySize <cert#1>","finding":"RSA 2048 bits"},{"id":"LOGJAM","finding":"VULNERABLE, x"},
{"id":"TLS_extensions","finding":"'renegotiation info/#65281' 'encrypt-then-mac/#22'"}]`
)

func TestEveryOutputIsRead(t *testing.T) {
	for name, c := range map[string]struct {
		text  string
		parse func([]byte) (Facts, error)
		want  Facts
	}{
		"portseal": {portsealText, Portseal, Facts{factState: stateTLS, "TLSv1.2": yes, "TLSv1.3": unknown, "suites TLSv1.2": "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
			factAllSuites: "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", "order TLSv1.2": "server", factCurves: "x25519", factDHBits: "2048",
			factCertificates: "aabbccdd", factChains: "aabbccdd:1", factKeys: "EC-256", factSelfSigned: no, factExpired: no, factTrusted: no,
			factClientAuth: "requested", factHeartbeat: yes, factTicket: no, factALPN: "h2 http/1.1", "drown": no}},
		"sslscan": {sslscanText, Sslscan, Facts{factState: stateTLS, "TLSv1.2": yes, "SSLv3": no, "suites TLSv1.2": "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
			factSecureReneg: yes, "heartbleed": yes, factDHBits: "1024", factCurves: "x25519", "signatures TLSv1.2": "rsa_pkcs1_sha1", factKeys: "EC-256",
			factSelfSigned: yes, factExpired: no}},
		"nmap": {nmapText, Nmap, Facts{factState: stateTLS, "SSLv2": yes, "SSLv3": no, "TLSv1.0": no, "TLSv1.1": no, "TLSv1.2": yes, "TLSv1.3": no,
			"suites TLSv1.2": "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", "suites SSLv2": "SSL_CK_RC4_128_WITH_MD5", "order TLSv1.2": "client",
			factDHBits: "1024", factCompression: no, "heartbleed": yes, factALPN: "h2"}},
		"sslyze": {sslyzeText, Sslyze, Facts{factState: stateTLS, "TLSv1.2": yes, "suites TLSv1.2": "TLS_RSA_WITH_AES_128_CBC_SHA", factDHBits: "1024",
			factClientAuth: "required", "sslyze robot": "failed", factSessionID: no, factCertificates: "aabbccdd", factChains: "aabbccdd:1", factKeys: "EC-256",
			factSelfSigned: yes, factStaple: no, factTrusted: yes}},
		"testssl.sh": {testsslText, Testssl, Facts{factState: stateTLS, "TLSv1.2": yes, "SSLv3": no, factDHBits: "2048", factALPN: "h2 http/1.1", factKeys: "RSA-2048",
			factAllSuites: "TLS_DHE_RSA_WITH_AES_256_GCM_SHA384 TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", "logjam": yes, "sweet32": yes, factEtM: yes, factEMS: no,
			factHeartbeat: no, factFragment: no}},
	} {
		got, err := c.parse([]byte(c.text))
		require.NoError(t, err, name)
		assert.Equal(t, c.want, got, name)
		_, err = c.parse([]byte("no report"))
		require.Error(t, err, name)
	}
}

func TestCompare(t *testing.T) {
	ours := Facts{factState: stateTLS, "TLSv1.2": yes, "suites TLSv1.2": "A B", "robot": unknown, factALPN: "h2"}
	peer := Facts{factState: stateTLS, "TLSv1.2": no, "suites TLSv1.2": "B C", "robot": no, factALPN: "h2", factStaple: no, factClock: yes}
	truth := Facts{"TLSv1.2": yes, "suites TLSv1.2": "A B", "robot": yes}
	assert.Equal(t, []Difference{
		{"TLSv1.2", yes, no, "portseal"}, {factClock, "says nothing", yes, ""}, {"robot", unknown, no, "neither"}, {"suites TLSv1.2", "A", "C", "portseal"},
	}, Compare(ours, peer, truth))
	assert.Empty(t, Contradicts(ours, truth), "what it does not know is no contradiction")
	assert.Len(t, Contradicts(Facts{factState: stateTLS, "robot": no}, truth), 1)
	assert.Empty(t, Compare(ours, Facts{factState: stateNone, "TLSv1.2": no}, truth)[:0])
	assert.Equal(t, []Difference{{factState, stateTLS, stateNone, ""}}, Compare(ours, Facts{factState: stateNone, "TLSv1.2": no}, truth),
		"a version of what speaks no TLS is not said twice")
}

func TestTruth(t *testing.T) {
	f := Truth(map[uint16][]uint16{0x0303: {0xC030}}, Facts{factALPN: "h2"})
	assert.Equal(t, yes, f["TLSv1.2"])
	assert.Equal(t, no, f["TLSv1.3"])
	assert.Equal(t, "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", f["suites TLSv1.2"])
	assert.Equal(t, "h2", f[factALPN])
	assert.NotContains(t, Truth(nil, Facts{}), "TLSv1.2")
}

func FuzzOutputs(f *testing.F) {
	for _, text := range []string{portsealText, sslscanText, nmapText, sslyzeText, testsslText} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, parse := range []func([]byte) (Facts, error){Portseal, Sslscan, Nmap, Sslyze, Testssl} {
			facts, err := parse(data)
			assert.True(t, err != nil || facts[factState] != "", "what was read says whether it is TLS")
		}
	})
}
