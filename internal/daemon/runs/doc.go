// Package runs makes the service's runs: when a schedule is due, when somebody asks, and what becomes of them.
//
// One loop looks at the clock every second. What has become due since it last looked is begun, or noted as missed with the reason: nothing ran
// then, a blackout was on, the run before was on its way. Of several missed due times of one schedule the latest is caught up, unless its
// probes are deep: those belong where they were planned. A due time is begun once, whatever the clock does and however many services share
// the database, since history.Store takes no due time twice.
//
// Nothing is dialled in a blackout. A run that is on its way when one begins stops dialling, and is stored as the incomplete run that it is;
// what was due in one is not made up for afterwards: who planned the blackout would not expect it.
//
// A finished report is in a file of the state folder before it goes to the database, and until it is there: a database that is down, or a
// service that is killed, loses none, and the store takes none twice. A run that cannot be noted in the database is not begun.
//
// Limits: one service has one estate file, and one run at a time. Which hosts are dialled is what that file says: a request holds names of
// its systems and listeners alone.
package runs
