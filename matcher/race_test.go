//go:build race

package matcher_test

// raceDetector reports whether the race detector is on, which allocates of its own accord.
const raceDetector = true
