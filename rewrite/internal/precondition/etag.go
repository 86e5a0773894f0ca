package precondition

import (
	"strconv"
	"time"
)

// ETag returns the entity tag that httpd gives a file by "FileETag MTime Size", its
// default: the size and the modification time in microseconds. It is weak where
// the file was modified less than a second before now, as it may change again
// within the same microsecond of a coarse clock.
func ETag(size int64, modified, now time.Time) string {
	b := make([]byte, 0, 40)
	if now.Sub(modified) < time.Second {
		b = append(b, "W/"...)
	}
	b = strconv.AppendUint(append(b, '"'), uint64(size), 16)
	b = strconv.AppendUint(append(b, '-'), uint64(modified.UnixMicro()), 16)
	return string(append(b, '"'))
}
