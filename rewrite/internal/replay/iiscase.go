package replay

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// IISCase is a site as IIS, or one of the ports of mod_rewrite to it, would run it, with
// requests and what is expected of them.
type IISCase struct {
	Name       string            `json:"name"`
	Source     string            `json:"source,omitempty"`
	Confidence string            `json:"confidence,omitempty"`
	Dialect    string            `json:"dialect"` // webconfig, isapi2, isapi3 or iirf
	Files      map[string]string `json:"files"`   // by their paths below the root of the site
	Requests   []IISRequest      `json:"requests"`
	Expect     []IISResult       `json:"expect,omitempty"`
	Results    []IISResult       `json:"results"`
}

// IISRequest is a request of a case.
type IISRequest struct {
	Method   string            `json:"method"`
	Target   string            `json:"target"`
	Host     string            `json:"host"`
	Headers  map[string]string `json:"headers"`
	Remote   string            `json:"remote"`
	TLS      bool              `json:"tls"`
	Upstream *IISUpstream      `json:"upstream,omitempty"`
}

// IISUpstream is what the handler answers.
type IISUpstream struct {
	Status     int               `json:"status"`
	Headers    map[string]string `json:"headers"`
	Body       string            `json:"body,omitempty"`
	BodyBase64 []byte            `json:"body_base64,omitempty"`
}

// The kinds of results.
const (
	KindPass     = "pass"     // the handler gets path and query as sent
	KindRewrite  = "rewrite"  // the handler, or another server, gets URL
	KindRedirect = "redirect" // the client is sent to Location
	KindStatus   = "status"   // the client gets Status
	KindAbort    = "abort"    // the connection is closed without a response
)

// IISResult is what happens to a request, or is expected to.
type IISResult struct {
	Kind           string             `json:"kind"`
	Status         int                `json:"status,omitempty"`
	SubStatus      int                `json:"substatus,omitempty"`
	Reason         string             `json:"reason,omitempty"`
	Location       string             `json:"location,omitempty"`
	URL            string             `json:"url,omitempty"` // path and query, or that of another server
	RequestHeaders map[string]*string `json:"request_headers,omitempty"`
	Headers        map[string]*string `json:"headers,omitempty"` // null: absent or empty
	Body           *string            `json:"body,omitempty"`
	Also           []int              `json:"also,omitempty"` // statuses that are as good
	Note           string             `json:"note,omitempty"`
	Error          string             `json:"error,omitempty"` // why a site or request is refused
}

// ReadIISCase reads the case on a line.
func (l Line) ReadIISCase() (*IISCase, error) {
	c := new(IISCase)
	if err := json.Unmarshal(l.Text, c); err != nil {
		return nil, fmt.Errorf("line %d: %w", l.Number, err)
	}
	return c, nil
}

// Line returns c as a line of JSON.
func (c *IISCase) Line() ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(c)
	return b.Bytes(), err
}
