package eas

import (
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
)

// commandNames are the commands by their codes.
var commandNames = strings.Split("Sync,SendMail,SmartForward,SmartReply,GetAttachment,,,,,FolderSync,FolderCreate,"+
	"FolderDelete,FolderUpdate,MoveItems,GetItemEstimate,MeetingResponse,Search,Settings,Ping,ItemOperations,Provision,"+
	"ResolveRecipients,ValidateCert", ",")

// tagUser is the tag of the field that names the user.
const tagUser = 8

var errShort = errors.New("a length in the base64 query points past its end")

// parseBase64 reads a base64 query. Its layout: version, command, locale (2
// bytes), then device id, policy key and device type with a length byte each, then
// fields of tag, length and value. A command without a name is called by its
// number: the server may know it.
func parseBase64(s string) (*Query, error) {
	if strings.ContainsAny(s, "\r\n") { // the decoder skips them
		return nil, errors.New("a line break in the base64 query")
	}
	b, err := base64.StdEncoding.Strict().DecodeString(s)
	if err != nil {
		return nil, errors.New("the query is neither parameters nor base64")
	}
	if len(b) < 4 {
		return nil, errShort
	}
	q := &Query{Version: Version(b[0])}
	switch q.Version {
	case 121, 140, 141, 160, 161:
	default:
		return nil, fmt.Errorf("protocol version %d in the base64 query", b[0])
	}
	q.Command = fmt.Sprintf("#%d", b[1])
	if int(b[1]) < len(commandNames) && commandNames[b[1]] != "" {
		q.Command = commandNames[b[1]]
	}
	var id, key, kind []byte
	rest := b[4:]
	for _, part := range []*[]byte{&id, &key, &kind} {
		if *part, rest, err = cut(rest); err != nil {
			return nil, err
		}
	}
	if len(id) == 0 || len(kind) == 0 || len(key) != 0 && len(key) != 4 {
		return nil, errors.New("a base64 query without device, or with a policy key that is not 4 bytes")
	}
	q.DeviceID, q.DeviceType = text(id), text(kind)
	return q, q.fields(rest)
}

// fields reads the fields after the device type.
func (q *Query) fields(rest []byte) error {
	for len(rest) > 0 {
		tag := rest[0]
		var value []byte
		var err error
		if value, rest, err = cut(rest[1:]); err != nil {
			return err
		}
		if tag != tagUser {
			continue
		}
		if q.User != "" || len(value) == 0 {
			return errors.New("the user in the base64 query is empty or named twice")
		}
		q.User = text(value)
	}
	return nil
}

// cut takes a value that its length precedes from the front of b.
func cut(b []byte) (value, rest []byte, err error) {
	if len(b) == 0 || len(b)-1 < int(b[0]) {
		return nil, nil, errShort
	}
	n := 1 + int(b[0])
	return b[1:n], b[n:], nil
}

// text returns printable ASCII as it is, and other bytes in hexadecimal.
func text(b []byte) string {
	for _, c := range b {
		if c < ' ' || c > '~' {
			return hex.EncodeToString(b)
		}
	}
	return string(b)
}
