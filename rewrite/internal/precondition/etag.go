package precondition

import (
	"crypto/sha1" //nolint:gosec // httpd's choice; nothing depends on its strength
	"encoding/base64"
	"io"
	"io/fs"
	"strconv"
	"time"

	"github.com/modrewrite-go/modrewrite/matcher"
)

// ETag returns the entity tag that httpd gives a file by FileETag, "" for none: the
// parts in hexadecimal digits, the modification time in microseconds. It is weak
// where the file was modified less than a second before now, as it may change again
// within the same microsecond of a coarse clock.
func ETag(st fs.FileInfo, by *matcher.Static, now time.Time) string {
	if by.NoETag {
		return ""
	}
	unset := !by.ETagINode && !by.ETagMTime && !by.ETagSize
	b := make([]byte, 0, 40)
	if now.Sub(st.ModTime()) < time.Second {
		b = append(b, "W/"...)
	}
	b = append(b, '"')
	first := true
	for _, p := range []struct {
		wanted bool
		value  uint64
	}{
		{by.ETagINode, inode(st)},
		{by.ETagSize || unset, uint64(st.Size())},
		{by.ETagMTime || unset, uint64(st.ModTime().UnixMicro())},
	} {
		if !p.wanted {
			continue
		}
		if !first {
			b = append(b, '-')
		}
		b, first = strconv.AppendUint(b, p.value, 16), false
	}
	return string(append(b, '"'))
}

// Digest returns the entity tag of a file by "FileETag Digest": a hash of its
// content. The file is left at its beginning.
func Digest(file io.ReadSeeker) (string, error) {
	h := sha1.New() //nolint:gosec // see above
	if _, err := io.Copy(h, file); err != nil {
		return "", err
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return "", err
	}
	return `"` + base64.StdEncoding.EncodeToString(h.Sum(nil)) + `"`, nil
}
