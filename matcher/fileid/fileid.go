// Package fileid tells the versions of a file apart, so that what was read from
// it can be kept for as long as the file stays the one that was read.
package fileid

import (
	"io/fs"
	"time"
)

// ID identifies a version of a file: device, inode, time of the last status
// change, size, modification time and mode. IDs are compared with ==. Equal IDs
// mean the same content, different ones that it may have changed. The zero ID
// is that of a file which does not exist.
//
// Where that is not enough to tell, a hash of the content is part of the ID if
// the file has at most [MaxHashed] bytes: where the system or the fs.FS does
// not say the first three, and while the last change is so recent that another
// one could have the same time, the clocks of file systems being coarse. The ID
// of a file that was read so early changes once more when it has settled, even
// if the file does not, so that a larger file is read once more; [Look] avoids
// that for smaller ones.
//
// What can't be told apart: larger files of the same size and modification time
// on a system that says no more, and content changed in ways that leave no
// trace in the file's times, such as through a raw device.
type ID struct {
	device, inode uint64
	changed       int64 // status change time in nanoseconds, 0 if unknown
	modified      int64 // in nanoseconds
	size          int64
	mode          fs.FileMode
	recent        bool // changed just before it was looked at
	content       digest
}

// coarsest is the largest step that the times of a file system in use have.
const coarsest = 2 * time.Second

// describe returns what info says of a file, and whether that is enough to tell
// it from any other version.
func describe(info fs.FileInfo, now time.Time) (id ID, enough bool) {
	id = ID{modified: info.ModTime().UnixNano(), size: info.Size(), mode: info.Mode()}
	last := info.ModTime()
	known := id.system(info)
	if known {
		last = time.Unix(0, id.changed)
	}
	id.recent = now.Sub(last).Abs() < coarsest
	return id, known && !id.recent
}

// Physical reports whether the ID is that of a file of the system, which has the
// same ID under each of its names.
func (id ID) Physical() bool { return id.inode != 0 }

// sameBut reports whether id and o differ at most in what depends on when the
// file was looked at.
func (id ID) sameBut(o ID) bool {
	id.recent, id.content = o.recent, o.content
	return id == o
}

// Truncated reports whether id is that of a regular file without content which
// had some when its identity was before.
func (id ID) Truncated(before ID) bool {
	return id != ID{} && id.mode.IsRegular() && id.size == 0 && before.mode.IsRegular() && before.size > 0
}

// Of returns the identity of the file that info describes. open opens it; it is
// called only where the content has to tell. The error is then that of opening
// or reading it, or [ErrChanging].
func Of(info fs.FileInfo, open func() (fs.File, error)) (ID, error) {
	id, enough := describe(info, time.Now())
	if enough || !hashable(info) {
		return id, nil
	}
	return hashed(open)
}

// Look returns the identity of the file name in fsys. known is the identity
// that the file had before, or the zero ID: a file that is still that version
// gets it again, where Of would give a file that has settled a new one.
//
// The error is that of looking at the file, in which case the ID is zero.
// Nothing but regular files and directories is opened.
func Look(fsys fs.FS, name string, known ID) (ID, error) {
	info, err := fs.Stat(fsys, name)
	if err != nil {
		return ID{}, err
	}
	open := func() (fs.File, error) { return fsys.Open(name) }
	if known.content.taken() && hashable(info) {
		id, err := hashed(open)
		if err == nil && id.sameBut(known) && id.content == known.content {
			id = known
		}
		return id, err
	}
	return Of(info, open)
}
