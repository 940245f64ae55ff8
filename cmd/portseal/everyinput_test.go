package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/pavlo-v-chernykh/keystore-go/v4"
	"github.com/stretchr/testify/require"
	"software.sslmate.com/src/go-pkcs12"

	"github.com/portseal/portseal/internal/tlstest"
	"github.com/portseal/portseal/internal/tlstest/badserver"
	"github.com/portseal/portseal/internal/tlstest/pki"
)

// inputs is a folder with every kind of file that portseal reads, with names and secrets in each that are found again.
type inputs struct {
	dir     string
	secrets map[string]string // what it is, by the secret
	names   []string          // what tells whose estate it is; one for each kind of place
	id      *pki.Identity
}

// allInputs writes such a folder, and starts a listener that its estate file is about.
func allInputs(t *testing.T) *inputs {
	t.Helper()
	in := &inputs{dir: t.TempDir(), secrets: map[string]string{}, id: tlstest.Localhost(t, pki.P256)}
	good := tlstest.Bad(t, badserver.TLS(&tls.Config{Certificates: []tls.Certificate{in.id.Certificate()}}))
	banner := tlstest.Bad(t, badserver.Opaque(1))
	in.names = []string{"PLUTO1", "plutoplex", "plutoweb", "plutorc4", "pluto-ring", "plutovantage", "PlutoRule", "PLUTOJOB", "PlutoLabel", "plutodir",
		"web.pluto.example", "10.77.66.55", "10.77.66.56", "Jane Pluto", "CHG-PLUTO", "pluto said so", "PLUTOALIAS"}
	in.stores(t)
	key := func(what string) string { // a private key in PEM
		id := tlstest.Localhost(t, pki.P256)
		in.secret(what, strings.Split(string(id.KeyPEM), "\n")[1])
		return string(id.KeyPEM)
	}
	in.put(t, "plutodir/exported.pem", string(in.id.ChainPEM)+key("private key in a ring file"), 0o600)
	in.put(t, "client.pem", string(in.id.ChainPEM), 0o644)
	in.put(t, "client.key", string(in.id.KeyPEM), 0o600)
	in.secret("client key", strings.Split(string(in.id.KeyPEM), "\n")[1])
	in.put(t, "other.key", key("key of no certificate that is given"), 0o600)
	in.put(t, "signer.key", key("signing key"), 0o600)
	in.put(t, "broken.key", "-----BEGIN PRIVATE KEY-----\n"+in.secret("broken signing key", "QnJva2VuU2lnbmluZ0tleVNlY3JldA==")+"\n-----END PRIVATE KEY-----\n", 0o600)
	in.put(t, "encrypted.key", "-----BEGIN ENCRYPTED PRIVATE KEY-----\n"+in.secret("encrypted key", "RW5jcnlwdGVkS2V5U2VjcmV0RW5jcnlwdGVk")+"\n-----END ENCRYPTED PRIVATE KEY-----\n", 0o600)
	leaf, err := x509.ParseCertificate(in.id.DER)
	require.NoError(t, err)
	p12, err := pkcs12.Modern.Encode(in.id.Key, leaf, nil, in.secret("password of a PKCS#12 file", "p12pass-uranus-8"))
	require.NoError(t, err)
	in.put(t, "client.p12", string(p12), 0o600)
	in.put(t, "p12.password", "p12pass-uranus-8\n", 0o600)
	in.put(t, "key.password", in.secret("password of a key", "keypass-uranus-1")+"\n", 0o600)
	in.put(t, "redact.key", in.secret("redact key", "redactkey-uranus-0123456789")+"\n", 0o600)
	in.put(t, "open.key", in.secret("redact key that others can read", "openkey-uranus-0123456789")+"\n", 0o644)
	in.put(t, "stash.sth", in.secret("stash file", "stash-uranus-777")+"\n", 0o600)
	t.Setenv("PORTSEAL_RING_PASSWORD_PLUTO_ENV", in.secret("password in the environment", "envpass-uranus-2"))
	t.Setenv("PORTSEAL_RING_PASSWORD_WRONG_ENV", in.secret("wrong password in the environment", "envpass-uranus-3"))

	ports := strings.NewReplacer("$WEB", fmt.Sprint(good.Addr().Port()), "$RC4", fmt.Sprint(banner.Addr().Port()), "$TODAY", time.Now().UTC().Format(time.DateOnly))
	for name, text := range inputTexts(in) {
		in.put(t, name, ports.Replace(text), 0o644)
	}
	return in
}

func (in *inputs) secret(what, text string) string {
	in.secrets[text] = what
	return text
}

func (in *inputs) put(t *testing.T, name, text string, mode os.FileMode) {
	t.Helper()
	path := filepath.Join(in.dir, name)
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
	require.NoError(t, os.WriteFile(path, []byte(text), mode))
}

// stores writes trust stores with passwords: one whose password is known, in a file and in the environment, and one with a wrong one.
func (in *inputs) stores(t *testing.T) {
	t.Helper()
	password := in.secret("password of a PKCS#12 store", "p12pass-uranus-4")
	der, err := pkcs12.Modern.EncodeTrustStore([]*x509.Certificate{in.id.Issuer.Cert}, password)
	require.NoError(t, err)
	in.put(t, "pluto.p12", string(der), 0o600)
	in.put(t, "ring.password", password+"\nsecond line\n", 0o600)
	in.put(t, "wrong.password", in.secret("wrong password of a store", "wrongpass-uranus-5")+"\n", 0o600)
	in.put(t, "shared.password", in.secret("password that others can read", "sharedpass-uranus-6")+"\n", 0o644)
	der, err = pkcs12.Modern.EncodeTrustStore([]*x509.Certificate{in.id.Issuer.Cert}, "envpass-uranus-2")
	require.NoError(t, err)
	in.put(t, "env.p12", string(der), 0o600)

	jks := keystore.New()
	require.NoError(t, jks.SetTrustedCertificateEntry("root", keystore.TrustedCertificateEntry{CreationTime: time.Now(),
		Certificate: keystore.Certificate{Type: "X509", Content: in.id.Issuer.Cert.Raw}}))
	var out bytes.Buffer
	require.NoError(t, jks.Store(&out, []byte(in.secret("password of a JKS store", "jkspass-uranus-7"))))
	in.put(t, "pluto.jks", out.String(), 0o600)
	in.put(t, "jks.password", "jkspass-uranus-7\n", 0o600)
}

// inputTexts are the texts of the inputs, with a secret wherever one could be.
func inputTexts(in *inputs) map[string]string {
	s := in.secret
	estate := `name: plutoplex
zos_release: "3.1"
# password: ` + s("comment in the estate file", "yaml-comment-uranus") + `
keyrings:
  pluto-ring: {files: [pluto.p12], password_file: ring.password}
  pluto-jks: {files: [pluto.jks], password_file: jks.password}
  pluto-env: {files: [env.p12]}
  pluto-pem: {labels: {PlutoLabel: plutodir/exported.pem}}
systems:
  - name: PLUTO1
    host: 127.0.0.1
    attls: [pluto.attls]
    netstat: [pluto.conn]
    tcpip_profile: pluto.profile
    query_monitor: {server_params: stdenv, agent_params: cqmcprms, alias_param: CQM_ALIAS}
    listeners:
      - {name: plutoweb, role: cae-server-tls, port: $WEB, expect: tls, trusted_by: [pluto-ring, pluto-jks, pluto-env], served_by: pluto-pem, label: PlutoLabel,
         names: [web.pluto.example], peers: [10.77.66.55], jobname: PLUTOJOB}
      - {name: plutorc4, role: cae-server-rc4, port: $RC4, expect: closed, retire_by: $TODAY}
waivers:
  - {finding: CERT-NAME-MISMATCH, listener: PLUTO1/plutoweb, until: 2099-01-15, reason: "pluto said so", approved_by: "Jane Pluto", ticket: CHG-PLUTO}
`
	texts := map[string]string{
		"estate.yaml": estate,
		"wrong.yaml":  strings.Replace(estate, "password_file: ring.password", "password_file: wrong.password", 1),
		"shared.yaml": strings.Replace(estate, "password_file: ring.password", "password_file: shared.password", 1),
		"fault.yaml": strings.Replace(estate, "zos_release:", "password: "+s("unknown key of the estate file", "yaml-key-uranus")+"\nzos_release:", 1) +
			"    secret: " + s("unknown key with a fault", "yaml-fault-uranus") + "\n",
		"pluto.attls": `# the password is ` + s("comment in a policy", "attls-comment-uranus") + `
TTLSRule PlutoRule
{
  LocalPortRange           $WEB
  Jobname                  PLUTOJOB
  RemoteAddr               10.77.66.55
  Direction                Inbound
  TTLSGroupActionRef       on
  TTLSEnvironmentActionRef plutoenv
}
TTLSGroupAction on # ` + s("comment behind a name", "attls-behind-uranus") + `
{
  TTLSEnabled On     # ` + s("comment behind a value", "attls-value-uranus") + `
} # ` + s("comment behind a brace", "attls-brace-uranus") + `
TTLSEnvironmentAction plutoenv
{
  HandshakeRole Server
  TTLSKeyringParms
  {
    Keyring          /plutodir/pluto.kdb
    KeyringPw        ` + s("KeyringPw", "kdbpass-uranus") + `
    KeyringStashFile stash.sth
    KeyringPassword  ` + s("misspelt KeyringPw", "kdbpass-misspelt-uranus") + `
  }
  TTLSCipherParms
  {
    V3CipherSuites4Char C030C02F
  }
  TTLSEnvironmentAdvancedParms
  {
    CertificateLabel PlutoLabel
    GSK_LDAP_Server 10.77.66.56
    GSK_LDAP_User   PLUTOAGT
    GSK_LDAP_User_PW ` + s("LDAP password in a policy", "ldappass-uranus") + `
  }
}
Password ` + s("unknown statement of a policy", "attls-statement-uranus") + `
TTLSKeyringParms plutokeys
{
  Keyring PLUTOAGT/pluto-ring
  KEYRINGPW "` + s("password in quotation marks", "attls-quoted-uranus") + `"
  KeyringPw=` + s("assigned password", "attls-assigned-uranus") + `
  keyringpw first ` + s("second word of a password", "attls-second-uranus") + `
  Passphrase { ` + s("password in braces", "attls-braces-uranus") + ` }
}
Login ` + s("name of an unknown block", "attls-block-uranus") + `
{
  Keyring ` + s("value in an unknown block", "attls-inside-uranus") + `
}
dear all, ` + s("prose", "attls-prose-uranus") + `
`,
		"stdenv": "CQM_PASSWORD=" + s("password among the server's parameters", "stdenv-uranus") + "\n  CQM_DBPASS=" + s("indented password", "stdenv-indented-uranus") +
			"\nCQM_TLS_CAE_AGNT_LSTNR_PORT=$WEB\nCQM_CAE_AGENT_LISTENER_PORT=$RC4\nCQM_ALIAS=PLUTOALIAS\n",
		"cqmcprms": "SERVER_ADDRESS(10.77.66.56) SERVER_PORT($RC4)\nAGENT_PASSWORD(" + s("password among the agent's parameters", "cqmcprms-uranus") +
			")\nAGENT_NAME(PLUTOAGT)\npassword is " + s("unreadable line of the agent's parameters", "cqmcprms-line-uranus") + "\nATTLS_ENABLED(N)\n",
		"pluto.conn": "MVS TCP/IP NETSTAT CS 3.1       TCPIP Name: TCPIP           00:20:01\nUser Id  Conn     Local Socket           Foreign Socket         State\n" +
			"-------  ----     ------------           --------------         -----\nPLUTOJOB 000000A3 127.0.0.1..$RC4         10.77.66.55..5000        Establsh\n" +
			"pw " + s("line of a NETSTAT listing", "netstat-uranus") + "\n",
		"pluto.profile":  "TCPCONFIG TTLS\n; " + s("comment of a TCP/IP profile", "profile-uranus") + "\n",
		"pluto.pasearch": "TCP/IP pasearch CS 3.1                    Image Name: TCPIP\n  KeyringPw: " + s("line of a pasearch listing", "pasearch-uranus") + "\n",
		"mine.yaml":      "# " + s("comment of a profile", "profile-comment-uranus") + "\nid: mine\npassword: " + s("unknown key of a profile", "profile-key-uranus") + "\n",
		"changes.yaml":   "# " + s("comment of expected changes", "changes-comment-uranus") + "\nexpected: []\npassword: " + s("unknown key of expected changes", "changes-key-uranus") + "\n",
		"targets.txt":    "127.0.0.1:$WEB # " + s("comment among targets", "targets-uranus") + "\n",
	}
	return texts
}

// portsealIn runs a command in a folder, and returns its exit code and output.
func portsealIn(t *testing.T, dir string, args ...string) (int, string) {
	t.Helper()
	t.Chdir(dir)
	var out bytes.Buffer
	code := portseal(context.WithoutCancel(t.Context()), args, strings.NewReader(""), &out, &out)
	return code, out.String()
}
