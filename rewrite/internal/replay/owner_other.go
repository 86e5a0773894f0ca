//go:build !unix

package replay

// rootOwned is what a file system says of a file's owner: nothing where there
// are no owners.
func rootOwned() any { return nil }
