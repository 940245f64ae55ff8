package estate

import "strings"

// didYouMean returns `did you mean "x"? ` for the known word nearest to s, or an empty string when none is near.
func didYouMean(s string, known []string) string {
	best, least := "", 1+len(s)/3
	for _, k := range known {
		if d := distance(strings.ToLower(s), strings.ToLower(k)); d <= least && (best == "" || d < least) {
			best, least = k, d
		}
	}
	if best == "" || len(s) > 100 {
		return ""
	}
	return "did you mean \"" + best + "\"? "
}

// distance is the Levenshtein distance in octets.
func distance(a, b string) int {
	if len(a) > 100 || len(b) > 100 {
		return max(len(a), len(b))
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		diagonal := row[0]
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			diagonal, row[j] = row[j], min(row[j]+1, row[j-1]+1, diagonal+cost)
		}
	}
	return row[len(b)]
}

// orList writes "a, b or c".
func orList(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " or " + words[len(words)-1]
}
