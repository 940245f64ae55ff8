package tcpprofile_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/text/encoding/charmap"

	"github.com/portseal/portseal/internal/tcpprofile"
	"github.com/portseal/portseal/scan"
)

func TestParse(t *testing.T) {
	for _, tc := range []struct {
		name, text   string
		want         scan.Fact
		line, column int
	}{
		{"on", "TCPCONFIG TTLS\n", scan.Yes, 1, 11},
		{"off", "; the stack\n  tcpconfig  unrestrictlowports notTLS ; not yet\n", scan.No, 2, 33},
		{"over several lines", "TCPCONFIG RESTRICTLOWPORTS\n   TCPSENDBFRSIZE 64K\n          TTLS\nUDPCONFIG\n", scan.Yes, 3, 11},
		{"the last one holds", "TCPCONFIG TTLS\nTCPCONFIG NOTTLS\n", scan.No, 2, 11},
		{"absent: the default", "TCPCONFIG RESTRICTLOWPORTS\nPORT 23 TCP TN3270\n", scan.No, 1, 1},
		{"commented out", "TCPCONFIG ; TTLS\n", scan.No, 1, 1},
		{"of no TCPCONFIG", "PORT 23 TCP TTLS\n", scan.No, 1, 1},
		{"elsewhere, perhaps", "IPCONFIG\nINCLUDE SYS1.TCPPARMS(TCPCONF)\n", scan.Unknown, 2, 1},
		{"included, but said here", "INCLUDE SYS1.TCPPARMS(PORTS)\nTCPCONFIG TTLS\n", scan.Yes, 2, 11},
		{"empty", "", scan.No, 1, 1},
		{"accents before it", "TCPCONFIG é TTLS\n", scan.Yes, 1, 13},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, err := tcpprofile.Parse("p", []byte(tc.text))
			require.NoError(t, err)
			assert.Equal(t, tc.want, got.Active)
			assert.Equal(t, tc.line, got.Location.Line)
			assert.Equal(t, tc.column, got.Location.Column)
		})
	}
	got, err := tcpprofile.Parse("p", []byte("INCLUDE  SYS1.TCPPARMS(TCPCONF) ; more\n"))
	require.NoError(t, err)
	assert.Equal(t, []string{"SYS1.TCPPARMS(TCPCONF)"}, got.Includes)
	ebcdic, err := charmap.CodePage1047.NewEncoder().String("TCPCONFIG TTLS\u0085")
	require.NoError(t, err)
	got, err = tcpprofile.Parse("p", []byte(ebcdic))
	require.NoError(t, err)
	assert.Equal(t, scan.Yes, got.Active)
	_, err = tcpprofile.Parse("p", []byte("\x00\x01\x02\x00\x01\x02"))
	assert.ErrorContains(t, err, "binary data")
}

func FuzzParse(f *testing.F) {
	f.Add([]byte("TCPCONFIG TTLS ; on\nINCLUDE A.B(C)\n"))
	f.Add([]byte("tcpconfig\n\tnottls\r\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := tcpprofile.Parse("p", data)
		if err == nil && (got.Location.Line < 1 || got.Location.Column < 1) {
			t.Errorf("no place: %+v", got.Location)
		}
	})
}
