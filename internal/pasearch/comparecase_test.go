package pasearch

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/attls"
	"github.com/portseal/portseal/internal/attls/syntax"
)

// edit is a text and what stands in its place.
type edit struct{ from, to string }

func edited(t *testing.T, name string, edits []edit) []byte {
	t.Helper()
	text := string(fixture(t, name))
	for _, e := range edits {
		require.Contains(t, text, e.from)
		text = strings.Replace(text, e.from, e.to, 1)
	}
	return []byte(text)
}

const (
	portGroup = "  LocalPortGroupRef        CQMCAE-IN@PortGroup\n"
	portRow   = "   LocalPortFrom:       5605              LocalPortTo:       5611  "
	addrRow   = "    FromAddr:           10.1.2.3                                      \n    ToAddr:             10.1.2.3                                      \n"
	allRow    = "    FromAddr:           All\n    ToAddr:             All\n"
	dayRows   = "   Fr TimeOfDay:        00:00             To TimeOfDay:      24:00\n"
	curveRows = "     ClientECurves:\n      0021  secp224r1\n      0023  secp256r1\n      0024  secp384r1\n      0025  secp521r1\n      0019  secp192r1\n      0029  X25519\n"
	outEnv    = "  TTLSCipherParmsRef              cipherQM\n"
)

// TestCompare edits the policy files, the listing, or both, which agree but for a port range that shows its ends only.
func TestCompare(t *testing.T) {
	for name, c := range map[string]struct {
		source, listed         []edit
		differences, uncertain []string // "What: source | installed"
	}{
		"coded, and not printed": {source: []edit{{"CertificateLabel CQM Agent Cert", "CertificateLabel CQM Agent Cert\nClientMaxSSLFragmentLength 512"}},
			differences: []string{"ClientMaxSSLFragmentLength: 512 | the system's default"}},
		"suites of the system, and suites": {source: []edit{{"  TTLSCipherParmsRef              cipherQM\n", ""}},
			differences: []string{"V3CipherSuites: the system's default | 1302 1301 C030 C02F"}},
		"any curve": {source: []edit{{outEnv, outEnv + "TTLSSignatureParms\n{\nClientECurves Any\n}\n"}},
			listed: []edit{{curveRows, "     ClientECurves:              Any\n"}}},
		"a password is not printed": {source: []edit{{"Keyring CQMUSER/CQMAGENT", "Keyring CQMUSER/CQMAGENT\nKeyringPw secret"}}},
		"both families": {source: []edit{{"  RemoteAddr               10.1.2.3\n", "  RemoteAddrGroupRef both\n"},
			{"PortGroup CQMCAE", "IpAddrGroup both\n{\nIpAddr\n{\nAddr 10.1.2.3\n}\nIpAddr\n{\nAddr fd00::1\n}\n}\nPortGroup CQMCAE"}},
			listed:    []edit{{addrRow, allRow}},
			uncertain: []string{"RemoteAddr: 10.1.2.3, fd00::1 | All"}},
		"one family is not All": {listed: []edit{{addrRow, allRow}}, differences: []string{"RemoteAddr: 10.1.2.3 | All"}},
		"any port":              {source: []edit{{portGroup, ""}}, differences: []string{"LocalPortRange: All | within 5605-5611"}},
		"two ports side by side": {source: []edit{{portGroup, "LocalPortRange 5605\nLocalPortRange 5606\n"}},
			listed: []edit{{portRow, "   LocalPortFrom: 5605   LocalPortTo: 5606"}}},
		"two ports with a gap": {source: []edit{{portGroup, "LocalPortRange 5605\nLocalPortRange 5607\n"}},
			listed:    []edit{{portRow, "   LocalPortFrom: 5605   LocalPortTo: 5607"}},
			uncertain: []string{"LocalPortRange: 5605, 5607 | within 5605-5607"}},
		"job, user, direction": {listed: []edit{{"CQMCAE1           UserId: ", "OTHER             UserId:   U1"}, {"ServiceDirection:    Inbound", "ServiceDirection:    Both"}},
			differences: []string{"Direction: Inbound | Both", "Jobname: CQMCAE1 | OTHER", "Userid: any | U1"}},
		"times in one and in two": {source: []edit{{"  Direction                Inbound\n", "  Direction Inbound\nIpTimeCondition\n{\nDayOfWeekMask 0111110\nMonthOfYearMask 111111111111\nTimeofDayRange 08:00-12:00,13:00-17:00\n}\n"}},
			listed: []edit{{"1111111  (Sunday", "0111110  (Sunday"}, {dayRows, "   Fr TimeOfDay:  13:00     To TimeOfDay:   17:00\n   Day of Month Mask:\n   Day of Week Mask:    0111110\n   Fr TimeOfDay:        08:00             To TimeOfDay:      12:00\n"}}},
		"a time that is always": {source: []edit{{"  Direction                Inbound\n", "  Direction Inbound\nIpTimeCondition\n{\nDayOfWeekMask 1111111\n}\n"}}},
		"until midnight, UTC": {source: []edit{{"  Direction                Inbound\n", "  Direction Inbound\nIpTimeCondition\n{\nTimeofDayRange 20:00-24:00\nTimeZone UTC\n}\n"}},
			listed:      []edit{{"UTC:    00:00             To TimeOfDay UTC:  00:00", "UTC:  20:00             To TimeOfDay UTC:  23:00"}, {"TimeZone:            Local", "TimeZone:  UTC"}},
			differences: []string{"IpTimeCondition: 20:00-24:00, UTC | 20:00-23:00, UTC"}},
		"TLS is off": {listed: []edit{{"TTLSEnabled:                On ", "TTLSEnabled:                Off"}}, differences: []string{"TTLSEnabled: On | Off"}},
		"a setting that is not at hand": {listed: []edit{{"HandshakeTimeout:          10 ", "HandshakeTimeout:          <not available>"}},
			uncertain: []string{"HandshakeTimeout: 10 | not known"}},
		"a condition that is not at hand": {listed: []edit{{"JobName:             CQMCAE1 ", "JobName:             <not available> "}},
			uncertain: []string{"Jobname: CQMCAE1 | not listed"}},
	} {
		t.Run(name, func(t *testing.T) {
			image := Parse("x", edited(t, "querymonitor.pasearch", c.listed)).Images[0]
			source := attls.Load([]syntax.Source{{Path: "p", Data: edited(t, "querymonitor.attls", c.source)}})
			got := Compare(image, source, "", time.Time{})
			assert.Equal(t, c.differences, told(got.Differences))
			var uncertain []string
			for _, s := range told(got.Uncompared) {
				if s != "LocalPortRange: 5611, 5605-5610 | within 5605-5611" {
					uncertain = append(uncertain, s)
				}
			}
			assert.Equal(t, c.uncertain, uncertain)
		})
	}
}

func told(all []Difference) []string {
	var out []string
	for _, d := range all {
		out = append(out, fmt.Sprintf("%s: %s | %s", d.What, d.Source, d.Installed))
	}
	return out
}
