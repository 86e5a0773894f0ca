// Package eas reads and writes what the gateway needs of the Exchange ActiveSync
// protocol: the query of a command in both of its forms (MS-ASHTTP 2.2.1.1.1),
// WBXML documents (MS-ASWBXML) and refusals.
package eas

import (
	_ "embed"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/crypto/cryptobyte"
)

// The protocol versions that have base64 queries and the policy
// RequireDeviceEncryption (MS-ASPROV 2.2.2.46), and those of them that refuse a device
// with a document.
var (
	WithEncryptionPolicy = []string{"12.1", "14.0", "14.1", "16.0", "16.1"}
	WithStatusInBody     = WithEncryptionPolicy[1:]
)

// Query is what the query of a request says; "" stands for what it does not.
type Query struct {
	Command    string
	User       string
	DeviceID   string // a base64 query's that is not printable ASCII: in hexadecimal
	DeviceType string
	Version    string // of a base64 query: "14.1"
}

// maxValue is how long a value can be, in bytes: what a base64 query has room for.
const maxValue = 255

// parameters are the names of the plain form, in lower case: those that a Query has
// come first.
var parameters = []string{
	"cmd", "deviceid", "devicetype", "user",
	"attachmentname", "collectionid", "itemid", "longid", "occurrence", "saveinsent",
}

// ParseQuery reads a raw query. Both forms may be there if they say the same.
// Whatever a server could read in two ways is an error: a parameter given twice,
// a wrong escape, a control character. The error holds nothing of the query but
// the names of parameters.
func ParseQuery(raw string) (q Query, err error) {
	plain := make([]string, len(parameters))
	for pair := range strings.SplitSeq(raw, "&") {
		name, value, named := strings.Cut(pair, "=")
		name, nameErr := unescape(name)
		value, valueErr := unescape(value)
		at := slices.Index(parameters, strings.ToLower(name))
		switch {
		case pair == "":
		case at < 0 && (!named || strings.Trim(value, "=") == ""):
			blob, err := url.PathUnescape(pair)
			if q.Version != "" || err != nil {
				return Query{}, errors.New("two base64 queries, or a wrong escape in one")
			}
			if q, err = parseBase64(blob); err != nil {
				return Query{}, err
			}
		case nameErr != nil || valueErr != nil || name == "" || strings.ContainsFunc(name, notInNames):
			return Query{}, errors.New("a wrong escape, a control character or a name that is not one word of ASCII")
		case at < 0: // a parameter that nothing here depends on
		case plain[at] != "" || at < 3 && value == "" || at < 4 && len(value) > maxValue:
			return Query{}, fmt.Errorf("parameter %s is empty, too long or given twice", parameters[at])
		default:
			plain[at] = value
		}
	}
	for i, field := range []*string{&q.Command, &q.DeviceID, &q.DeviceType, &q.User} {
		switch said := plain[i]; {
		case *field == "":
			*field = said
		case said != "" && said != *field:
			return Query{}, errors.New("the plain and the base64 query differ")
		}
	}
	return q, nil
}

func unescape(s string) (string, error) {
	s, err := url.QueryUnescape(s)
	if strings.ContainsFunc(s, isControl) {
		err = errors.New("a control character")
	}
	return s, err
}

func notInNames(r rune) bool {
	return (r|0x20 < 'a' || r|0x20 > 'z') && (r < '0' || r > '9') && r != '-'
}

func isControl(r rune) bool { return r < ' ' || r == 0x7F }

// command is a line of commands.txt.
type command struct {
	code               int
	name               string
	page, root, status byte
}

//go:embed commands.txt
var commandTable string

var commands = readCommands(commandTable)

func readCommands(table string) (all []command) {
	for line := range strings.Lines(table) {
		var c command
		if n, _ := fmt.Sscanf(line, "%d %s %x %x %x", &c.code, &c.name, &c.page, &c.root, &c.status); n >= 2 {
			all = append(all, c)
		}
	}
	return all
}

// tagUser is the tag of the field that names the user.
const tagUser = 8

// parseBase64 reads a base64 query. Its layout: version, command, locale (2
// bytes), then device id, policy key and device type with a length byte each, then
// fields of tag, length and value. A command without a name is called by its
// number: the server may know it.
func parseBase64(s string) (Query, error) {
	b, err := base64.StdEncoding.Strict().DecodeString(s)
	if err != nil || strings.ContainsAny(s, "\r\n") { // which the decoder skips
		return Query{}, errors.New("the query is neither parameters nor base64")
	}
	var version, code, tag uint8
	var id, key, kind, value cryptobyte.String
	rest := cryptobyte.String(b)
	ok := rest.ReadUint8(&version) && rest.ReadUint8(&code) && rest.Skip(2) &&
		rest.ReadUint8LengthPrefixed(&id) && rest.ReadUint8LengthPrefixed(&key) && rest.ReadUint8LengthPrefixed(&kind)
	q := Query{fmt.Sprintf("#%d", code), "", text(id), text(kind), fmt.Sprintf("%d.%d", version/10, version%10)}
	if i := slices.IndexFunc(commands, func(c command) bool { return c.code == int(code) }); i >= 0 {
		q.Command = commands[i].name
	}
	for ok && !rest.Empty() {
		ok = rest.ReadUint8(&tag) && rest.ReadUint8LengthPrefixed(&value)
		if tag == tagUser {
			ok = ok && q.User == "" && len(value) > 0
			q.User = text(value)
		}
	}
	switch {
	case !ok:
		return Query{}, errors.New("a length in the base64 query points past its end, or its user is empty or named twice")
	case !slices.Contains(WithEncryptionPolicy, q.Version):
		return Query{}, fmt.Errorf("protocol version %d in the base64 query", version)
	case len(id) == 0 || len(kind) == 0 || len(key) != 0 && len(key) != 4:
		return Query{}, errors.New("a base64 query without device, or with a policy key that is not 4 bytes")
	}
	return q, nil
}

// text returns printable ASCII as it is, and other bytes in hexadecimal.
func text(b []byte) string {
	if slices.ContainsFunc(b, func(c byte) bool { return c < ' ' || c > '~' }) {
		return hex.EncodeToString(b)
	}
	return string(b)
}
