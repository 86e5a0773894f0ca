package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// state is what happened to a device's last request.
type state string

// The states. The last four are of requests that no device was judged for.
const (
	allowed     state = "allowed"
	blocked     state = "blocked"
	quarantined state = "quarantined"
	asked       state = "options"    // asks what the server can do, which passes
	invalid     state = "invalid"    // cannot be read
	unadmitted  state = "unadmitted" // by certificate or kind of login
	elsewhere   state = "other"      // is not about ActiveSync
)

// record is a row of the device table, and with that of the state file, the
// status page and the log. All of it is what the device says, but for the state,
// what decided it, the times, the certificate and the policy.
type record struct {
	State        state     `json:"state"`
	Rule         string    `json:"rule,omitempty"` // what decided
	At           string    `json:"at,omitempty"`   // its file and line
	Note         string    `json:"note,omitempty"`
	User         string    `json:"user,omitempty"`
	DeviceID     string    `json:"deviceId,omitempty"`
	DeviceType   string    `json:"deviceType,omitempty"`
	Model        string    `json:"deviceModel,omitempty"`
	OS           string    `json:"deviceOs,omitempty"`
	UserAgent    string    `json:"userAgent,omitempty"`
	Protocol     string    `json:"protocol,omitempty"`
	Policy       string    `json:"encryptionPolicy,omitempty"` // as last sent to the device
	Acknowledged string    `json:"acknowledged,omitempty"`     // status the device answered a policy with
	Certificate  string    `json:"certificate,omitempty"`
	First        time.Time `json:"firstSeen"`
	Last         time.Time `json:"lastSeen"`
	Accepted     time.Time `json:"accepted,omitzero"` // last success of the server
}

// clip bounds what a client says.
func clip(s string) string {
	const most = 256
	if len(s) > most {
		s = s[:most] + "…"
	}
	return strings.ToValidUTF8(s, "\uFFFD")
}

// key tells devices apart: a device has an account.
func (r *record) key() string { return strings.ToLower(r.User + "\x00" + r.DeviceID) }

// table is the device table.
type table struct {
	*lru[string, record]
	file string // "" keeps it in memory only
}

// stateFile is the table on disk, the newest device first.
type stateFile struct {
	Version int      `json:"version"`
	Devices []record `json:"devices"`
}

// maxStateFile bounds the state file, in bytes.
const maxStateFile = 256 << 20

// newTable reads the table in a file, which need not exist yet.
func newTable(file string, most int) (*table, error) {
	t := &table{newLRU[string, record](most), file}
	if file == "" {
		return t, nil
	}
	if link, err := filepath.EvalSymlinks(file); err == nil {
		t.file = link
	}
	src, err := readBounded(t.file, maxStateFile)
	if errors.Is(err, os.ErrNotExist) {
		return t, t.save() // shows now whether it can be written
	}
	var s stateFile
	if err == nil {
		err = json.Unmarshal(src, &s)
	}
	if err == nil && s.Version != 1 {
		err = fmt.Errorf("version %d is not known", s.Version)
	}
	if err != nil {
		return nil, fmt.Errorf("-state %s: %w; move the file away to begin with an empty table", file, err)
	}
	for _, r := range slices.Backward(s.Devices) {
		t.touch(r.key(), func(old *record) { *old = r })
	}
	return t, nil
}

// save writes the table to a new file that then takes the place of the old one:
// whenever the process ends, the file is whole.
func (t *table) save() error {
	if t.file == "" {
		return nil
	}
	src, err := json.Marshal(stateFile{1, t.all()})
	if err != nil {
		return err
	}
	name := t.file + ".new"
	if err := os.Remove(name); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	f, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(src)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(name, t.file)
}

// saw enters a judged request and returns the device's row.
func (t *table) saw(r record) {
	t.touch(r.key(), func(old *record) {
		if !old.First.IsZero() {
			r.First = old.First
		}
		r.Model, r.OS, r.Policy, r.Acknowledged, r.Accepted = old.Model, old.OS, old.Policy, old.Acknowledged, old.Accepted
		*old = r
	})
}
