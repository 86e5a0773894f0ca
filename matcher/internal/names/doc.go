// Package names looks host names and addresses up, within bounds: each lookup
// has a time limit, only so many run at once, answers are kept for a while, and
// there is a limit to how many. It starts no goroutines, so that there is
// nothing to stop.
package names
