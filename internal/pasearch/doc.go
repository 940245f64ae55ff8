// Package pasearch reads what the z/OS UNIX command pasearch prints of the AT-TLS policy that is installed, and compares it
// with the policy files that it should come from.
//
// Parse keeps every line: as part of a rule or action, or as a Problem with line and column. Policy makes of the listing an
// attls.Policy whose positions are lines of the listing, so that a stack of which only the listing is at hand can be matched
// and folded like one whose files are. Compare says what is installed and not in the files, what is in the files and not
// installed, and what differs.
//
// What a listing shows and what it means are two things: the condition summary of a rule with groups gives only the lowest and
// the highest address and port ("AT-TLS policy statements" of the IP Configuration Reference), so a range in it is never
// taken for all that lies between its ends. Where the listing has the groups themselves, they count.
//
// Limits: rules of other kinds than TTLS are counted and passed over. How pasearch lays out groups (option -o) could not be
// verified: any section of a rule whose heading has the word Condition, other than the summary, is read with the keys of the
// summary; what it says of one attribute is taken as alternatives, which is how Policy Agent builds a TTLSRule (an ANDed set of
// ORed conditions, each set about one attribute). Times are the system's local time, as printed.
//
// Sources: IP System Administrator's Commands, "The z/OS UNIX pasearch command"; the output of CS 3.1.
package pasearch
