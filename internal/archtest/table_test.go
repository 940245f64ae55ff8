package archtest

// row says what the code of a package (tests apart) may import.
type row struct {
	dir    string
	may    string // packages of ours, by folder; "*": any
	never  string // imports (with all below them) and PACKAGE.NAMEs that it must not use
	parses bool   // reads what others wrote: must have a fuzz target
	why    string
}

// Names for what several rows forbid. net/netip is an address, not the network: it is free everywhere.
const (
	network = "net "
	files   = "os "
	clock   = "time.Now time.Since time.Until "
	flags   = "flag github.com/spf13 "
)

// table is the layout of this repository, in the order of the data. A new package gets a row here; a row that names no
// package is an error. When the code shows that a row is wrong, change the row and say so in the commit.
var table = []row{
	{dir: "internal/nearest", never: network + files + clock,
		why: "names in, names out: every reader says what a misspelt name was meant to be"},
	{dir: "cipher", may: "internal/nearest", never: network + files + "time", parses: true,
		why: "code points and names are data; a verdict depends on a profile, and belongs to internal/assess"},
	{dir: "certchain", may: "cipher certchain/internal/ber", never: network + files + clock + "crypto/tls", parses: true,
		why: "roots, bytes and time are arguments, so that a verdict can be repeated years later"},
	{dir: "certchain/internal/ber", never: network + files + clock + "crypto/x509",
		why: "bytes in, values out: it accepts what crypto/x509 refuses, and is fuzzed through certchain"},
	{dir: "certchain/keyring", may: "certchain certchain/internal/ber internal/ebcdic", never: network + clock + "crypto/tls", parses: true,
		why: "reads stores into rings; nothing is fetched, and no private key is ever handed out"},

	{dir: "scan/hello", may: "cipher", never: network + files + clock + "crypto/tls github.com/zmap", parses: true,
		why: "bytes in, bytes out: the parser of hostile input stays free of the network, and cheap to fuzz"},
	{dir: "scan/starttls", never: files + "database/sql net/smtp net/textproto net.Dial net.DialTimeout net.Dialer github.com",
		why: "gets a connection and never dials; a protocol is one packet each way, not a driver"},
	{dir: "scan", may: "cipher certchain", never: "crypto/tls github.com/zmap",
		why: "facts, no verdicts; probes, handshakes and STARTTLS are handed in"},
	{dir: "scan/handshake", may: "scan scan/hello cipher",
		why: "the one place that talks to a TLS library; it judges nothing"},
	{dir: "scan/probes", may: "scan scan/hello scan/handshake scan/starttls cipher certchain",
		never: network + files + clock + "crypto/tls github.com/zmap",
		why:   "a probe is two pure functions: the Runner alone dials, times and counts, and replay calls the same Derive"},

	{dir: "report", may: "scan cipher certchain", never: network + files + clock,
		why: "the message between scanner and readers: plain data that decides nothing"},
	{dir: "report/text", never: network + files, parses: true,
		why: "cleans what a peer sent before it reaches a terminal"},
	{dir: "report/json", may: "report report/text scan", never: network + files + clock, parses: true,
		why: "a renderer writes to an io.Writer and knows no file"},
	{dir: "report/limits", may: "report scan", never: network + files + clock,
		why: "every format says in the same words what a report cannot show"},
	{dir: "report/internal/facts", may: "report scan", never: network + files + clock,
		why: "one line of facts about an endpoint, in the same words in each renderer"},
	{dir: "report/markdown", may: "report report/internal/facts report/limits report/text scan", never: files + clock + "net.Dial net.DialTimeout net.Dialer",
		why: "a renderer writes to an io.Writer and knows no file"},
	{dir: "report/junit", may: "report report/internal/facts report/limits report/text", never: network + files + clock,
		why: "a renderer writes to an io.Writer and knows no file"},
	{dir: "report/csv", may: "report report/internal/facts report/limits report/text scan", never: network + files + clock,
		why: "a renderer writes to an io.Writer and knows no file"},
	{dir: "report/jsonl", may: "report report/json report/text scan", never: network + files + clock, parses: true,
		why: "a renderer writes to an io.Writer and knows no file; lines become the document that report/json reads"},
	{dir: "report/internal/ref", never: files + clock + "net/http net.Dial net.DialTimeout net.Dialer",
		why: "names for the formats of others, from words alone"},
	{dir: "report/cbom", may: "report report/internal/ref report/json report/limits report/text scan cipher certchain",
		never: files + clock + "net/http net.Dial net.DialTimeout net.Dialer",
		why:   "a renderer writes to an io.Writer and knows no file"},
	{dir: "report/oscal", may: "report report/internal/ref report/json report/limits report/text scan",
		never: files + clock + "net/http net.Dial net.DialTimeout net.Dialer",
		why:   "a renderer writes to an io.Writer and knows no file"},
	{dir: "report/sarif", may: "report report/internal/ref report/json report/limits report/text", never: files + clock + "net/http net.Dial net.DialTimeout net.Dialer",
		why: "a renderer writes to an io.Writer and knows no file"},
	{dir: "report/table", may: "report report/internal/facts report/limits report/text scan cipher certchain", never: files + clock + "net.Dial net.DialTimeout net.Dialer",
		why: "a renderer writes to an io.Writer and knows no file"},
	{dir: "report/html", may: "report report/internal/facts report/limits report/style report/text scan cipher certchain", never: files + clock + "net/http net.Dial net.DialTimeout net.Dialer",
		why: "a renderer writes to an io.Writer and knows no file"},
	{dir: "report/style", never: network + files + clock,
		why: "how pages look, and no page"},
	{dir: "report/matrix", may: "report report/style report/text", never: network + files + clock,
		why: "a renderer writes to an io.Writer and knows no file"},
	{dir: "report/schema", never: network + files,
		why: "holds the schema that schemagen writes"},

	{dir: "internal/target", never: network + files + clock, parses: true,
		why: "what a user types becomes hosts and ports; resolving is the run's"},
	{dir: "internal/zos", never: network + files + clock,
		why: "the one list of releases"},
	{dir: "internal/inputs", may: "internal/ebcdic", never: network + files + clock, parses: true,
		why: "names and a manifest: the one form of the folders that inputs come in, for their writer and their reader"},
	{dir: "internal/tcpprofile", may: "internal/ebcdic report scan", never: network + files + clock, parses: true,
		why: "bytes in, one fact out"},
	{dir: "internal/saf", may: "certchain report internal/ebcdic", never: network + files + clock, parses: true,
		why: "reads RACF's listings and joins them to a ring; files, time and verdicts are others'"},
	{dir: "internal/estate", may: "internal/nearest internal/zos internal/saf internal/inputs certchain certchain/keyring cipher report", never: network + "crypto/tls", parses: true,
		why: "reads the estate file and what it names; nothing is resolved, dialled or judged"},
	{dir: "internal/collect", may: "internal/inputs internal/estate internal/nearest", never: network + files + clock,
		why: "writes programs for z/OS from what an estate knows; printing them is cmd's"},
	{dir: "internal/ebcdic", never: network + files + clock, parses: true,
		why: "bytes in, text out: every reader of z/OS files decodes in one place"},
	{dir: "internal/attls/syntax", may: "internal/ebcdic internal/nearest report", never: network + files + clock, parses: true,
		why: "text to tree and back; what a policy means is internal/attls's, files are opened by an argument"},
	{dir: "internal/attls", may: "internal/attls/syntax internal/zos report scan cipher", never: network + files + clock, parses: true,
		why: "what a policy means; nothing is judged, and the time is an argument"},
	{dir: "internal/attls/lint", may: "internal/attls internal/attls/syntax internal/zos report scan cipher", never: network + files + clock,
		why: "rules are pure functions of a policy, a release and what an estate says of its system"},
	{dir: "internal/pasearch", may: "internal/attls internal/attls/syntax internal/ebcdic internal/zos report", never: network + files + clock, parses: true,
		why: "what is installed, as data: it becomes a policy and is compared with one; what that is worth is internal/assess's"},
	{dir: "internal/attls/view", may: "internal/attls internal/attls/lint internal/attls/syntax internal/zos report report/text scan cipher",
		never: network + files + clock, why: "answers about a policy as plain data and pages; files are read, and flags known, above"},
	{dir: "internal/attls/generate", may: "internal/estate internal/attls internal/attls/syntax report report/text cipher", never: network + files + clock,
		why: "an estate in, the tree of a policy out: nothing is written, resolved or guessed"},
	{dir: "internal/attls/kept", may: "internal/attls internal/attls/lint internal/attls/syntax report certchain", never: network + files + clock,
		why: "policies as a report keeps them, and their findings: a run and a later check judge by the same texts"},
	{dir: "internal/plan", may: "report scan cipher", never: network + files + clock,
		why: "from an expectation to what is asked: a run asks by it, and a check compares with it"},
	{dir: "internal/expect", may: "internal/estate internal/plan internal/attls internal/attls/kept internal/attls/lint internal/attls/syntax internal/pasearch internal/zos internal/querymon internal/netstat " +
		"internal/tcpprofile " +
		"report scan cipher certchain", never: network + files + clock,
		why: "compiles an estate (its input) into expectations; the resolver is an argument"},
	{dir: "internal/querymon", may: "report internal/ebcdic", never: network + files + clock, parses: true,
		why: "bytes in, parameters out: which files there are, and what the estate expects of them, is known above"},
	{dir: "internal/netstat", may: "report internal/ebcdic", never: network + files + clock, parses: true,
		why: "bytes in, connections out; when they were collected is an argument"},
	{dir: "internal/assess", may: "internal/attls/lint report scan cipher certchain", never: network + files + clock,
		why: "rules are pure functions: the same observation, time and expectation give the same findings"},
	{dir: "internal/profile", may: "internal/assess internal/nearest internal/zos report scan scan/hello cipher certchain", never: network + files + clock, parses: true,
		why: "baselines are data, and judging a pure function: a stored report can be judged again by another one"},
	{dir: "internal/diff", may: "internal/assess report scan cipher certchain", never: network + files + clock,
		why: "two reports in, drift out: which report is which, and what was announced, are arguments"},
	{dir: "internal/migration", may: "report scan certchain cipher", never: network + files + clock,
		why: "from a report to a matrix and a verdict, as data; renderers are report's"},
	{dir: "internal/phase", may: "internal/estate internal/migration report scan", never: network + files + clock,
		why: "from a report to the checks of one step; the estate only says which listeners a step looks at"},
	{dir: "internal/ringcheck", may: "certchain certchain/keyring report internal/saf internal/assess", never: network + clock + flags,
		why: "reads one ring and says what is on it; the command line and the time are arguments"},
	{dir: "internal/evidence", may: "report report/json scan scan/probes cipher certchain", never: network + files + clock, parses: true,
		why: "derives a stored report again, offline; report/json is what it digests"},
	{dir: "internal/stored", may: "report scan report/json report/jsonl report/text internal/assess internal/evidence", never: network + files + clock, parses: true,
		why: "bytes in, report out: every command that takes a report reads it in one place"},
	{dir: "internal/evidence/sign", may: "internal/evidence report report/json report/text", never: network + files + clock, parses: true,
		why: "bytes and keys in, envelopes and verdicts out: files are read above, and no key goes back out"},
	{dir: "internal/redact", may: "internal/evidence report", never: network + files + "time.Now ", parses: true,
		why: "a report in, a report out: which texts are names is one table"},
	{dir: "internal/evidence/runlog", may: "internal/evidence internal/evidence/sign report report/text", never: network + files + clock, parses: true,
		why: "a log over whatever keeps it: a folder here, a database for a service; the time is an argument"},
	{dir: "internal/evidence/runlog/folder", may: "internal/evidence/runlog internal/filelock report/json", never: network + flags + "time.Now ",
		why: "the files of a log; what they mean is runlog's, which is fuzzed through them"},
	{dir: "internal/filelock", never: network + flags + "time.Now ",
		why: "one way to keep a second program out of a file"},
	{dir: "internal/secret", never: network + clock + flags,
		why: "files that only their owner may read: who may is checked in one place"},
	{dir: "internal/judge", may: "internal/assess internal/attls/kept internal/evidence internal/phase internal/profile report scan scan/hello certchain",
		never: network + files + clock, why: "a report in, its verdict out: a run and a later check judge by the one function, which knows nothing beside the report"},
	{dir: "internal/evidence/replay", may: "internal/diff internal/evidence internal/judge internal/plan internal/profile internal/attls/kept internal/attls/lint report report/json scan scan/hello " +
		"scan/probes cipher certchain", never: network + files + clock, parses: true,
		why: "checks a stored report by itself, offline and years later"},
	{dir: "internal/resume", may: "internal/filelock scan certchain", never: flags + network + clock, parses: true,
		why: "keeps observations as they are: it neither dials nor judges"},
	{dir: "internal/run", may: "scan scan/hello scan/probes scan/handshake scan/starttls report cipher certchain certchain/keyring " +
		"internal/target internal/estate internal/expect internal/assess internal/profile internal/evidence internal/judge internal/attls/kept",
		never: flags + "crypto/tls github.com/zmap net.Dial net.DialTimeout net.Dialer",
		why:   "one run: targets in, sealed report out; the command line stays in cmd, dialling in scan"},
	{dir: "internal/clientcert", may: "internal/secret scan scan/handshake", never: network + clock + "crypto/tls",
		why: "reads certificates and keys; the keys go into the Handshaker's identities and nowhere else"},
	{dir: "internal/scaffold", may: "report scan certchain", never: network + files + clock,
		why: "writes a first estate file from a report; it returns files and writes none"},
	{dir: "internal/demo", may: "*", never: flags + "net.Dial net.DialTimeout net.Dialer",
		why: "starts its estate on loopback; the command line stays in cmd"},
	{dir: "cmd/portseal", may: "*", never: network + "crypto/tls github.com/zmap",
		why: "flags, config, one call, exit code: what talks to the network is below"},
}

// tools are programs that write generated files, and helpers of tests: they may import anything, and only what stands
// here may import them.
var tools = []struct{ dir, usedBy string }{
	{"cipher/internal/gen", ""},
	{"report/schema/schemagen", ""},
	{"internal/estate/docgen", ""},
	{"certchain/internal/testpki", ""},
	{"report/internal/sample", "report/internal/sample/write"},
	{"report/internal/sample/write", ""},
	{"report/internal/official", ""},
	{"internal/archtest", ""},
	{"internal/evidence/replay/replaytest", ""},
	{"internal/tlstest", "internal/tlstest internal/demo report/internal/official bench"},
	{"internal/endtoend", ""},
	{"bench", "bench"},
}

// only names what has one place, whatever the rows say.
var only = []struct{ what, where, why string }{
	{"crypto/tls", "scan/handshake internal/tlstest internal/demo bench", "complete handshakes have one place"},
	{"github.com/zmap/zcrypto/tls", "scan/handshake internal/tlstest bench", "complete handshakes have one place"},
	{"log", "bench", "what a probe learned is in the Observation; below cmd nothing is logged"},
	{"os.Exit", "cmd", "packages return errors; only a program ends the process"},
	{"context.Background", "cmd internal/tlstest bench", "whoever may block takes a ctx, so that Ctrl-C ends everything"},
	{"context.TODO", "", "whoever may block takes a ctx, so that Ctrl-C ends everything"},
}
