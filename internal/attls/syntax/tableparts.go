package syntax

import "math"

// tls13 is the release whose System SSL brought TLS 1.3, and all that comes with it.
const tls13 = "2.4"

// after21 marks what the diagrams of 2.1 lack and those of 2.5 have; when in between it came could not be read.
const after21 = "2.2"

// mainFile is what the main and image files of Policy Agent hold for AT-TLS. They hold statements of other kinds of
// policy too, so that this list is never complete.
func mainFile() []Parameter {
	var out []Parameter
	for _, keyword := range []string{"TcpImage", "PEPInstance", "LogLevel", "Codepage", "CommonTTLSConfig", "TTLSConfig",
		"CommonIDSConfig", // another kind of policy; here so that it is not taken for a misspelt CommonTTLSConfig
		"DynamicConfigPolicyLoad", "PolicyServer"} {
		out = append(out, Parameter{Keyword: keyword, Kind: KindUnchecked, Repeats: true})
	}
	return out
}

// globals are the statements that may stand at the top level.
func globals() []Parameter {
	var out []Parameter
	for _, keyword := range []string{
		"TTLSRule", "TTLSGroupAction", "TTLSGroupAdvancedParms", "TTLSEnvironmentAction", "TTLSEnvironmentAdvancedParms",
		"TTLSConnectionAction", "TTLSConnectionAdvancedParms", "TTLSKeyringParms", "TTLSCipherParms", "TTLSSignatureParms",
		"TTLSGskAdvancedParms", "TTLSGskLdapParms", "TTLSGskOcspParms", "TTLSGskHttpCdpParms",
		"IpAddr", "IpAddrSet", "IpAddrGroup", "PortRange", "PortGroup", "IpTimeCondition",
	} {
		out = append(out, repeated(inline(keyword)))
	}
	return out
}

// protocol is a switch of a protocol version, with its defaults: z/OS 3.2 turns on TLS 1.2 alone.
func protocol(keyword, since, value, value32 string) Parameter {
	p := onOff(keyword, value)
	p.Since = since
	if value32 != value {
		p.Defaults = append(p.Defaults, Dated{"3.2", value32})
	}
	return p
}

// advanced are the parameters of environment and connection alike, with the environment's defaults.
func advanced() []Parameter {
	return []Parameter{
		protocol("SSLv2", "", "Off", "Off"), protocol("SSLv3", "", "Off", "Off"),
		protocol("TLSv1", "", "On", "Off"), protocol("TLSv1.1", "", "On", "Off"),
		protocol("TLSv1.2", "", "Off", "On"), protocol("TLSv1.3", tls13, "Off", "Off"),
		since(tls13, onOff("MiddleBoxCompatMode", "Off")),
		onOff("ApplicationControlled", "Off"),
		usual(number("HandshakeTimeout", 0, 600, "10")), usual(number("ResetCipherTimer", 0, 1440, "0")),
		text("CertificateLabel"), since(after21, text("ServerCertificateLabel")),
		onOff("SecondaryMap", ""),
		oneOf("TruncatedHMAC", "Off", "Off", "Required", "Optional"),
		oneOf("ClientMaxSSLFragment", "Off", "Off", "Required", "Optional"),
		oneOf("ClientMaxSSLFragmentLength", "", "512", "1024", "2048", "4096"),
		oneOf("ServerMaxSSLFragment", "Off", "Off", "Required", "Optional"),
		oneOf("ClientHandshakeSNI", "Off", "Off", "Required", "Optional"),
		oneOf("ClientHandshakeSNIMatch", "", "Required", "Optional"), repeated(text("ClientHandshakeSNIList")),
		oneOf("ServerHandshakeSNI", "Off", "Off", "Required", "Optional"),
		oneOf("ServerHandshakeSNIMatch", "", "Required", "Optional"), repeated(text("ServerHandshakeSNIList")),
		since("2.5", text("HostReferenceIdDNS")), since("2.5", text("HostReferenceIdCN")),
		since("2.5", onOff("HostRefWildcardValidation", "")),
	}
}

func environmentAdvanced() []Parameter {
	return append(advanced(),
		oneOf("Renegotiation", "Default", "Default", "Disabled", "All", "Abbreviated"),
		oneOf("RenegotiationIndicator", "Optional", "Optional", "Client", "Server", "Both"),
		onOff("RenegotiationCertCheck", "Off"),
		oneOf("ClientAuthType", "Required", "PassThru", "Full", "Required", "SAFCheck"),
		oneOf("CertValidationMode", "Any", "Any", "RFC2459", "RFC3280", "RFC5280"),
		since(after21, onOff("3DesKeyCheck", "Off")),
		since(after21, oneOf("ClientEDHGroupSize", "Legacy", "Legacy", "2048")),
		since(after21, oneOf("ServerEDHGroupSize", "Legacy", "Legacy", "2048", "Match")),
		since(after21, oneOf("PeerMinCertVersion", "Any", "Any", "3")),
		since(after21, anyNumber("PeerMinDHKeySize", "1024")), since(after21, anyNumber("PeerMinDsaKeySize", "1024")),
		since(after21, anyNumber("PeerMinECCKeySize", "192")), since(after21, anyNumber("PeerMinRsaKeySize", "1024")),
		since(after21, onOff("ServerScsv", "Off")),
		since(after21, oneOf("ClientExtendedMasterSecret", "On", "On", "Off", "Required")),
		since(after21, oneOf("ServerExtendedMasterSecret", "On", "On", "Off", "Required")),
	)
}

// connectionAdvanced has no defaults: what is not coded is the environment's.
func connectionAdvanced() []Parameter {
	out := advanced()
	for i := range out {
		out[i].Defaults = nil
	}
	return out
}

func gskAdvanced() []Parameter {
	return []Parameter{
		inline("TTLSGskLdapParms"), ref("TTLSGskLdapParmsRef", "TTLSGskLdapParms"),
		inline("TTLSGskOcspParms"), ref("TTLSGskOcspParmsRef", "TTLSGskOcspParms"),
		inline("TTLSGskHttpCdpParms"), ref("TTLSGskHttpCdpParmsRef", "TTLSGskHttpCdpParms"),
		onOff("GSK_SYSPLEX_SIDCACHE", ""), since("2.5", onOff("GSK_SYSPLEX_SESSION_TICKET_CACHE", "")),
		anyNumber("GSK_V2_SESSION_TIMEOUT", ""), anyNumber("GSK_V2_SIDCACHE_SIZE", ""),
		anyNumber("GSK_V3_SESSION_TIMEOUT", "86400"), anyNumber("GSK_V3_SIDCACHE_SIZE", "512"),
		since(tls13, onOff("GSK_SESSION_TICKET_CLIENT_ENABLE", "On")),
		since(tls13, anyNumber("GSK_SESSION_TICKET_CLIENT_MAXSIZE", "8192")),
		since("2.5", anyNumber("GSK_SESSION_TICKET_CLIENT_MAXCACHED", "")),
		since(tls13, onOff("GSK_SESSION_TICKET_SERVER_ENABLE", "On")),
		since(tls13, oneOf("GSK_SESSION_TICKET_SERVER_ALGORITHM", "AESCBC128", "AESCBC128", "AESCBC256")),
		since(tls13, anyNumber("GSK_SESSION_TICKET_SERVER_COUNT", "2")),
		since(tls13, anyNumber("GSK_SESSION_TICKET_SERVER_KEY_REFRESH", "300")),
		since(tls13, anyNumber("GSK_SESSION_TICKET_SERVER_TIMEOUT", "300")),
		onOff("AIACDPPriority", ""), anyNumber("MaxSrcRevExtLocValues", ""), anyNumber("MaxValidRevExtLocValues", ""),
		oneOf("RevocationSecurityLevel", "", "Low", "Medium", "High"),
		list("CrlSigAlgPairs", KindSignatures, "3.2"),
	}
}

func always(value string) []Dated {
	if value == "" {
		return nil
	}
	return []Dated{{Value: value}}
}

func word(keyword string) Parameter { return Parameter{Keyword: keyword, Kind: KindWord} }

func secret(keyword string) Parameter {
	return Parameter{Keyword: keyword, Kind: KindWord, Secret: true}
}

func text(keyword string) Parameter { return Parameter{Keyword: keyword, Kind: KindText} }

func ref(keyword, to string) Parameter { return Parameter{Keyword: keyword, Kind: KindRef, To: to} }

func inline(keyword string) Parameter {
	return Parameter{Keyword: keyword, Kind: KindBlock, To: keyword}
}

func oneOf(keyword, value string, values ...string) Parameter {
	return Parameter{Keyword: keyword, Kind: KindOneOf, Values: values, Defaults: always(value)}
}

func onOff(keyword, value string) Parameter { return oneOf(keyword, value, "On", "Off") }

func number(keyword string, low, high uint32, value string) Parameter {
	return Parameter{Keyword: keyword, Kind: KindNumber, Min: low, Max: high, Defaults: always(value)}
}

// anyNumber is a number whose range could not be read; the language's own limit is 4294967295.
func anyNumber(keyword, value string) Parameter { return number(keyword, 0, math.MaxUint32, value) }

func list(keyword string, kind Kind, release string) Parameter {
	return Parameter{Keyword: keyword, Kind: kind, Repeats: true, Since: release}
}

func since(release string, p Parameter) Parameter {
	p.Since = release
	return p
}

func required(p Parameter) Parameter {
	p.Required = true
	return p
}

func repeated(p Parameter) Parameter {
	p.Repeats = true
	return p
}

func usual(p Parameter) Parameter {
	p.Usual = true
	return p
}
