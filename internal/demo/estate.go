package demo

import (
	"fmt"
	"strings"
	"time"
)

const estateText = `# A small Query Monitor estate in the middle of its migration. Written by portseal demo; the listeners are on loopback.
name: demo
zos_release: "3.1"
defaults: {versions: [TLSv1.2, TLSv1.3], cipher_suites: [C030, C02F, C02C, C02B, 1301, 1302, 1303], client_auth: none}
keyrings:
  cae-server:                      # key ring 0: the CAE server's key store and trust store
    files: [rings/cae-server-cas.pem]
    labels: {WEBSERVER: rings/web.pem, CAE_AGENT_PORTAL: rings/portal.pem}
    consumer: jsse
  agent-in: {files: [rings/agent-in.pem]}                       # key ring 1: AT-TLS rule #1
  ispf-out: {virtual: "*AUTH*/*", files: [rings/certauth.pem]}  # key ring 3: AT-TLS rule #3
  browsers: {files: [rings/corporate.pem], consumer: strict}
systems:
  - name: SYSA                     # migrated
    host: 127.0.0.1
    keyrings:
      agent-out: {files: [rings/sysa-agent-out.pem]}            # key ring 2: AT-TLS rule #2
    listeners:
      - {name: web,       role: cae-web,        port: @SYSA/web@, expect: tls, served_by: cae-server, label: WEBSERVER, trusted_by: [browsers]}
      - {name: agent-tls, role: cae-server-tls, port: @SYSA/agent-tls@, expect: tls, served_by: cae-server, label: CAE_AGENT_PORTAL, trusted_by: ["agent-out@*"]}
      - {name: agent-rc4, role: cae-server-rc4, port: @SYSA/agent-rc4@, expect: closed, retire_by: @retired@}
      - {name: agent,     role: cae-agent,      port: @SYSA/agent@, expect: tls, served_by: agent-in, trusted_by: [cae-server]}
      - {name: ispf,      role: cae-ispf,       port: @SYSA/ispf@, expect: tls, served_by: agent-in, trusted_by: [ispf-out], reach: local}
  - name: SYSB                     # not yet migrated: its agent still speaks RC4
    host: 127.0.0.1
    keyrings:
      agent-out: {files: [rings/sysb-agent-out.pem]}            # lacks the root of the server's certificate
      collector: {files: [rings/collector.pem]}
    listeners:
      - {name: agent,     role: cae-agent,      port: @SYSB/agent@, expect: legacy-rc4}
      - {name: ispf,      role: cae-ispf,       port: @SYSB/ispf@, expect: legacy-rc4, reach: local}
      - {name: collector, role: generic,        port: @SYSB/collector@, expect: tls, served_by: collector@SYSB}
`

// estateFile fills in ports, and yesterday as the day by which RC4 was to be off.
func estateFile(ports map[string]uint16, at time.Time) []byte {
	pairs := []string{"@retired@", at.UTC().AddDate(0, 0, -1).Format(time.DateOnly)}
	for name, port := range ports {
		pairs = append(pairs, "@"+name+"@", fmt.Sprint(port))
	}
	return []byte(strings.NewReplacer(pairs...).Replace(estateText))
}
