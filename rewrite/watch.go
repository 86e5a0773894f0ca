package rewrite

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"time"
)

// unsettled is how many looks in a row have to see changes for Watch to report
// ErrChanging.
const unsettled = 10

// Watch looks every so often whether a file of the ruleset has changed, and
// reloads it then. It runs until ctx ends:
//
//	go m.Watch(ctx, 2*time.Second, nil)
//
// A change counts once the files have stood still for the time between two
// looks, those included anew as well, so that none is taken while it is being
// written. A version of a file is identified by device, inode, change time, size
// and modification time, or by its content where the file system does not say.
// Included files, and folders that an Include with a pattern went through, count
// as files of the ruleset. What [Middleware.Reload] refuses is refused here.
//
// report is called from Watch's goroutine after every reload, with nil or the
// reason why the old ruleset stayed, and with [ErrChanging] after ten looks in a
// row that saw changes. A nil report tells Options.Logger. every must be
// positive, else Watch looks once a second. Where there is no file to watch it
// reports [ErrNotLoaded] and returns.
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
	w := &watcher{m: m, every: every, report: report}
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			w.look()
		}
	}
}

// watcher is a Watch that runs.
type watcher struct {
	m        *Middleware
	every    time.Duration
	report   func(error)
	before   files // as the last look saw them; nil if nothing had changed
	restless int   // looks in a row that saw changes
}

// look looks once, and reloads what has changed and stands still.
func (w *watcher) look() {
	now, changed := w.m.look(w.before)
	switch {
	case !changed:
		w.before, w.restless = nil, 0
		return
	case !maps.Equal(now, w.before):
		w.before = now
		w.moved(nil)
		return
	}
	w.before = nil
	w.m.loading.Lock()
	err := w.m.reload(now, w.every, 1)
	w.m.loading.Unlock()
	if errors.Is(err, ErrChanging) {
		w.moved(err)
		return
	}
	w.restless = 0
	w.report(err)
}

// moved notes that the files do not stand still.
func (w *watcher) moved(err error) {
	w.restless++
	if w.restless == unsettled {
		if err == nil {
			err = fmt.Errorf("%s: %w", w.m.source.name, ErrChanging)
		}
		w.report(err)
	}
}

// look returns how the ruleset's files are now and whether they have changed
// since they were read. before are those of the last look, if they had changed
// by then.
func (m *Middleware) look(before files) (now files, changed bool) {
	m.loading.Lock()
	read := m.read
	m.loading.Unlock()
	now = make(files, len(read))
	for name, known := range read {
		if v, ok := before[name]; ok {
			known = v
		}
		now[name] = look(m.source.fsys, name, known)
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
