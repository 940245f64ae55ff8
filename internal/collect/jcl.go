package collect

import (
	"errors"
	"fmt"
	"strings"

	"github.com/portseal/portseal/internal/inputs"
)

const jclHead = `//PORTSEAL JOB (ACCT),'PORTSEAL INPUTS',CLASS=A,MSGCLASS=H,
//             NOTIFY=&SYSUID
//*
//* GATHERS WHAT PORTSEAL READS OF ONE Z/OS SYSTEM, IN BATCH. IT LISTS
//* AND COPIES, AND CHANGES NOTHING, BUT FOR THE DATA SET
//* HLQ.PORTSEAL.CERT THAT EACH CERTIFICATE IS EXPORTED TO, WITHOUT ITS
//* KEY, AND THAT IS DELETED AGAIN.
//*
//* FILL IN: THE JOB STATEMENT, DIR, AND THE VARIABLES OF THE SCRIPT IN
//* STEP COPY. DIR IS THAT SCRIPT'S OUT, A SLASH, AND ITS SYSTEM.
//* NOTHING MAY STAND IN COLUMNS 73 TO 80 (NUMBER OFF). THE FOLDER MUST
//* NOT BE THERE YET: WHAT IS IN IT IS TAKEN FOR GATHERED BY THIS JOB.
//*
`

// maxCard is the last column of JCL and of commands that is read.
const maxCard = 71

// JCL returns the job. The error has every fault of the options.
func JCL(o Options) ([]byte, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	j := &job{}
	j.text.WriteString(jclHead)
	j.add("// SET DIR='%s/%s'", o.Out, o.System)
	j.add("//*")
	j.add("//FOLDER   EXEC PGM=BPXBATCH,")
	j.add("//            PARM='SH mkdir -p &DIR && mkdir &DIR/rings'")
	j.messages()
	j.add("// IF (FOLDER.RC = 0) THEN")
	j.netstat(o)
	for i, r := range o.Rings {
		j.ring(i+1, r)
	}
	j.pasearch(o.Stack)
	j.script(o)
	if len(j.faults) > 0 {
		return nil, errors.Join(j.faults...)
	}
	return []byte(j.text.String()), nil
}

// job is JCL in the making.
type job struct {
	text   strings.Builder
	faults []error
}

// add writes one card.
func (j *job) add(format string, args ...any) {
	card := fmt.Sprintf(format, args...)
	if len(card) > maxCard {
		j.faults = append(j.faults, fmt.Errorf("%q is longer than the %d columns of JCL: use the script, or shorter names", card, maxCard))
	}
	j.text.WriteString(card + "\n")
}

func (j *job) messages() {
	j.add("//STDOUT   DD SYSOUT=*")
	j.add("//STDERR   DD SYSOUT=*")
}

// into directs a DD to a file of the folder.
func (j *job) into(dd, file string) {
	j.add("//%-8s DD PATH='&DIR/%s',", dd, file)
	j.add("//            PATHOPTS=(OWRONLY,OCREAT,OTRUNC),")
	j.add("//            PATHMODE=(SIRUSR,SIWUSR),")
	j.add("//            FILEDATA=TEXT,RECFM=VB,LRECL=255,BLKSIZE=0")
}

// tso runs TSO commands in batch and keeps what they print.
func (j *job) tso(step, file string, commands ...string) {
	j.add("//*")
	j.add("//%-8s EXEC PGM=IKJEFT01,DYNAMNBR=20", step)
	j.into("SYSTSPRT", file)
	j.add("//SYSTSIN  DD *")
	for _, c := range commands {
		j.add("%s", c)
	}
	j.add("/*")
}

func (j *job) netstat(o Options) {
	target, filter := "", ""
	if o.Stack != "" {
		target = " TCP " + strings.ToUpper(o.Stack)
	}
	if len(o.Jobs) > 0 {
		filter = " (CLIENT " + strings.ToUpper(strings.Join(o.Jobs, " "))
	}
	j.tso("CONN", inputs.NetstatConn, "NETSTAT CONN"+target+filter)
	j.tso("ALL", inputs.NetstatAll, "NETSTAT ALL"+target+filter)
	j.tso("TTLS", inputs.NetstatTTLS, "NETSTAT TTLS"+target)
}

// ring lists a ring and all certificates of its owner, of CERTAUTH and of SITE: which of them are on the ring the job cannot know.
func (j *job) ring(number int, r Ring) {
	owner, name, _ := strings.Cut(r.Where, "/")
	if r.Where == "" {
		j.add("//* KEY RING %s: FILL IN OWNER/RING WITH --ring, AND PRINT ANEW", strings.ToUpper(r.Name))
		return
	}
	var commands []string
	switch {
	case strings.EqualFold(r.Where, "*AUTH*/*"):
		commands = []string{"RACDCERT CERTAUTH LIST"}
	case strings.EqualFold(r.Where, "*SITE*/*"):
		commands = []string{"RACDCERT SITE LIST"}
	case name == "*":
		commands = []string{"RACDCERT ID(" + owner + ") LIST"}
	default:
		commands = []string{"RACDCERT ID(" + owner + ") -", "  LISTRING(" + name + ")", "RACDCERT ID(" + owner + ") LIST", "RACDCERT CERTAUTH LIST",
			"RACDCERT SITE LIST"}
	}
	j.tso(fmt.Sprintf("RING%d", number), inputs.Listing(r.Name), commands...)
}

func (j *job) pasearch(stack string) {
	command := "pasearch -t"
	if stack != "" {
		command += " -p " + stack
	}
	j.add("//*")
	j.add("//PASEARCH EXEC PGM=BPXBATCH,PARM='SH %s'", command)
	j.into("STDOUT", inputs.PASearch)
	j.add("//STDERR   DD SYSOUT=*")
}

// script hands the shell script to z/OS UNIX, which copies files, exports certificates and writes the manifest. Its lines must fit
// into records of 80 columns.
func (j *job) script(o Options) {
	j.add("//*")
	j.add("//COPY     EXEC PGM=IKJEFT01,DYNAMNBR=20")
	j.add("//SYSTSPRT DD SYSOUT=*")
	j.add("//SCRIPT   DD PATH='&DIR/collect.sh',")
	j.add("//            PATHOPTS=(OWRONLY,OCREAT,OTRUNC),")
	j.add("//            PATHMODE=SIRWXU,FILEDATA=TEXT")
	j.add("//SYSTSIN  DD *")
	j.add("OCOPY INDD(LINES) OUTDD(SCRIPT) TEXT")
	j.add("/*")
	j.add("//LINES    DD DATA,DLM=ZZ")
	for line := range strings.Lines(script(o)) {
		line = strings.TrimSuffix(line, "\n")
		if len(line) > maxRecord {
			j.faults = append(j.faults, fmt.Errorf("%q is longer than the %d columns of a record: use the script, or shorter names", line, maxRecord))
		}
		j.text.WriteString(line + "\n")
	}
	j.add("ZZ")
	j.add("//*")
	j.add("//COLLECT  EXEC PGM=BPXBATCH,PARM='SH sh &DIR/collect.sh have'")
	j.messages()
	j.add("// ENDIF")
}

// maxRecord is how long a line of in-stream data is.
const maxRecord = 80
