// Package eas reads and writes what the gateway needs of the Exchange ActiveSync
// protocol: the query of a command in both of its forms (MS-ASHTTP 2.2.1.1.1),
// WBXML documents (MS-ASWBXML) and refusals.
package eas

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
)

// Version is a protocol version in tenths: 121 for 12.1; 0 if unknown.
type Version int

// The versions at which something changes.
const (
	FirstWithEncryptionPolicy Version = 121 // RequireDeviceEncryption, MS-ASPROV 2.2.2.46
	FirstWithStatusInBody     Version = 140 // refusals as a WBXML document
)

// ParseVersion reads the value of an MS-ASProtocolVersion header; 0 if it is not
// of the form "14.1".
func ParseVersion(s string) Version {
	whole, tenth, ok := strings.Cut(s, ".")
	if !ok || len(whole) < 1 || len(whole) > 2 || len(tenth) != 1 || strings.Trim(whole+tenth, "0123456789") != "" {
		return 0
	}
	v := 0
	for _, c := range whole + tenth {
		v = 10*v + int(c-'0')
	}
	return Version(v)
}

// String returns the version as a header has it; "" if unknown.
func (v Version) String() string {
	if v == 0 {
		return ""
	}
	return fmt.Sprintf("%d.%d", v/10, v%10)
}

// maxValue is how long a value can be, in bytes: what a base64 query has room for.
const maxValue = 255

// Query is what the query of a request says.
type Query struct {
	Command    string
	User       string // "" if it names none
	DeviceID   string // a base64 query's that is not printable ASCII: in hexadecimal
	DeviceType string
	Version    Version // of a base64 query, else 0
}

// ErrNoDevice is what Check returns for a query that no command can have.
var ErrNoDevice = errors.New("a command needs Cmd, DeviceId and DeviceType")

// Check returns ErrNoDevice unless q is the query of a command.
func (q *Query) Check() error {
	if q.Command == "" || q.DeviceID == "" || q.DeviceType == "" {
		return ErrNoDevice
	}
	return nil
}

// ParseQuery reads a raw query. Both forms may be there if they say the same.
// Whatever a server could read in two ways is an error: a parameter given twice,
// a wrong escape, a control character. The error holds nothing of the query but
// the names of parameters.
func ParseQuery(raw string) (Query, error) {
	var plain, encoded *Query
	for pair := range strings.SplitSeq(raw, "&") {
		if pair == "" {
			continue
		}
		name, value, named := strings.Cut(pair, "=")
		name, err := unescape(name)
		if err != nil {
			return Query{}, err
		}
		if blob, err := url.PathUnescape(pair); err == nil && !known(name) && (!named || strings.Trim(value, "=") == "") {
			if encoded != nil {
				return Query{}, errors.New("two base64 queries")
			}
			if encoded, err = parseBase64(blob); err != nil {
				return Query{}, err
			}
			continue
		}
		if name == "" || strings.ContainsFunc(name, func(r rune) bool { return r > '~' }) {
			return Query{}, errors.New("a parameter whose name is empty or not ASCII")
		}
		if plain == nil {
			plain = &Query{}
		}
		if err := plain.set(name, value); err != nil {
			return Query{}, err
		}
	}
	return merge(plain, encoded)
}

// parameter returns the field that a parameter sets, nil if it sets none.
func (q *Query) parameter(name string) *string {
	switch strings.ToLower(name) {
	case "cmd":
		return &q.Command
	case "user":
		return &q.User
	case "deviceid":
		return &q.DeviceID
	case "devicetype":
		return &q.DeviceType
	}
	return nil
}

// known reports whether name is a parameter of the plain form.
func known(name string) bool {
	return new(Query).parameter(name) != nil ||
		slices.Contains([]string{"attachmentname", "collectionid", "itemid", "longid", "occurrence", "saveinsent"}, strings.ToLower(name))
}

// set takes a parameter of the plain form. An empty User is none.
func (q *Query) set(name, value string) error {
	field := q.parameter(name)
	value, err := unescape(value)
	if field == nil || err != nil || field == &q.User && value == "" {
		return err
	}
	if *field != "" || value == "" || len(value) > maxValue {
		return fmt.Errorf("parameter %s is empty, too long or given twice", strings.ToLower(name))
	}
	*field = value
	return nil
}

func unescape(s string) (string, error) {
	s, err := url.QueryUnescape(s)
	if err != nil || hasControl(s) {
		return "", errors.New("a wrong escape or a control character")
	}
	return s, nil
}

func hasControl(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7F })
}

// merge joins what the two forms say, either of which may be missing.
func merge(plain, encoded *Query) (Query, error) {
	switch {
	case plain == nil && encoded == nil:
		return Query{}, nil
	case plain == nil:
		return *encoded, nil
	case encoded == nil:
		return *plain, nil
	}
	all := *encoded
	for _, f := range []struct{ said, other *string }{
		{&plain.Command, &all.Command},
		{&plain.User, &all.User},
		{&plain.DeviceID, &all.DeviceID},
		{&plain.DeviceType, &all.DeviceType},
	} {
		switch {
		case *f.other == "":
			*f.other = *f.said
		case *f.said != "" && *f.said != *f.other:
			return Query{}, errors.New("the plain and the base64 query differ")
		}
	}
	return all, nil
}
