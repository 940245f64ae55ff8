package syntax

// The language, one list: z/OS Communications Server, IP Configuration Reference, "AT-TLS policy statements" (2.1, 2.4,
// 2.5, 3.1), APARs PH49284 and PH45902, and for defaults the output of pasearch on 3.1. Where a fact could not be read
// there the field is empty, or the block Partial.

// Blocks returns every type of statement, the file itself (Top) first.
func Blocks() []Block { return blocks[:] }

var blocks = [...]Block{
	{Keyword: Top, Partial: true, Parameters: append(mainFile(), globals()...)},

	{Keyword: "TTLSRule", Global: true, Parameters: []Parameter{
		{Keyword: "LocalAddr", Kind: KindAddress, Defaults: always("All")},
		ref("LocalAddrRef", "IpAddr"), ref("LocalAddrSetRef", "IpAddrSet"), ref("LocalAddrGroupRef", "IpAddrGroup"),
		{Keyword: "RemoteAddr", Kind: KindAddress, Defaults: always("All")},
		ref("RemoteAddrRef", "IpAddr"), ref("RemoteAddrSetRef", "IpAddrSet"), ref("RemoteAddrGroupRef", "IpAddrGroup"),
		{Keyword: "LocalPortRange", Kind: KindPorts, Defaults: always("0")},
		ref("LocalPortRangeRef", "PortRange"), ref("LocalPortGroupRef", "PortGroup"),
		{Keyword: "RemotePortRange", Kind: KindPorts, Defaults: always("0")},
		ref("RemotePortRangeRef", "PortRange"), ref("RemotePortGroupRef", "PortGroup"),
		word("Jobname"), word("Userid"),
		required(oneOf("Direction", "", "Inbound", "Outbound", "Both")),
		number("Priority", 1, 2000000000, "1"),
		inline("IpTimeCondition"), ref("IpTimeConditionRef", "IpTimeCondition"),
		required(ref("TTLSGroupActionRef", "TTLSGroupAction")),
		ref("TTLSEnvironmentActionRef", "TTLSEnvironmentAction"),
		ref("TTLSConnectionActionRef", "TTLSConnectionAction"),
	}},

	{Keyword: "TTLSGroupAction", Global: true, Parameters: []Parameter{
		required(oneOf("TTLSEnabled", "", "On", "Off")),
		onOff("CtraceClearText", "Off"), number("Trace", 0, 255, "2"),
		inline("TTLSGroupAdvancedParms"), ref("TTLSGroupAdvancedParmsRef", "TTLSGroupAdvancedParms"),
		{Keyword: "FIPS140", Kind: KindOneOf, Values: []string{"Off", "On", "Level1", "Level2", "Level3"}, Defaults: always("Off"),
			Later: []Dated{{"2.2", "Level1"}, {"2.2", "Level2"}, {"2.2", "Level3"}}}, // not in the 2.1 diagram, in the 3.1 one
		number("GroupUserInstance", 0, 65535, ""),
	}},
	{Keyword: "TTLSGroupAdvancedParms", Global: true, Partial: true, Parameters: []Parameter{
		onOff("SecondaryMap", ""), oneOf("SyslogFacility", "Daemon", "Daemon", "Auth"), word("Envfile"),
	}},

	{Keyword: "TTLSEnvironmentAction", Global: true, Parameters: []Parameter{
		required(inline("TTLSKeyringParms")), ref("TTLSKeyringParmsRef", "TTLSKeyringParms"),
		required(oneOf("HandshakeRole", "", "Client", "Server", "ServerWithClientAuth")),
		oneOf("SuiteBProfile", "Off", "Off", "128", "128Min", "192", "192Min", "All"),
		inline("TTLSCipherParms"), ref("TTLSCipherParmsRef", "TTLSCipherParms"),
		inline("TTLSSignatureParms"), ref("TTLSSignatureParmsRef", "TTLSSignatureParms"),
		onOff("CtraceClearText", ""), number("Trace", 0, 255, ""),
		inline("TTLSEnvironmentAdvancedParms"), ref("TTLSEnvironmentAdvancedParmsRef", "TTLSEnvironmentAdvancedParms"),
		inline("TTLSGskAdvancedParms"), ref("TTLSGskAdvancedParmsRef", "TTLSGskAdvancedParms"),
		usual(number("EnvironmentUserInstance", 0, 65535, "")),
	}},
	{Keyword: "TTLSEnvironmentAdvancedParms", Global: true, Parameters: environmentAdvanced()},

	{Keyword: "TTLSConnectionAction", Global: true, Parameters: []Parameter{
		oneOf("HandshakeRole", "", "Client", "Server", "ServerWithClientAuth"),
		inline("TTLSCipherParms"), ref("TTLSCipherParmsRef", "TTLSCipherParms"),
		inline("TTLSSignatureParms"), ref("TTLSSignatureParmsRef", "TTLSSignatureParms"),
		onOff("CtraceClearText", ""), number("Trace", 0, 255, ""),
		inline("TTLSConnectionAdvancedParms"), ref("TTLSConnectionAdvancedParmsRef", "TTLSConnectionAdvancedParms"),
		usual(number("ConnectionUserInstance", 0, 65535, "")),
	}},
	{Keyword: "TTLSConnectionAdvancedParms", Global: true, Partial: true, Parameters: connectionAdvanced()},

	{Keyword: "TTLSKeyringParms", Global: true, Parameters: []Parameter{
		word("Keyring"), secret("KeyringPw"), word("KeyringStashFile"),
	}},
	{Keyword: "TTLSCipherParms", Global: true, Parameters: []Parameter{
		list("V2CipherSuites", KindSuitesV2, ""), list("V3CipherSuites", KindSuites2, ""), list("V3CipherSuites4Char", KindSuites4, ""),
	}},
	{Keyword: "TTLSSignatureParms", Global: true, Parameters: []Parameter{
		list("ClientECurves", KindCurves, ""), list("ClientKeyShareGroups", KindCurves, tls13),
		list("ServerKexECurves", KindCurves, "2.5"), list("ServerKeyShareGroups", KindCurves, tls13),
		list("SignaturePairs", KindSignatures, ""), list("SignaturePairsCert", KindSignatures, tls13),
	}},

	{Keyword: "TTLSGskAdvancedParms", Global: true, Partial: true, Parameters: gskAdvanced()},
	{Keyword: "TTLSGskLdapParms", Global: true, Partial: true, Parameters: []Parameter{
		word("GSK_LDAP_SERVER"), number("GSK_LDAP_SERVER_PORT", 0, 65535, ""), word("GSK_LDAP_USER"), secret("GSK_LDAP_USER_PW"),
		anyNumber("GSK_CRL_CACHE_TIMEOUT", ""), oneOf("GSK_CRL_SECURITY_LEVEL", "", "Low", "Medium", "High"),
		anyNumber("CRLCacheSize", ""), anyNumber("CRLCacheEntryMaxsize", ""), word("CRLCacheExtended"), word("CRLCacheTempCRL"),
		anyNumber("CRLCacheTempCRLTimeout", ""), anyNumber("LDAPResponseTimeout", ""),
	}},
	{Keyword: "TTLSGskOcspParms", Global: true, Partial: true, Parameters: []Parameter{
		word("OcspUrl"), onOff("OcspAiaEnable", "Off"), word("OcspProxyServerName"), number("OcspProxyServerPort", 0, 65535, "80"),
		onOff("OcspRetrieveViaGet", "Off"), onOff("OcspUrlPriority", "On"), text("OcspRequestSigkeylabel"),
		{Keyword: "OcspRequestSigalg", Kind: KindWord, Defaults: always("0401")}, list("OcspResponseSigAlgPairs", KindSignatures, ""),
		anyNumber("OcspClientCacheSize", "256"), anyNumber("OcspCliCacheEntryMaxsize", "0"),
		onOff("OcspNonceGenEnable", "Off"), onOff("OcspNonceCheckEnable", "Off"), anyNumber("OcspNonceSize", "8"),
		anyNumber("OcspResponseTimeout", "15"), anyNumber("OcspMaxResponseSize", "20480"),
		oneOf("OcspServerStapling", "Off", "Off", "Any", "EndEntity"),
	}},
	{Keyword: "TTLSGskHttpCdpParms", Global: true, Partial: true, Parameters: []Parameter{
		onOff("HttpCdpEnable", "Off"), word("HttpCdpProxyServerName"), number("HttpCdpProxyServerPort", 0, 65535, "80"),
		anyNumber("HttpCdpResponseTimeout", "15"), anyNumber("HttpCdpMaxResponseSize", "204800"), anyNumber("HttpCdpCacheSize", "32"),
		anyNumber("HttpCdpCacheEntryMaxsize", "0"),
	}},

	{Keyword: "IpAddr", Global: true, Parameters: []Parameter{required(Parameter{Keyword: "Addr", Kind: KindAddress})}},
	{Keyword: "IpAddrSet", Global: true, Parameters: []Parameter{
		{Keyword: "Prefix", Kind: KindAddress}, {Keyword: "Range", Kind: KindAddress},
	}},
	{Keyword: "IpAddrGroup", Global: true, Parameters: []Parameter{
		repeated(inline("IpAddr")), repeated(ref("IpAddrRef", "IpAddr")),
		repeated(inline("IpAddrSet")), repeated(ref("IpAddrSetRef", "IpAddrSet")),
	}},
	{Keyword: "PortRange", Global: true, Parameters: []Parameter{required(Parameter{Keyword: "Port", Kind: KindPorts})}},
	{Keyword: "PortGroup", Global: true, Parameters: []Parameter{
		repeated(inline("PortRange")), repeated(ref("PortRangeRef", "PortRange")),
		{Keyword: "Port", Kind: KindPorts, Repeats: true, Odd: "each Port in a PortRange block of its own within the PortGroup"},
	}},
	{Keyword: "IpTimeCondition", Global: true, Partial: true, Parameters: []Parameter{
		{Keyword: "ConditionTimeRange", Kind: KindTime}, {Keyword: "DayOfMonthMask", Kind: KindTime},
		{Keyword: "MonthOfYearMask", Kind: KindTime}, {Keyword: "DayOfWeekMask", Kind: KindTime},
		{Keyword: "TimeofDayRange", Kind: KindTime}, oneOf("TimeZone", "", "Local", "UTC"),
	}},
}
