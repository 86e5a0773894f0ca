package rewrite

import (
	"errors"
	"fmt"
	"time"

	"github.com/modrewrite-go/modrewrite/matcher"
	"github.com/modrewrite-go/modrewrite/rewrite/internal/ruleset"
)

// The errors of Reload, and what Watch reports.
var (
	// ErrNotLoaded says that a Middleware has no file to read because it was not
	// made by Load.
	ErrNotLoaded = errors.New("rewrite: middleware was not made by Load")
	// ErrChanging says that a file of the ruleset changed each time it was read.
	// The error names it.
	ErrChanging = errors.New("file keeps changing")
	// ErrEmpty says that a ruleset in which nothing is left that has an effect
	// would have taken the place of one with rules, or that one of its files has
	// lost all of its content, and LoadOptions.AllowEmpty does not permit it. The
	// error names the file.
	ErrEmpty = errors.New("nothing is left that has an effect; if that is meant, permit it with AllowEmpty (serve: -allow-empty)")
)

// How often reading a ruleset is tried while its files change, and the pause
// between two tries where they need not have been still.
const (
	readTries = 10
	readPause = 10 * time.Millisecond
)

// Reload reads the ruleset again, with all it includes, and replaces the running
// one in one step. It takes what has stood still for
// LoadOptions.Still, and tries again where a file was written to meanwhile, up
// to ten times: then the error is [ErrChanging]. A ruleset that holds nothing
// with an effect any more is refused with [ErrEmpty], and so is one of whose
// files one is empty that was not.
//
// With an error nothing changes: the old ruleset stays. Findings are errors as
// in [Load]. The old engine is closed once its evaluations have ended, which
// Reload waits for. Reloads at the same time follow each other.
func (m *Middleware) Reload() error {
	if m.source == nil {
		return ErrNotLoaded
	}
	m.loading.Lock()
	defer m.loading.Unlock()
	return m.reload(nil, m.source.still, readTries)
}

// reload is Reload of files of which the known versions have stood still, with
// the given number of tries.
func (m *Middleware) reload(known files, still time.Duration, tries int) error {
	rs, read, err := m.source.readStill(known, still, tries)
	m.read = read
	if err != nil {
		return err
	}
	if name := m.emptied(rs.Engine, read); name != "" && !m.source.allowEmpty {
		rs.Engine.Close()
		return fmt.Errorf("%s: %w", name, ErrEmpty)
	}
	m.running = read
	m.logFindings(rs.Findings)
	if old := m.engine.Swap(rs.Engine); old != nil {
		old.Close()
	}
	return nil
}

// emptied returns the name of what has lost all of its rules since the running
// engine was made, "" for nothing: the ruleset e as a whole, or one of its files.
func (m *Middleware) emptied(e *matcher.Engine, read files) string {
	old := m.engine.Load()
	if old == nil || old.Empty() {
		return ""
	}
	if e.Empty() {
		return m.source.name
	}
	for name, v := range read {
		if v.id.Truncated(m.running[name].id) {
			return "/" + name
		}
	}
	return ""
}

// readStill makes an engine of the files as they are once they stand still. It
// returns in any case which versions of them it looked at.
func (s *source) readStill(known files, still time.Duration, tries int) (*ruleset.Ruleset, files, error) {
	for try := 1; ; try++ {
		rec := newRecorder(s.fsys, known)
		rs, err := s.compile(rec)
		if !rec.last.IsZero() {
			time.Sleep(time.Until(rec.last.Add(still)))
		}
		changed := rec.changed()
		if changed == "" {
			return rs, rec.seen, err
		}
		if err == nil {
			rs.Engine.Close()
		}
		if try == tries {
			return nil, rec.seen, fmt.Errorf("/%s: %w", changed, ErrChanging)
		}
		known = nil
		time.Sleep(readPause)
	}
}
