// Package ringcheck reads one key ring, or the stores and the listing that it was exported to, and says what is on it: what
// would be served and how far its chain goes, what anchors trust, what is listed and in no file, and what is wrong.
//
// Limits: no listener is asked, and none is known: whether a certificate is needed is not judged. Private keys are not read.
package ringcheck
