package authfile

// Kept and Files are for tests: what a cache takes, and how many files it knows.
func (c *Cache[T]) Kept() int64 { return c.kept }

// Files returns how many files the cache knows.
func (c *Cache[T]) Files() int { return len(c.files) }

// Knows reports whether the cache knows the file.
func (c *Cache[T]) Knows(name string) bool { return c.files[name] != nil }

// What things take, for tests of bounds.
const (
	FileSize  = fileSize
	EntrySize = entrySize
)
