package rewrite

import (
	"context"
	"io/fs"
	"maps"
	"sync"
	"time"
)

// Watch looks every so often whether a file of the ruleset has changed, by
// modification time and size, and reloads it then. It runs until ctx ends:
//
//	go m.Watch(ctx, 2*time.Second, nil)
//
// A change counts once two looks in a row have seen the same, so that a file
// is not read while it is being written. Included files, and folders that an
// Include with a pattern went through, count as files of the ruleset.
//
// report is called from Watch's goroutine after every reload, with nil or the
// reason why the old ruleset stayed. A nil report tells Options.Logger. every
// must be positive, else Watch looks once a second. Where there is no file to
// watch it reports ErrNotLoaded and returns.
func (m *Middleware) Watch(ctx context.Context, every time.Duration, report func(error)) {
	if report == nil {
		report = m.logReload
	}
	if m.source == nil {
		report(ErrNotLoaded)
		return
	}
	if every <= 0 {
		every = time.Second
	}
	tick := time.NewTicker(every)
	defer tick.Stop()
	var before files
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			now, changed := m.look()
			if changed && maps.Equal(now, before) {
				report(m.Reload())
			}
			before = now
		}
	}
}

// look returns how the ruleset's files are now and whether they have changed
// since they were read.
func (m *Middleware) look() (now files, changed bool) {
	m.loading.Lock()
	read := m.read
	m.loading.Unlock()
	now = make(files, len(read))
	for name := range read {
		now[name] = stampOf(fs.Stat(m.source.fsys, name))
	}
	return now, !maps.Equal(now, read)
}

func (m *Middleware) logReload(err error) {
	if err != nil {
		m.opts.Logger.Error("ruleset not reloaded, the old one stays", "error", err)
		return
	}
	m.opts.Logger.Info("ruleset reloaded", "file", m.source.name)
}

// files tells of each file looked at by name how it was.
type files map[string]stamp

// stamp tells versions of a file apart. The zero stamp is that of a file that
// can't be opened.
type stamp struct {
	mod  int64 // nanoseconds; a time.Time is no map key
	size int64
	mode fs.FileMode
}

func stampOf(info fs.FileInfo, err error) stamp {
	if err != nil {
		return stamp{}
	}
	return stamp{info.ModTime().UnixNano(), info.Size(), info.Mode()}
}

// recorder is a file system that remembers how each file was when it was
// opened first.
type recorder struct {
	fsys fs.FS
	mu   sync.Mutex
	seen files
}

func newRecorder(fsys fs.FS) *recorder { return &recorder{fsys: fsys, seen: files{}} }

// Open opens the file, after looking at it: what is written in between shows
// as a change later.
func (r *recorder) Open(name string) (fs.File, error) {
	s := stampOf(fs.Stat(r.fsys, name))
	r.mu.Lock()
	if _, ok := r.seen[name]; !ok {
		r.seen[name] = s
	}
	r.mu.Unlock()
	return r.fsys.Open(name)
}

func (r *recorder) files() files {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.seen
}
