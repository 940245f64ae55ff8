package redact

// treatment is what becomes of a text of the report.
type treatment string

// What is no name. A field that the table does not have is dropped.
const (
	keep   treatment = "keep"   // a word of portseal's, a standard's or a product's
	drop   treatment = "drop"   // quotes what nobody can tell names in
	hidden treatment = "hidden" // the same, where the form wants a text
	prose  treatment = "prose"  // a sentence: the names in it are replaced
	id     treatment = "id"     // an endpoint: SYSTEM/LISTENER, HOST:PORT, or a glob of these
	rule   treatment = "rule"   // "TTLSCipherParms NAME", or "default of z/OS 2.5"
	values treatment = "value"  // of a parameter: numbers are kept, all else is a name
)

// The kinds of names, which are also what pseudonyms begin with.
const (
	aSystem   treatment = "system"
	aListener treatment = "listener"
	aHost     treatment = "host"
	anAddress treatment = "address"
	anEstate  treatment = "estate"
	aRing     treatment = "ring"
	aFile     treatment = "file"
	aLabel    treatment = "label"
	aRule     treatment = "rule-name"
	aJob      treatment = "job"
	aPerson   treatment = "person"
	aTicket   treatment = "ticket"
	aVantage  treatment = "vantage"
	aSubject  treatment = "subject"
	aSerial   treatment = "serial"
	aPrint    treatment = "fingerprint"
	aName     treatment = "name" // of which no more is known
)

// fields says of every text in a report, by type and field, what becomes of it.
var fields = map[string]treatment{
	"AgentConnection.Direction": keep,
	"AgentPolicy.Files":         aFile,
	"Announcement.Endpoint":     id, "Announcement.Kind": keep, "Announcement.Reason": drop, "Announcement.Ticket": aTicket, "Announcement.Until": keep, "Announcement.What": drop,
	"Baseline.Digest": keep, "Baseline.Estate": anEstate, "Baseline.Path": aFile, "Baseline.RunID": keep,
	"CAEAgent.BackupSystem": aSystem, "CAEAgent.File": aFile, "CAEAgent.ServerSystem": aSystem,
	"CAEServer.AliasParam": keep, "CAEServer.File": aFile, "CAEServer.RC4OffParam": keep, "CAEServer.RC4OffValue": keep,
	"Certificate.DER": drop, "Certificate.Issuer": aSubject, "Certificate.Key": keep, "Certificate.Names": aHost, "Certificate.Note": drop,
	"Certificate.SHA256": aPrint, "Certificate.Serial": aSerial, "Certificate.Signature": keep, "Certificate.Subject": aSubject,
	"ChainVerdict.Code": keep, "ChainVerdict.Keyring": aRing, "ChainVerdict.Leaf": aPrint, "ChainVerdict.Path": aPrint, "ChainVerdict.Reason": prose,
	"Change.Endpoint": id, "Change.Kind": keep, "Change.New": drop, "Change.Old": drop, "Change.What": prose,
	"CipherSuite.Name":       keep,
	"ClientAuth.Authorities": drop, "ClientAuth.AuthoritiesDER": drop, "ClientAuth.Basis": prose, "ClientAuth.Evidence": drop,
	"ClientAuthCandidates.Note": prose, "ClientAuthCandidates.Types": keep,
	"ClientOutcome.Basis": prose, "ClientOutcome.Certificate": keep, "ClientOutcome.Evidence": drop, "ClientOutcome.SHA256": aPrint,
	"ConfiguredPort.Parameter": keep, "ConfiguredPort.Role": keep,
	"Confirmed.Run": keep, "Confirmed.Source": anAddress,
	"DHParameters.Evidence": drop, "DHParameters.Generator": keep, "DHParameters.Prime": keep,
	"DeclaredPort.Endpoint": id, "DeclaredPort.Expect": keep, "DeclaredPort.RetireBy": keep, "DeclaredPort.Role": keep, "DeclaredPort.ServedBy": aRing,
	"Endpoint.Listener": aListener, "Endpoint.Role": keep, "Endpoint.System": aSystem,
	"Expectation.ClientAuth": keep, "Expectation.Endpoint": id, "Expectation.Expect": keep, "Expectation.Jobname": aJob, "Expectation.Label": aLabel,
	"Expectation.Listener": aListener, "Expectation.Names": aHost, "Expectation.NotTrustedBy": aRing, "Expectation.Peers": aHost, "Expectation.Reach": keep,
	"Expectation.Profile": keep, "Expectation.RetireBy": keep, "Expectation.Role": keep, "Expectation.ServedBy": aRing, "Expectation.StartTLS": keep, "Expectation.System": aSystem,
	"Expectation.Touch": keep, "Expectation.TrustedBy": aRing, "Expectation.Vantage": aVantage, "Expectation.ZOSRelease": keep,
	"Failure.Message": prose,
	"Finding.Detail":  prose, "Finding.Endpoint": id, "Finding.Evidence": drop, "Finding.Expected": prose, "Finding.ID": keep, "Finding.Item": keep, "Finding.Observed": prose,
	"Finding.References": keep, "Finding.Remediation": prose, "Finding.Title": prose,
	"GroupFact.Name": keep,
	"Input.Kind":     keep, "Input.Path": aFile, "Input.SHA256": aPrint,
	"Installed.File": aFile, "Installed.Listed": keep, "Installed.Release": keep, "Installed.Stack": aName, "Installed.System": aSystem,
	"Endpoint.Plan":            keep,
	"KeyringEntry.Certificate": aPrint, "KeyringEntry.Label": aLabel, "KeyringEntry.Owner": aPerson, "KeyringEntry.Source": drop, "KeyringEntry.Status": keep, "KeyringEntry.Usage": keep,
	"KeyringFile.Format": keep, "KeyringFile.Path": aFile, "KeyringFile.SHA256": aPrint, "KeyringListing.Ring": aRing, "KeyringProblem.Detail": hidden,
	"ListedCertificate.Label": aLabel, "ListedCertificate.Owner": aPerson, "ListedCertificate.SHA256": aPrint, "ListedCertificate.Serial": aSerial,
	"ListedCertificate.Status": keep, "ListedCertificate.Subject": aSubject, "ListedCertificate.Usage": keep,
	"Plan.ClientCertificates": keep, "Plan.Depth": keep, "Plan.ID": keep,
	"PolicyFile.Deflate": drop, "PolicyFile.Encoding": keep, "PolicyFile.Failure": drop, "PolicyFile.LeftOut": drop, "PolicyFile.Path": aFile, "PolicyFile.SHA256": aPrint,
	"PolicyListener.Expect": keep, "PolicyListener.Jobname": aJob, "PolicyListener.Name": aListener, "PolicyListener.Role": keep, "PolicyListener.StartTLS": keep,
	"PolicySystem.Files": aFile, "PolicySystem.System": aSystem, "PolicySystem.ZOSRelease": keep,
	"Run.FailOn":      keep,
	"Keyring.Anchors": aPrint, "Keyring.Consumer": keep, "Keyring.Default": aPrint, "Keyring.Listed": aRing, "Keyring.Name": aRing,
	"Keyring.Personal": aPrint, "Keyring.Unproven": aLabel, "Keyring.Virtual": aRing,
	"ListingProblem.Kind": keep, "ListingProblem.Message": hidden,
	"Location.File":    aFile,
	"LogMessage.Cause": prose, "LogMessage.Message": keep, "LogMessage.ReturnCodes": keep,
	"NetstatListing.Clock": keep, "NetstatListing.File": aFile,
	"MemberAnswer.Evidence": drop, "MemberAnswer.Leaf": aPrint, "MemberAnswer.Question": keep,
	"NonTLS.Banner": drop, "NonTLS.Kind": keep, "NonTLS.Protocol": keep,
	"NotCompared.What": prose, "NotCompared.Where": id, "NotCompared.Why": prose,
	"NotTested.Question": keep, "NotTested.Why": prose,
	"Observation.ID": id, "Observation.Source": anAddress, "Observation.Vantage": aVantage,
	"ObservedTarget.Address": anAddress, "ObservedTarget.Host": aHost, "ObservedTarget.SNI": aHost, "ObservedTarget.StartTLS": keep,
	"Parameter.Name": keep, "Parameter.Value": values,
	"ParameterLine.Kind": keep, "ParameterLine.Message": hidden, "ParameterLine.Parameter": drop,
	"Phase.Name": keep, "Phase.Next": prose, "Phase.System": aSystem, "Phase.Verdict": keep,
	"PhaseCheck.Endpoint": id, "PhaseCheck.Evidence": prose, "PhaseCheck.From": prose, "PhaseCheck.Name": prose, "PhaseCheck.Next": prose, "PhaseCheck.Result": keep,
	"Policy.Files": aFile, "Policy.ZOSRelease": keep,
	"PolicyDifference.Installed": drop, "PolicyDifference.Kind": keep, "PolicyDifference.Rules": aRule, "PolicyDifference.Source": drop, "PolicyDifference.What": hidden,
	"PolicyMatch.Address": anAddress, "PolicyMatch.Assumes": drop, "PolicyMatch.From": keep, "PolicyMatch.Rule": aRule, "PolicyMatch.Why": prose,
	"PolicySetting.Key": keep, "PolicySetting.Statement": rule, "PolicySetting.Value": values,
	"Presented.Evidence": drop, "Presented.Leaf": aPrint, "Presented.SNI": aHost, "Presented.Sent": aPrint,
	"Profile.About": keep, "Profile.Edition": keep, "Profile.ID": keep, "Profile.Published": keep, "Profile.Source": keep, "Profile.Title": keep,
	"ProfileCheck.Algorithms": keep, "ProfileCheck.Allowed": keep, "ProfileCheck.AnyOf": keep, "ProfileCheck.Curves": keep, "ProfileCheck.ExtKeyUsage": keep,
	"ProfileCheck.Forbidden": keep, "ProfileCheck.Hashes": keep, "ProfileCheck.KeyUsage": keep, "ProfileCheck.Kind": keep, "ProfileCheck.Of": keep,
	"ProfileCheck.Reason": keep, "ProfileCheck.Required": keep, "ProfileCheck.Setting": keep,
	"ProfileItem.Applies": keep, "ProfileItem.Clause": keep, "ProfileItem.Edition": keep, "ProfileItem.ID": keep, "ProfileItem.InForce": keep,
	"ProfileItem.Note": keep, "ProfileItem.Published": keep, "ProfileItem.Source": keep, "ProfileItem.Title": keep,
	"ProfileResult.Endpoints": id, "ProfileResult.Item": keep, "ProfileResult.Why": prose,
	"Protocol.Enumeration": keep, "Protocol.Evidence": drop, "Protocol.Preference": keep,
	"RevocationCheck.By": keep, "RevocationCheck.Certificate": aPrint, "RevocationCheck.DER": drop, "RevocationCheck.Issuer": aPrint, "RevocationCheck.Number": drop,
	"RevocationCheck.Reason": keep, "RevocationCheck.SHA256": aPrint, "RevocationCheck.SignedBy": keep, "RevocationCheck.Status": keep, "RevocationCheck.URL": prose,
	"RevocationFailure.Kind": keep, "RevocationFailure.Message": drop, "RevocationFailure.Stage": keep,
	"QueryMonitor.System": aSystem,
	"Refusal.Basis":       keep, "Refusal.Evidence": drop,
	"Report.Digest": drop, "Report.Rules": keep, "Report.Schema": keep,
	"Run.Arguments": drop, "Run.Estate": anEstate, "Run.ID": keep, "Run.Proxy": drop, "Run.Operator": aPerson, "Run.Pace": keep, "Run.PreviousDigest": keep, "Run.RejudgedFrom": keep, "Run.Probes": keep,
	"Run.RedactedFrom": keep, "Run.SourceAddresses": anAddress, "Run.Vantage": aVantage,
	"ServedBy.Keyring": aRing, "ServedBy.Label": aLabel, "ServedBy.Reason": prose,
	"ShownConnection.Foreign": prose, "ShownConnection.ID": keep, "ShownConnection.Job": aJob, "ShownConnection.Local": prose, "ShownConnection.Policy": keep,
	"ShownConnection.Rule": aRule, "ShownConnection.State": keep,
	"Skipped.ID": id, "Skipped.Reason": prose,
	"Source.From": hidden, "Source.Key": keep,
	"Stack.Includes": aFile, "Stack.System": aSystem,
	"StartUp.Basis": prose, "StartUp.Evidence": drop, "StartUp.Way": keep,
	"Tool.Commit": keep, "Tool.Name": keep, "Tool.SHA256": keep, "Tool.Version": keep,
	"Feature.Basis": prose, "Feature.Evidence": drop, "Feature.Name": keep, "Feature.Values": prose,
	"Vulnerability.Basis": prose, "Vulnerability.CVE": keep, "Vulnerability.Evidence": drop, "Vulnerability.Finding": keep, "Vulnerability.ID": keep,
	"Vulnerability.Name": keep, "Vulnerability.Why": prose,
	"Waived.ApprovedBy": aPerson, "Waived.Reason": hidden, "Waived.Ticket": aTicket, "Waived.Until": keep,
	"Waiver.ApprovedBy": aPerson, "Waiver.Finding": keep, "Waiver.Item": keep, "Waiver.Listener": id, "Waiver.Reason": hidden, "Waiver.Ticket": aTicket, "Waiver.Until": keep,
	"InService.By": aPerson,
}
