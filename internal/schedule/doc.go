// Package schedule says when something is due, and when nothing may be dialled: cron expressions and intervals with time zones, jitter, and
// blackouts. It is arithmetic on times that are arguments: the loop that waits for them, and what became of them, are the service's.
//
// A cron expression follows the wall clock of its time zone, as cron users know it (crontab(5) and cron(8) of Debian). When the clock jumps
// forward by less than three hours, what was due in the hour that never came is due at once, one time; when it jumps back, what was due in the
// hour that comes twice is due the first time only. An expression whose minute or hour begins with * goes by the wall clock as it runs: it
// skips the hour that never came, and is due in both of the hours that are the same. Larger jumps are corrections, and the new time counts.
//
// An interval is counted from 1970-01-01T00:00:00Z, whatever the time zone and whenever a service was started, so that it never drifts.
//
// Limits: whole minutes for cron expressions and blackouts, whole seconds for intervals; no seconds field, no L, W or #. Times are returned in
// UTC.
package schedule
