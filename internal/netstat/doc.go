// Package netstat reads what NETSTAT of z/OS Communications Server prints: who is connected to which port, in which state, and
// under which AT-TLS rule. It takes the output of the TSO command, of the z/OS UNIX command and of DISPLAY TCPIP,,NETSTAT, with
// EZZ or EZD message ids or without, in upper or mixed case, several reports in one file. What one report says of a connection
// that another has too, by its connection id, is joined.
//
// Forms that were seen in real output or in IBM's documentation:
//
//   - CONN, ALLCONN: one line a connection (User Id, Conn, Local Socket, Foreign Socket, State), and the long form of stacks with
//     IPv6, where the sockets stand on two further lines with their names before them;
//   - ALL: Name: value pairs, two a line, from Client Name to TTLSPolicy (CS V2R4);
//   - TTLS GROUP: a table of group actions (CS V1R12); TTLS CONN DETAIL: ConnID, TTLSRule and the actions (CS 3.1);
//   - the states' short names, which the console shortens further (Estblsh, FinWt1), and REPORT TRUNCATED.
//
// TTLS CONN was not seen whole, nor TTLS GROUP DETAIL, nor some of the console's names of states: such Name: value pairs are read
// wherever they stand, lines that say nothing known are left alone, and a state that is not known stays as it was written.
//
// The output holds no date but the start of each connection, and times are those of the system's clock, without a zone. When it
// was collected is an argument.
package netstat
