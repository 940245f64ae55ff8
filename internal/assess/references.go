package assess

// The pages that rules cite. The IBM ones are those that document the keyword a remedy names.
const (
	ibmRule          = "https://www.ibm.com/docs/en/zos/latest?topic=statements-ttlsrule-statement"
	ibmEnvironment   = "https://www.ibm.com/docs/en/zos/3.1.0?topic=statements-ttlsenvironmentaction-statement"
	ibmAdvancedParms = "https://www.ibm.com/docs/en/zos/3.1.0?topic=statements-ttlsenvironmentadvancedparms-statement"
	ibmCipherParms   = "https://www.ibm.com/docs/en/zos/3.1.0?topic=statements-ttlscipherparms-statement"
	ibmSignature     = "https://www.ibm.com/docs/en/zos/2.5.0?topic=statements-ttlssignatureparms-statement"
	ibmKeyring       = "https://www.ibm.com/docs/SSLTBW_2.4.0/com.ibm.zos.v2r4.halz001/ttlskeyringparmspolicyagent.htm"
	ibmList          = "https://www.ibm.com/support/knowledgecenter/en/SSLTBW_2.3.0/com.ibm.zos.v2r3.icha400/le-list.htm"
	ibmListChain     = "https://www.ibm.com/support/knowledgecenter/SSLTBW_2.1.0/com.ibm.zos.v2r1.icha400/le-listch.htm"
	ibmRings         = "https://www.ibm.com/support/knowledgecenter/SSLTBW_2.1.0/com.ibm.zos.v2r1.icha700/keyrings.htm"
	ibmTelnetTLS     = "https://www.ibm.com/support/knowledgecenter/en/SSLTBW_2.3.0/com.ibm.zos.v2r3.halz002/telnet_tls.htm"
	ibmFTPTLS        = "https://www.ibm.com/support/knowledgecenter/SSLTBW_2.1.0/com.ibm.zos.v2r1.halz002/ftp_port990.htm"
	ibmQMTLS         = "https://www.ibm.com/docs/en/dqmfz/3.4.0?topic=monitor-configuring-tls-security"
	ibmQMPolicy      = "https://www.ibm.com/docs/en/dqmfz/3.4.0?topic=security-configuring-tls-policy-statements"
	ibmQMRC4Off      = "https://www.ibm.com/docs/en/dqmfz/3.4.0?topic=security-preventing-cae-server-from-opening-rc4-sockets"
	ibmQMServer      = "https://www.ibm.com/support/knowledgecenter/SSAURY_3.3.0/topics/cqmucon_cqmcaesv.html"
	ibmQMISPF        = "https://www.ibm.com/support/knowledgecenter/SSAURY_3.3.0/topics/cqmuref_parm_ispf_listener_port.html"
	ibmQMArticle     = "IBM Community, IBM Db2 Query Monitor - Configuring AT-TLS, 2024"
	ibmStackTTLS     = "https://www.ibm.com/docs/ja/SSLTBW_2.2.0/com.ibm.zos.v2r2.halz002/attls_cfg_tcpip_profile.htm"
	ibmNetstat       = "https://www.ibm.com/support/knowledgecenter/en/SSLTBW_2.3.0/com.ibm.zos.v2r3.halu101/allrpt.dita"
	ibmQMCertificate = "https://www.ibm.com/support/knowledgecenter/SSAURY_3.3.0/topics/cqmutsk_setupattls.html"
)

// refreshFirst is the first question about every certificate that is served or trusted on z/OS: a ring that was changed is
// not seen before its environment restarts.
const refreshFirst = "First ask whether the change has been read: after the ring or a certificate changed, was " +
	"EnvironmentUserInstance (or GroupUserInstance) raised in the AT-TLS policy and F PAGENT,UPDATE issued? System SSL keeps the ring " +
	"as it was when its environment started; the CAE server, which does its own TLS in Java, must be restarted instead. "

// restartElsewhere is the same question on other platforms.
const restartElsewhere = "First ask whether the server has read its certificate and key store again since they changed: most must be " +
	"reloaded or restarted. "

// javaAlgorithms is how a Java server is kept from old versions and suites.
const javaAlgorithms = "The CAE server does its own TLS in Java, so no AT-TLS rule may cover its ports. "
