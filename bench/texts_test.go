//go:build bench && linux

package bench

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// How large the texts are.
const (
	textSize  = 10 << 20 // octets of a policy and of a pasearch listing
	textLines = 100_000  // of a RACDCERT and of a NETSTAT listing
)

// texts writes the large files from z/OS, and returns their paths by the kind that bench/read knows.
func (b *bench) texts(t *testing.T) map[string]string {
	t.Helper()
	installed, err := os.ReadFile(filepath.Join("..", "internal", "pasearch", "testdata", "querymonitor.pasearch"))
	require.NoError(t, err)
	out := map[string]string{}
	for kind, text := range map[string]string{"attls": policyText(), "pasearch": pasearchText(string(installed)), "listring": listringText(),
		"netstat": netstatText()} {
		out[kind] = filepath.Join(b.dir, "large."+kind)
		require.NoError(t, os.WriteFile(out[kind], []byte(text), 0o600))
	}
	return out
}

// policyText has rules with ports of their own, and actions and parms that four of them share.
func policyText() string {
	var b strings.Builder
	for i := 0; b.Len() < textSize; i++ {
		n := i / 4
		fmt.Fprintf(&b, `# Application %d
TTLSRule App%05d_Server
{
  LocalAddr                ALL
  LocalPortRange           %d
  Jobname                  APP%d*
  Direction                Inbound
  Priority                 %d
  TTLSGroupActionRef       group%d
  TTLSEnvironmentActionRef env%d
  TTLSConnectionActionRef  con%d
}
`, i, i, 1+i%60000, i, 1+i%255, n, n, n)
		if i%4 > 0 {
			continue
		}
		fmt.Fprintf(&b, `TTLSGroupAction group%[1]d
{
  TTLSEnabled On
  Trace       2
}
TTLSEnvironmentAction env%[1]d
{
  HandshakeRole      Server
  TTLSKeyringParms
  {
    Keyring USER/RING
  }
  TTLSCipherParmsRef ciphers%[1]d
  TTLSEnvironmentAdvancedParms
  {
    TLSv1            Off
    TLSv1.1          Off
    TLSv1.2          On
    TLSv1.3          On
    CertificateLabel The Server of It All
    HandshakeTimeout 10
  }
}
TTLSConnectionAction con%[1]d
{
  HandshakeRole Server
  TTLSConnectionAdvancedParms
  {
    SecondaryMap Off
  }
}
TTLSCipherParms ciphers%[1]d
{
  V3CipherSuites4Char 13021301C030C02F
  V3CipherSuites      TLS_RSA_WITH_AES_256_GCM_SHA384
  V3CipherSuites      352F
}
`, n)
	}
	return b.String()
}

// pasearchText repeats the rules of a listing under other names.
func pasearchText(one string) string {
	from := strings.Index(one, "policyRule:")
	heading, rules := one[:from], one[from:]
	var b strings.Builder
	b.WriteString(heading)
	for i := 0; b.Len() < textSize; i++ {
		mark := fmt.Sprintf("%05d", i)
		b.WriteString(strings.NewReplacer("AgentInboundRule", "In"+mark, "AgentOutboundRule", "Out"+mark, "CQMISPF-OUT@Rule", "ISPF"+mark).Replace(rules))
	}
	return b.String()
}

// listringText has rings of forty certificates, and of each certificate what LIST says.
func listringText() string {
	var rings, list strings.Builder
	rings.WriteString("Digital ring information for user CQMCAE:\n\n")
	const each, lines = 40, 25 // lines of a certificate in both
	for i := range textLines / lines {
		if i%each == 0 {
			fmt.Fprintf(&rings, "  Ring:\n       >Ring%05d<\n  Certificate Label Name             Cert Owner     USAGE      DEFAULT\n"+
				"  --------------------------------   ------------   --------   -------\n", i/each)
		}
		fmt.Fprintf(&rings, "  %-32s   ID(CQMCAE)     PERSONAL     NO \n\n", fmt.Sprintf("Certificate %d", i))
		fmt.Fprintf(&list, `  Label: Certificate %[1]d
  Certificate ID: 2QiJmZmDhZmjganW4tTGw8FA
  Status: TRUST
  Start Date: 2026/01/01 00:00:00
  End Date:   2027/01/01 23:59:59
  Serial Number:
       >%08[1]X<
  Issuer's Name:
       >CN=Issuing CA.OU=Security.O=Example.C=US<
  Subject's Name:
       >CN=server%[1]d.example.com.OU=Systems.O=Example.C=US<
  Signing Algorithm: sha256RSA
  Key Type: RSA
  Key Size: 2048
  Private Key: YES
  Certificate Fingerprint (SHA256):
       %[2]s:
       %[2]s
  Ring Associations:
    Ring Owner: CQMCAE
    Ring:
       >Ring%05[3]d<

`, i, fmt.Sprintf("%02X:%02X:", i%256, i/256%256)+strings.Repeat("0A:", 13)+"0A", i/each)
	}
	return rings.String() + "\nDigital certificate information for user CQMCAE:\n\n" + list.String()
}

// netstatText is NETSTAT CONN.
func netstatText() string {
	var b strings.Builder
	b.WriteString("MVS TCP/IP NETSTAT CS 3.1       TCPIP Name: TCPIP           00:20:01\nUser Id  Conn     Local Socket           Foreign Socket         State\n" +
		"-------  ----     ------------           --------------         -----\n")
	for i := range textLines {
		fmt.Fprintf(&b, "CQMCAEA  %08X 10.1.1.1..%-13d 10.1.%d.%d..%-13d Establsh\n", i, 1024+i%60000, i/256%256, i%256, 1024+i%50000)
	}
	return b.String()
}
