// Package revocation says what is to be asked about whether presented certificates are revoked, and reads what comes back. It asks nobody: that
// is online's. A run and a later check read by the same functions.
//
// Every source that a certificate names is asked: a source that does not answer is a fact by itself. A certificate that is its own issuer is not
// asked about, for there is nobody who could revoke it. No answer, an old one and one that nobody may have signed leave it unknown whether
// a certificate is revoked; the last kind is a hard failure, for somebody gave a wrong answer, and the others are soft ones.
//
// Limits: a delegate of a responder is not itself asked about; lists that others make for an issuer, lists of changes and LDAP are not
// supported; requests have no nonce.
package revocation
