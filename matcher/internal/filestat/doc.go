// Package filestat describes files by their names, as os.Stat does, at less cost: rules
// ask for a file each, and most of these are not there.
package filestat
