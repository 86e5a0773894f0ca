//go:build !race

package main

// raceDetector says that the race detector looks on, which takes memory of its own.
const raceDetector = false
