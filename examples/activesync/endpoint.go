package main

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// The versions and commands that the stand-in offers.
const (
	protocolVersions = "2.5,12.0,12.1,14.0,14.1"
	protocolCommands = "Sync,SendMail,SmartForward,SmartReply,GetAttachment,FolderSync,FolderCreate,FolderDelete," +
		"FolderUpdate,MoveItems,GetItemEstimate,MeetingResponse,Search,Settings,Ping,ItemOperations,Provision," +
		"ResolveRecipients,ValidateCert"
)

// syncDone is the document <Sync><Status>1</Status></Sync>, "nothing new", in
// WBXML: version 1.3, an unknown public identifier, UTF-8, no string table.
var syncDone = []byte{
	0x03, 0x01, 0x6A, 0x00,
	0x45,            // <Sync>
	0x4E,            // <Status>
	0x03, '1', 0x00, // an inline string
	0x01, 0x01, // the two closing tags
}

// answer stands in for an ActiveSync endpoint: it tells what it can do,
// demands a login, and has nothing new for a device that synchronises.
func answer(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	if !strings.EqualFold(strings.TrimSuffix(r.URL.Path, "/"), endpointPath) {
		http.NotFound(w, r)
		return
	}
	h.Set("MS-Server-ActiveSync", "14.1")
	if _, _, ok := r.BasicAuth(); !ok {
		h.Set("WWW-Authenticate", `Basic realm="mail"`)
		http.Error(w, "who are you?", http.StatusUnauthorized)
		return
	}
	switch r.Method {
	case http.MethodOptions:
		h.Set("Allow", "OPTIONS,POST")
		h.Set("Public", "OPTIONS,POST")
		h.Set("MS-ASProtocolVersions", protocolVersions)
		h.Set("MS-ASProtocolCommands", protocolCommands)
	case http.MethodPost:
		command(w, r)
	default:
		h.Set("Allow", "OPTIONS,POST")
		http.Error(w, "only OPTIONS and POST", http.StatusMethodNotAllowed)
	}
}

// command answers a POST.
func command(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	cmd := q.Get("Cmd")
	if !slices.Contains(strings.Split(protocolCommands, ","), cmd) || q.Get("DeviceId") == "" || q.Get("DeviceType") == "" {
		http.Error(w, "a command of a device, please", http.StatusBadRequest)
		return
	}
	if cmd != "Sync" {
		return // Done, without anything to say.
	}
	w.Header().Set("Content-Type", "application/vnd.ms-sync.wbxml")
	w.Header().Set("Content-Length", strconv.Itoa(len(syncDone)))
	_, _ = w.Write(syncDone) // A device that hung up is not waited for.
}
