package server

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"
)

// clockTick is the unit of the times in /proc: 100 a second on each system that Go knows.
const clockTick = 10 * time.Millisecond

// process is what /proc says of a process.
type process struct {
	parent int
	cpu    time.Duration // its own, and that of children it has waited for
}

// CPU returns the processor time that the server and the processes it started have taken.
// It reads /proc, so it works on Linux alone.
func (s *Server) CPU() (time.Duration, error) {
	names, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		return 0, err
	}
	all := make(map[int]process, len(names))
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			continue // it has ended
		}
		if pid, p, ok := parseStat(text); ok {
			all[pid] = p
		}
	}
	if _, ok := all[s.cmd.Process.Pid]; !ok {
		return 0, fmt.Errorf("%s has ended", s.cmd.Path)
	}
	var sum time.Duration
	for pid, p := range all {
		if descends(all, pid, s.cmd.Process.Pid) {
			sum += p.cpu
		}
	}
	return sum, nil
}

// descends reports whether pid is ancestor or was started by it, or by one of those.
func descends(all map[int]process, pid, ancestor int) bool {
	for pid > 1 {
		if pid == ancestor {
			return true
		}
		pid = all[pid].parent
	}
	return false
}

// parseStat reads a stat file of proc(5). The second field, a name in parentheses, may hold
// anything.
func parseStat(text []byte) (pid int, p process, ok bool) {
	open, end := bytes.IndexByte(text, '('), bytes.LastIndexByte(text, ')')
	if open < 0 || end < open {
		return 0, p, false
	}
	pid, err := strconv.Atoi(string(bytes.TrimSpace(text[:open])))
	fields := bytes.Fields(text[end+1:])
	if err != nil || len(fields) < 15 {
		return 0, p, false
	}
	p.parent, _ = strconv.Atoi(string(fields[1]))
	for _, f := range fields[11:15] {
		ticks, _ := strconv.Atoi(string(f))
		p.cpu += time.Duration(ticks) * clockTick
	}
	return pid, p, true
}
