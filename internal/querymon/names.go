package querymon

// The parameters that portseal knows. The server's names are those of IBM's article "IBM Db2 Query Monitor - Configuring AT-TLS"
// (2024); the agent's are in IBM's pages about CQMCPRMS, APAR PI98407 and the same article.
const (
	ServerTLSPort = "CQM_TLS_CAE_AGNT_LSTNR_PORT" // where agents connect with TLS
	ServerRC4Port = "CQM_CAE_AGENT_LISTENER_PORT" // where agents connect with the built-in RC4

	AgentServerAddress = "SERVER_ADDRESS" // of the CAE server
	AgentBackupAddress = "BACKUP_ADDRESS" // of the CAE server that takes over
	AgentServerPort    = "SERVER_PORT"    // the port of the CAE server that the agent connects to
	AgentListenerPorts = "LISTENER_PORTS" // where the agent waits for the CAE server
	AgentISPFPort      = "ISPF_LISTENER_PORT"
	AgentATTLS         = "ATTLS_ENABLED"
)

// DefaultTLSPort is where the CAE server opens its TLS socket when nothing is said: IBM, "Configuring AT-TLS security", 3.3.0.
const DefaultTLSPort = 3449
