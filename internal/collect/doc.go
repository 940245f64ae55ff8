// Package collect writes the programs that gather z/OS inputs into the folders of package inputs: a shell script for z/OS UNIX, and JCL
// that does the same in batch.
//
// What a site must fill in is a variable at the top. The script asks and copies and changes nothing, but for one data set that each
// certificate is exported to (CERTB64: the certificate alone) and that is deleted again; no private key is ever exported. What it may not do,
// or cannot, it says, notes in the manifest, and goes on.
//
// It uses no character whose code differs between IBM-1047 and IBM-037, so that it survives either. The commands are those of IBM's pages:
// pasearch, netstat and tsocmd of z/OS UNIX, RACDCERT and NETSTAT of TSO. ACF2 and Top Secret have others: there the listings and exports
// must be made by hand, under the same names.
package collect
