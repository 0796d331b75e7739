package config

import "slices"

// didYouMean ends a message about an unknown name: with the candidate it was
// meant to be, or with nothing.
func didYouMean(name string, candidates []string) string {
	if candidate := nearest(name, candidates); candidate != "" {
		return "; did you mean " + candidate + "?"
	}
	return ""
}

// nearest is the candidate that a misspelt name most likely stands for, or "" when
// none is close.
func nearest(name string, candidates []string) string {
	best, bestDistance := "", min(3, len(name)/3+1)
	for _, candidate := range slices.Sorted(slices.Values(candidates)) {
		if d := editDistance(name, candidate); d < bestDistance {
			best, bestDistance = candidate, d
		}
	}
	return best
}

// editDistance counts the bytes to insert, delete or replace to make a into b.
func editDistance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			replaced := diagonal
			if a[i] != b[j] {
				replaced++
			}
			diagonal = row[j+1]
			row[j+1] = min(replaced, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
