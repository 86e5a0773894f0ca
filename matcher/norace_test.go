//go:build !race

package matcher_test

// raceDetector says that the race detector looks on, which allocates.
const raceDetector = false
