package target

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const greppableOutput = "# Nmap 7.93 scan initiated Thu Nov 26 09:00:00 2026 as: nmap -sV -oG x 192.0.2.1\n" +
	"Host: 192.0.2.1 (mail.example)\tStatus: Up\n" +
	"Host: 192.0.2.1 (mail.example)\tPorts: 22/closed/tcp//ssh///, 25/open/tcp//smtp//Postfix smtpd, #1, 2/, 53/open/udp//domain///, " +
	"443/open/tcp//ssl|http//nginx 1.22/, 465/open/tcp//ssl|smtp//Postfix smtpd/, 143/open/tcp//imap///, 161/open|filtered/tcp//snmp///\tIgnored State: closed (990)\n" +
	"Host: 2001:db8::1 ()\tPorts: 8443/open/tcp//https-alt///\n" +
	"# Nmap done at Thu Nov 26 09:00:09 2026 -- 2 IP addresses (2 hosts up) scanned in 9.00 seconds\n"

const xmlOutput = `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE nmaprun>
<?xml-stylesheet href="file:///usr/bin/../share/nmap/nmap.xsl" type="text/xsl"?>
<nmaprun scanner="nmap" args="nmap -sV -oX x mail.example" version="7.93" xmloutputversion="1.05">
<host starttime="1"><status state="up" reason="syn-ack"/>
<address addr="00:00:5E:00:53:01" addrtype="mac"/>
<address addr="192.0.2.1" addrtype="ipv4"/>
<hostnames><hostname name="ptr.example" type="PTR"/><hostname name="mail.example" type="user"/></hostnames>
<ports><extraports state="closed" count="990"/>
<port protocol="tcp" portid="25"><state state="open"/><service name="smtp" product="Postfix" method="probed" conf="10"/></port>
<port protocol="tcp" portid="443"><state state="open"/><service name="http" tunnel="ssl" method="probed" conf="10"/></port>
<port protocol="tcp" portid="465"><state state="open"/><service name="smtp" tunnel="ssl" method="probed" conf="10"/></port>
<port protocol="tcp" portid="143"><state state="open"/><service name="imap" method="table" conf="3"/></port>
<port protocol="tcp" portid="22"><state state="closed"/></port>
<port protocol="udp" portid="53"><state state="open"/></port>
</ports></host>
<host><status state="up"/><address addr="2001:db8::1" addrtype="ipv6"/><hostnames/>
<ports><port protocol="tcp" portid="8443"><state state="open"/><service name="https-alt" method="table" conf="3"/></port></ports></host>
<runstats><finished time="2"/></runstats>
</nmaprun>
`

// TestNmap: both forms of one scan give the same targets.
func TestNmap(t *testing.T) {
	want := []Spec{
		{Host: "192.0.2.1", Ports: []uint16{25}, ServerName: "mail.example", StartTLS: "smtp"},
		{Host: "192.0.2.1", Ports: []uint16{443, 465}, ServerName: "mail.example", StartTLS: "none"},
		{Host: "192.0.2.1", Ports: []uint16{143}, ServerName: "mail.example"},
		{Host: "2001:db8::1", Ports: []uint16{8443}},
	}
	for _, text := range []string{greppableOutput, xmlOutput, "\ufeff" + xmlOutput, strings.ReplaceAll(greppableOutput, "\n", "\r\n")} {
		got, err := Read("x", strings.NewReader(text))
		require.NoError(t, err)
		assert.Equal(t, want, got)
	}
}

// TestNmapServices: what nmap has spoken with begins as portseal's kind of that name does, and what it only looked up by the port does not.
func TestNmapServices(t *testing.T) {
	for service, want := range map[string]string{"ms-sql-s": "mssql", "ms-wbt-server": "rdp", "vnc": "vnc", "lmtp": "lmtp", "sieve": "sieve", "tn3270": "tn3270",
		"telnet": "telnet", "postgresql": "postgres", "jabber": "", "http": ""} {
		got, err := Read("x", strings.NewReader("Host: 192.0.2.1 ()\tPorts: 1/open/tcp//"+service+"//a version/, 2/open/tcp//"+service+"///\n"))
		require.NoError(t, err)
		if want == "" {
			assert.Equal(t, []Spec{{Host: "192.0.2.1", Ports: []uint16{1, 2}}}, got, service)
			continue
		}
		assert.Equal(t, []Spec{{Host: "192.0.2.1", Ports: []uint16{1}, StartTLS: want}, {Host: "192.0.2.1", Ports: []uint16{2}}}, got, service)
	}
}

func TestNmapOfEveryPort(t *testing.T) {
	var b strings.Builder
	b.WriteString("Host: 192.0.2.1 ()\tPorts: ")
	for p := 1; p <= 65535; p++ {
		fmt.Fprintf(&b, "%d/open/tcp//unknown///, ", p)
	}
	got, err := Read("x", strings.NewReader(strings.TrimSuffix(b.String(), ", ")+"\n"))
	require.NoError(t, err)
	require.Len(t, got, 1)
	assert.Len(t, got[0].Ports, 65535)
}

func TestNmapFaults(t *testing.T) {
	for text, want := range map[string]string{
		"# Nmap\nHost: nowhere (x)\tPorts: 1/open/tcp/////\n": `x:2: nmap record: "nowhere" is no address; want "Host: ADDRESS (NAME)"`,
		"Host: 192.0.2.1 ()\tPorts: 443\n":                    `x:1: nmap record of 192.0.2.1: port "443": want NUMBER/STATE/PROTOCOL/OWNER/SERVICE/RPC/VERSION/`,
		"Host: 192.0.2.1 ()\tPorts: 0/open/tcp/////\n":        `x:1: nmap record of 192.0.2.1: port "0": want a number from 1 to 65535`,
		"<html>\n</html>": `x:1: the XML document is a "html"; want nmap's, which is a nmaprun`,
		"<nmaprun>\n<host>\n<address addr=\"192.0.2.1\"/>\n": `x:4: no whole XML document: unexpected EOF`,
		"<nmaprun>\n": `x:2: no whole XML document: unexpected EOF`,
		"<nmaprun>\n<host><address addr=\"a\" addrtype=\"ipv4\"/></host>\n<host><ports><port portid=\"70000\"/></ports></host></nmaprun>": "x:2: nmap host: \"a\" is no address\n" +
			`x:3: nmap host invalid IP: port "70000": want a number from 1 to 65535`,
		"# Nmap 7.93 scan\nNmap scan report for a.example (192.0.2.1)\nHost is up.\n": "x:2: nmap's normal output: want its greppable (-oG) or XML (-oX) output",
		"<nmaprun><host><ports><port portid=\"7\"/></ports></host></nmaprun>":         "x:1: nmap host: it has ports and no IP address",
	} {
		_, err := Read("x", strings.NewReader(text))
		assert.EqualError(t, err, want, text)
	}
	got, err := Read("x", strings.NewReader("<nmaprun/>"))
	require.NoError(t, err)
	assert.Empty(t, got)
}

func FuzzRead(f *testing.F) {
	for _, s := range []string{greppableOutput, xmlOutput, "a.example:1-2 # x\n[::1]:5\n", "<nmaprun>", "Host: ::1 ()\tPorts: 1/open/tcp"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		specs, err := Read("x", strings.NewReader(text))
		if err != nil {
			require.Contains(t, err.Error(), "x:")
		}
		for _, s := range specs {
			if s.Host == "" || len(s.Ports) == 0 || slices.Contains(s.Ports, 0) || isAddress(s.ServerName) { // a block of addresses has 65,536 of these
				t.Fatalf("%q gives %+v", text, s)
			}
		}
	})
}
