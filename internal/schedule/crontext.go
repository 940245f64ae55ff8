package schedule

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	robfig "github.com/robfig/cron/v3"

	"github.com/portseal/portseal/internal/nearest"
)

// cronField is one field of a cron expression: what it holds, and what an error says of it.
type cronField struct {
	name     string
	option   robfig.ParseOption
	min, max int
	names    []string // of the values, from first on
	first    int
	want     string
}

func cronFields() []cronField {
	months := strings.Fields("jan feb mar apr may jun jul aug sep oct nov dec")
	return []cronField{
		{"minute", robfig.Minute, 0, 59, nil, 0, "0 to 59"},
		{"hour", robfig.Hour, 0, 23, nil, 0, "0 to 23"},
		{"day of the month", robfig.Dom, 1, 31, nil, 0, "1 to 31"},
		{"month", robfig.Month, 1, 12, months, 1, "1 to 12, or jan to dec"},
		{"day of the week", robfig.Dow, 0, 7, dayNames(), 0, "0 to 7, or sun to sat; 0 and 7 are Sunday"},
	}
}

const cronWant = `five fields: minute, hour, day of the month, month, day of the week, as in "30 2 * * *" for 02:30 every day`

// cronNames are the names that cron(8) has for whole expressions.
func cronNames() map[string]string {
	return map[string]string{"@hourly": "0 * * * *", "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@weekly": "0 0 * * 0",
		"@monthly": "0 0 1 * *", "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *"}
}

// CheckCron says what is wrong with a cron expression and what would be right, every fault of it; nil when it can be used.
func CheckCron(text string) error {
	c, err := parseCron(text)
	if err == nil && !c.ever() {
		err = errors.New("it is never due: no month that it names has such a day; want a day that comes, as 28 in every month")
	}
	return err
}

func parseCron(text string) (*cron, error) {
	if text = strings.TrimSpace(text); strings.HasPrefix(text, "@") {
		full, ok := cronNames()[strings.ToLower(text)]
		if !ok {
			return nil, unknownName(text)
		}
		text = full
	}
	if strings.HasPrefix(text, "TZ=") || strings.HasPrefix(text, "CRON_TZ=") {
		return nil, errors.New("a time zone has a key of its own; want timezone: beside cron, and in cron " + cronWant)
	}
	all, parts := cronFields(), strings.Fields(text)
	if len(parts) != len(all) {
		return nil, wrongCount(len(parts))
	}
	var sets [5]uint64
	var faults []error
	for i, f := range all {
		var err error
		sets[i], err = f.read(parts[i])
		faults = append(faults, err)
	}
	star := func(i int) bool { return strings.HasPrefix(parts[i], "*") }
	return &cron{minute: sets[0], hour: sets[1], dom: sets[2], month: sets[3], dow: sets[4],
		anyDom: star(2), anyDow: star(4), fixed: !star(0) && !star(1)}, joined(faults)
}

// joined is errors.Join on one line.
func joined(faults []error) error {
	var words []string
	for _, err := range faults {
		if err != nil {
			words = append(words, err.Error())
		}
	}
	if len(words) == 0 {
		return nil
	}
	return errors.New(strings.Join(words, "; "))
}

func unknownName(text string) error {
	switch word, _, _ := strings.Cut(strings.ToLower(text), " "); word {
	case "@every":
		return errors.New("an interval has a key of its own; want every: 6h in the place of cron")
	case "@reboot":
		return errors.New("@reboot is no time; want 'portseal serve --run-at-start' for a run when the service starts")
	}
	return fmt.Errorf("%q is no name for a time; want @hourly, @daily, @weekly, @monthly or @yearly, or %s", text, cronWant)
}

func wrongCount(n int) error {
	switch {
	case n == 0:
		return errors.New("it is empty; want " + cronWant)
	case n > 5:
		return fmt.Errorf("it has %d fields; want %s: no seconds, no year, no user and no command", n, cronWant)
	case n == 1:
		return errors.New("it has 1 field; want " + cronWant)
	}
	return fmt.Errorf("it has %d fields; want %s", n, cronWant)
}

// read returns the values of a field as bits.
func (f cronField) read(text string) (uint64, error) {
	var set uint64
	for part := range strings.SplitSeq(text, ",") {
		one, err := f.part(part)
		switch {
		case err != nil && part == text && strings.Contains(err.Error(), f.name):
			return 0, err
		case err != nil:
			return 0, fmt.Errorf("%s %q: %w", f.name, text, err)
		}
		set |= one
	}
	return set, nil
}

// part reads VALUE, VALUE-VALUE or *, each with /STEP or without.
func (f cronField) part(text string) (uint64, error) {
	values, step, stepped := strings.Cut(text, "/")
	low, high, ranged := strings.Cut(values, "-")
	if stepped && !isNumber(step, 1, f.max) {
		return 0, fmt.Errorf("%q is no step; want a whole number from 1 to %d after the /, as in */5", step, max(f.max, 1))
	}
	if low == "*" && !ranged {
		return f.bits(text)
	}
	from, err := f.value(low)
	if err != nil {
		return 0, err
	}
	to := from
	switch {
	case ranged:
		if to, err = f.value(high); err != nil {
			return 0, err
		}
	case stepped: // from the value on
		to = f.last()
	}
	if from > to {
		return 0, fmt.Errorf("%s ends before it begins; want the lower value first, or two ranges with a comma between", values)
	}
	return f.span(from, to, step)
}

// last is the largest value that is not another's second name.
func (f cronField) last() int {
	if f.option == robfig.Dow {
		return 6
	}
	return f.max
}

// span asks the library for the values of a range. Sunday is 0 to it, and 7 to users too.
func (f cronField) span(from, to int, step string) (uint64, error) {
	by := 1
	if step != "" {
		by, _ = strconv.Atoi(step)
	}
	if f.option != robfig.Dow || to < 7 {
		return f.bits(fmt.Sprintf("%d-%d/%d", from, to, by))
	}
	var sunday uint64
	if (7-from)%by == 0 {
		sunday = 1
	}
	if from == 7 {
		return sunday, nil
	}
	set, err := f.bits(fmt.Sprintf("%d-6/%d", from, by))
	return set | sunday, err
}

// bits reads one field with the library's parser.
func (f cronField) bits(text string) (uint64, error) {
	parsed, err := robfig.NewParser(f.option).Parse(text)
	spec, ok := parsed.(*robfig.SpecSchedule)
	if err != nil || !ok {
		return 0, fmt.Errorf("%q is no such field (%w); want %s", text, err, f.want)
	}
	switch f.option {
	case robfig.Minute:
		return spec.Minute & (1<<60 - 1), nil
	case robfig.Hour:
		return spec.Hour & (1<<24 - 1), nil
	case robfig.Dom:
		return spec.Dom & (1<<32 - 1), nil
	case robfig.Month:
		return spec.Month & (1<<13 - 1), nil
	}
	return spec.Dow & (1<<7 - 1), nil
}

// value reads a number or a name.
func (f cronField) value(text string) (int, error) {
	for i, name := range f.names {
		if strings.EqualFold(text, name) {
			return f.first + i, nil
		}
	}
	if isNumber(text, f.min, f.max) {
		n, err := strconv.Atoi(text)
		return n, err
	}
	switch {
	case text == "":
		return 0, fmt.Errorf("a value is missing; want %s", f.want)
	case f.option == robfig.Hour && text == "24":
		return 0, errors.New("24 is 0 of the next day; want 0 to 23")
	case strings.ContainsAny(text, "LW#?lw") && len(text) < 4:
		return 0, fmt.Errorf("%q is of another kind of cron (L, W, # and ? are Quartz's); want %s, or *", text, f.want)
	}
	hint := ""
	if near := nearest.Names(text, f.names); len(near) > 0 {
		hint = fmt.Sprintf("; did you mean %s?", near[0])
	}
	return 0, fmt.Errorf("%q is no %s; want %s, or *%s", text, f.name, f.want, hint)
}

// isNumber says whether a text is digits alone, of a value in the range.
func isNumber(text string, least, most int) bool {
	n, err := strconv.Atoi(text)
	return err == nil && strings.Trim(text, "0123456789") == "" && len(text) <= 2 && n >= least && n <= most
}
