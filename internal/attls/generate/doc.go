// Package generate writes an AT-TLS policy for Query Monitor on one system, from what an estate file says of it: the rules
// that IBM's "Db2 Query Monitor: configuring TLS policy statements" describes for the agent's inbound and outbound
// connections, the one for ISPF clients that Jørn Thyssen's "IBM Db2 Query Monitor - Configuring AT-TLS" adds, and, when it is
// asked for, one that keeps the scanner's own connections out of them.
//
// What it needs and is not known is a fault, never a guess: the job of the agent, the key rings and the label. It opens no
// file and resolves no name.
//
// Limits: the CAE server is a Java program with TLS of its own and gets no rule. One rule serves all ports of the agent, so
// what the estate says of them must agree.
package generate
