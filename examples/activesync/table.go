package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/modrewrite-go/modrewrite/examples/activesync/access"
	"github.com/modrewrite-go/modrewrite/matcher/fileid"
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

var states = map[access.Level]state{access.Allow: allowed, access.Block: blocked, access.Quarantine: quarantined}

// record is a row of the device table, and with that of the state file, the
// status page and the log. All of it is what the device says, but for the state,
// what decided it, the times, the certificate and the policy.
type record struct {
	State        state  `json:"state"`
	Rule         string `json:"rule,omitempty"` // what decided
	At           string `json:"at,omitempty"`   // its file and line
	Note         string `json:"note,omitempty"`
	User         string `json:"user,omitempty"`
	DeviceID     string `json:"deviceId,omitempty"`
	DeviceType   string `json:"deviceType,omitempty"`
	Model        string `json:"deviceModel,omitempty"`
	OS           string `json:"deviceOs,omitempty"`
	UserAgent    string `json:"userAgent,omitempty"`
	Protocol     string `json:"protocol,omitempty"`
	Policy       string `json:"encryptionPolicy,omitempty"` // as last sent to the device
	Acknowledged string `json:"acknowledged,omitempty"`     // status the device answered a policy with
	Certificate  string `json:"certificate,omitempty"`
	First        string `json:"firstSeen"` // times are in UTC, as in RFC 3339
	Last         string `json:"lastSeen"`
	Accepted     string `json:"accepted,omitempty"` // last success of the server

	login   string // a hash of the login that the server accepted, in memory only
	key     string // see keyOf
	touched int64  // the larger, the later
}

// loginTime is how long a login counts after the server has accepted it.
const loginTime = 24 * time.Hour

// verifies reports whether the server has accepted a login, and not long ago.
func (r record) verifies(login string) bool {
	return login != "" && r.login == login && r.Accepted > time.Now().UTC().Add(-loginTime).Format(time.RFC3339)
}

// keyOf tells devices apart: a device has an account. Without a device it is the row
// of a user who asked for OPTIONS.
func keyOf(user, device string) string { return strings.ToLower(user + "\x00" + device) }

// clip bounds what a client says.
func clip(s string) string {
	const most = 256
	if len(s) > most {
		s = s[:most] + "…"
	}
	return strings.ToValidUTF8(s, "\uFFFD")
}

// table is the device table: a map with a bound. Where it is full, the rows go that
// were touched longest ago, of those first that the server has never accepted a request
// for: made-up users displace no more than the oldest hundredth. It is safe for
// concurrent use.
type table struct {
	file string // "" keeps it in memory only
	most int

	mu      sync.Mutex
	rows    map[string]*record // by key
	touches int64
}

// touch calls change with the row of a key, a new one if there is none, and makes it
// the newest.
func (t *table) touch(key string, change func(*record)) {
	t.mu.Lock()
	defer t.mu.Unlock()
	r := t.rows[key]
	if r == nil {
		r = &record{}
		t.rows[key] = r
	}
	change(r)
	t.touches++
	r.key, r.touched = key, t.touches
	if len(t.rows) > t.most {
		t.shrink()
	}
}

// shrink drops rows until there is room for a hundredth of them: it sorts them all, which
// not every new row shall cost.
func (t *table) shrink() {
	rows := slices.SortedFunc(maps.Values(t.rows), func(a, b *record) int {
		return cmp.Or(cmp.Compare(min(len(a.Accepted), 1), min(len(b.Accepted), 1)), cmp.Compare(a.touched, b.touched))
	})
	for _, r := range rows[:len(rows)-t.most+t.most/100] {
		delete(t.rows, r.key)
	}
}

// forget clears a login, which the server refused, in the rows of the keys.
func (t *table) forget(login string, keys ...string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, key := range keys {
		if r := t.rows[key]; r != nil && r.login == login {
			r.login = ""
		}
	}
}

// get returns the row of a key, the zero value if there is none.
func (t *table) get(key string) record {
	t.mu.Lock()
	defer t.mu.Unlock()
	if r := t.rows[key]; r != nil {
		return *r
	}
	return record{}
}

// all returns the rows, the newest first.
func (t *table) all() []record {
	t.mu.Lock()
	defer t.mu.Unlock()
	all := make([]record, 0, len(t.rows))
	for _, r := range t.rows {
		all = append(all, *r)
	}
	slices.SortFunc(all, func(a, b record) int { return cmp.Compare(b.touched, a.touched) })
	return all
}

// maxState bounds the state file, in bytes: 10,000 devices that are as verbose as they
// can be need less.
const maxState = 256 << 20

// newTable reads the table in a file, which need not exist yet, and writes it, which
// shows now whether that can be done.
func newTable(file string, most int) (*table, error) {
	t := &table{file: file, most: most, rows: map[string]*record{}}
	if file == "" {
		return t, nil
	}
	if target, err := filepath.EvalSymlinks(file); err == nil {
		t.file = target
	}
	src, err := fileid.ReadFile(t.file, maxState)
	if errors.Is(err, os.ErrNotExist) {
		src, err = []byte("[]"), nil
	}
	var all []record
	if err == nil {
		err = json.Unmarshal(src, &all)
	}
	for _, r := range slices.Backward(all) {
		t.touch(keyOf(r.User, r.DeviceID), func(row *record) { *row = r })
	}
	if err == nil {
		err = t.save()
	}
	if err != nil {
		return nil, fmt.Errorf("-state: %w; move the file away to begin with an empty table", err)
	}
	return t, nil
}

// save writes the table, the newest device first, to a new file that then takes the
// place of the old one: whenever the process ends, the file is whole.
func (t *table) save() error {
	if t.file == "" {
		return nil
	}
	src, err := json.Marshal(t.all())
	if err != nil {
		return err
	}
	name := t.file + ".new"
	_ = os.Remove(name) // Where a file of a killed process stays there, creating it says so.
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

// saw enters a judged request, and keeps what is known of the device from others.
func (t *table) saw(r record) {
	t.touch(r.key, func(row *record) {
		if row.First != "" {
			r.First = row.First
		}
		r.Model, r.OS, r.Policy, r.Acknowledged = row.Model, row.OS, row.Policy, row.Acknowledged
		r.Accepted, r.login = row.Accepted, row.login
		*row = r
	})
}
