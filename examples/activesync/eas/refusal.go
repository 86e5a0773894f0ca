package eas

import "strconv"

// StatusBlocked is the common status DeviceIsBlockedForThisUser (MS-ASCMD 2.2.2).
const StatusBlocked = 129

// refusals are the root elements of responses and their Status, by command.
var refusals = map[string]struct{ page, root, status byte }{
	"Sync":              {0, 0x05, 0x0E},
	"MoveItems":         {5, 0x05, 0x0B},
	"GetItemEstimate":   {6, 0x05, 0x0E},
	"FolderCreate":      {7, 0x13, 0x0C},
	"FolderDelete":      {7, 0x14, 0x0C},
	"FolderUpdate":      {7, 0x15, 0x0C},
	"FolderSync":        {7, 0x16, 0x0C},
	"MeetingResponse":   {8, 0x07, 0x0B},
	"ResolveRecipients": {10, 0x05, 0x07},
	"ValidateCert":      {11, 0x05, 0x0A},
	"Ping":              {13, 0x05, 0x07},
	"Provision":         {14, 0x05, 0x0B},
	"Search":            {15, 0x05, 0x0C},
	"Settings":          {18, 0x05, 0x06},
	"ItemOperations":    {20, 0x05, 0x0D},
	"SendMail":          {21, 0x05, 0x12},
	"SmartForward":      {21, 0x06, 0x12},
	"SmartReply":        {21, 0x07, 0x12},
	"Find":              {25, 0x05, 0x0A},
}

// Refusal returns the document <command><Status>status</Status></command>, with
// which a server of protocol 14.0 and later refuses a command. It is nil for a
// command whose response is no such document.
func Refusal(command string, status int) []byte {
	t, ok := refusals[command]
	if !ok {
		return nil
	}
	doc := []byte{0x03, 0x01, 0x6A, 0x00} // WBXML 1.3, public identifier unknown, UTF-8, no string table
	if t.page != 0 {
		doc = append(doc, switchPage, t.page)
	}
	doc = append(doc, t.root|hasContent, t.status|hasContent, inlineText)
	doc = strconv.AppendInt(doc, int64(status), 10)
	return append(doc, 0, endElement, endElement)
}
