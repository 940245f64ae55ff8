// Package lint finds the mistakes that an AT-TLS policy may hold: one rule a file, All their list.
//
// Run also passes on what reading the policy has found (internal/attls and its syntax): to who writes a policy it is all
// one list, and "# portseal:ignore ID reason" accepts either kind, but for faults at which Policy Agent installs nothing.
//
// A rule judges a policy under one z/OS release, and, where it is given, with what an estate says of the system that the
// policy is for. What is not known passes: a rule never guesses.
package lint
