package profile

import (
	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/internal/zos"
	"github.com/portseal/portseal/report"
)

// systemSSL says whether the listener's TLS is that of z/OS System SSL: AT-TLS, on a z/OS system, and not the CAE server, which is a
// Java program with TLS of its own.
func (f *facts) systemSSL() bool {
	switch f.role() {
	case report.RoleCAEWeb, report.RoleCAEServerTLS:
		return false
	case report.RoleCAEAgent, report.RoleCAEISPF:
		return true
	}
	return f.expect != nil && (f.expect.ZOSRelease != "" || f.expect.Policy != nil)
}

// platform names what does the listener's TLS.
func (f *facts) platform() string {
	if f.expect != nil && f.expect.ZOSRelease != "" {
		return "System SSL of z/OS " + f.expect.ZOSRelease
	}
	return "System SSL of z/OS"
}

// tls13Since is the release whose System SSL brought TLS 1.3, and with it x25519 and x448.
const tls13Since = zos.Release("2.4")

// has13 says whether the listener's System SSL has TLS 1.3; where the release is not known it may.
func (f *facts) has13() bool {
	release := zos.Release("")
	if f.expect != nil {
		release = zos.Release(f.expect.ZOSRelease)
	}
	return !release.Known() || release.AtLeast(tls13Since)
}

func (f *facts) ableVersion(v cipher.Version) bool {
	return !f.systemSSL() || v != cipher.SSLv2 && (v != cipher.TLSv13 || f.has13())
}

func (f *facts) ableSuite(id cipher.ID) bool {
	s := cipher.Describe(id)
	return !f.systemSSL() || s.SystemSSL && (s.MinVersion != cipher.TLSv13 || f.has13())
}

func (f *facts) ableGroup(g cipher.Group) bool {
	if !f.systemSSL() {
		return true
	}
	const x25519, x448 = 0x001D, 0x001E
	return cipher.DescribeGroup(g).ATTLS != "" && (g != x25519 && g != x448 || f.has13())
}
