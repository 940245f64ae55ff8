package scan

import "sync"

// Probe is one kind of question, as two pure functions.
type Probe interface {
	// Name is the probe's name in the --probes list.
	Name() string
	// Next returns the questions that can be put now, given all that this target was asked so far; several may run at the
	// same time. It returns none when it has no more to ask, or must wait for another probe's answers.
	Next(t Target, log *Log) []Question
	// Derive writes the facts that the log shows into o.
	Derive(t Target, log *Log, o *Observation)
}

// Stages are groups of probes that run one after the other; the probes of a stage run side by side.
type Stages [][]Probe

// Log is what one target was asked so far, in the order asked.
type Log struct {
	Stopped string // why no more was asked, when the run ended before the probes did; empty otherwise

	exchanges []Exchange
	index     map[string]int
	memo      map[string]any
	now       map[string]any // emptied when the log grows
	common    *Common
}

// Common keeps what many targets have in common, so that it is made once for a run, or for the check of one. It is safe for concurrent use;
// its zero value is empty.
type Common struct{ made sync.Map }

// NewLog makes a log of stored exchanges.
func NewLog(exchanges []Exchange) *Log { return newLog(exchanges, new(Common)) }

func newLog(exchanges []Exchange, common *Common) *Log {
	l := &Log{index: map[string]int{}, memo: map[string]any{}, now: map[string]any{}, common: common}
	for _, x := range exchanges {
		l.add(x)
	}
	return l
}

// round is the number of the next round of questions.
func (l *Log) round() int {
	if len(l.exchanges) == 0 {
		return 1
	}
	return l.exchanges[len(l.exchanges)-1].Round + 1
}

func (l *Log) add(x Exchange) {
	l.index[x.Question] = len(l.exchanges)
	l.exchanges = append(l.exchanges, x)
	clear(l.now)
}

// After returns the log without its first n exchanges, each question named as rename says. It grows with l.
func (l *Log) After(n int, rename func(question string) string) *Log {
	rest := Memo(l, "after", func() *Log { return newLog(nil, l.common) })
	rest.Stopped = l.Stopped
	for _, x := range l.exchanges[min(n+len(rest.exchanges), len(l.exchanges)):] {
		x.Question = rename(x.Question)
		rest.add(x)
	}
	return rest
}

// All returns every exchange, in the order asked.
func (l *Log) All() []Exchange { return l.exchanges }

// Get returns the exchange of a question.
func (l *Log) Get(question string) (Exchange, bool) {
	i, ok := l.index[question]
	if !ok {
		return Exchange{}, false
	}
	return l.exchanges[i], true
}

// Asked says whether a question was put.
func (l *Log) Asked(question string) bool {
	_, ok := l.index[question]
	return ok
}

// Memo returns what compute made of a key, computing it once: a parsed flight is read by many probes. What is computed must not
// change when the log grows; see MemoNow.
func Memo[T any](l *Log, key string, compute func() T) T {
	if v, ok := l.memo[key]; ok {
		return v.(T)
	}
	v := compute()
	l.memo[key] = v
	return v
}

// MemoCommon is Memo for what depends on its key alone, whatever the target. It is kept as long as the run: it must be of the questions, or of
// what observations keep too. It may be computed twice at a time.
func MemoCommon[T any](l *Log, key string, compute func() T) T {
	if v, ok := l.common.made.Load(key); ok {
		return v.(T)
	}
	v, _ := l.common.made.LoadOrStore(key, compute())
	return v.(T)
}

// MemoNow is Memo for what depends on the whole log: it holds until the next exchange is added.
func MemoNow[T any](l *Log, key string, compute func() T) T {
	if v, ok := l.now[key]; ok {
		return v.(T)
	}
	v := compute()
	l.now[key] = v
	return v
}
