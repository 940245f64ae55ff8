// Package expect compiles an estate into what a run needs: one Expectation and one scan.Target an endpoint, the key rings
// to judge with, the waivers, and what the report says about its inputs.
//
// Endpoints. A listener is one endpoint for each of its ports and each address of its host: SYSTEM/LISTENER, with :PORT
// added when it has several ports and @ADDRESS when its host has several addresses. A name is resolved once. A host that
// does not resolve is an endpoint whose Target has a Failure; it is reported and not dialled.
//
// Vantage. A system that names a vantage is looked at from that vantage only. A listener with reach: local is dialled only
// from a vantage on its system, which is
//
//   - the vantage that the system names, or, when it names none,
//   - the vantage of the system's own name, or
//   - the vantage "local", when the system's host is a loopback address or has an address of this machine.
//
// All others get a Target.Skip with the reason, and are neither resolved nor dialled.
//
// Depth. A listener that should speak TLS gets the depth that is asked for: scan.Prove unless that is scan.Quick or
// scan.Deep. One that should be closed or in clear text gets one ClientHello (scan.Hello), and so does Query Monitor's RC4
// socket, whatever is asked for; touch: connect makes that scan.Connect.
//
// Policies. A listener of a system with an AT-TLS policy is matched with the vantage's address and with those of its real peers. What the
// estate file leaves unsaid comes from the rule that the peers take. Where pasearch shows what is installed, that is the policy, and the
// policy files are compared with it; the faults of the files are internal/attls/lint's.
//
// Query Monitor. What its parameter files and NETSTAT say is read into facts beside the endpoints, for each system whose listeners are
// all in the run, with what the policy does with the connections that the agent makes and takes; the rules are internal/assess's.
//
// Limits: the package does no input or output of its own; the resolver is an argument. When policy files changed is not known, for their
// times are those of copies: that they are newer than what is installed is not said.
package expect
