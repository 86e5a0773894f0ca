package httpd

import (
	"context"
	"errors"
	"net/netip"
	"strings"
	"time"

	"github.com/modrewrite-go/modrewrite/matcher/internal/expr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/pattern"
	"github.com/modrewrite-go/modrewrite/matcher/internal/work"
	"github.com/modrewrite-go/modrewrite/parser"
)

// Evaluation is what all requests of one Eval share: the client's own request,
// its internal redirects and their sub-requests. Its fields are grouped by how
// long what they say holds.
type Evaluation struct {
	// The question.
	Engine *Engine
	Ctx    context.Context
	Req    *Client
	Step   func(Event) // nil unless explained
	log    TraceLog

	// What was read of the client's request.
	HostHeader string // the Host header, replaced by an absolute target's
	HasHost    bool
	connection connection
	nameless   bool  // the target has a host without a name, as http:///path
	bodyLength int64 // as announced; -1 if it shows when the body is read

	// What is found out when it is first asked for.
	clock      time.Time   // when the evaluation began
	clientAddr netip.Addr  // not valid until it is asked for
	local      string      // the name of the address of arrival
	client     *clientName // nil until it is asked for
	Unknown    error       // why a name that access depends on could not be looked up

	// Where the evaluation is, and what it has taken so far.
	Meter       work.Meter
	At          work.Place // what is being done, for errors; nil until there is one
	err         error      // the first error since the last one was settled; it denies the request
	failures    int        // how many of the request's failures were taken into account
	subrequests int
	merges      int // configurations that httpd would have merged anew
	steps       int
	bodyRefused bool  // the body is longer than it may be, and that was answered
	bodyBound   int64 // of a module, in bytes; 0 for none

	// What it has come to.
	Failure     error         // the first error, once it is settled how to answer
	reason      *refusal      // why the request is refused, nil if it is not
	Rule        parser.Extent // the deciding rule
	Substituted bool          // a rule changed the URL
	Cookies     []string
	CookieNames map[string]bool
	ErrHeader   map[string][]string // other fields that every response has
	Later       []HeaderChange      // what is done to the response's header last of all

	// The request proper: kept here so that a request no rule touches
	// allocates nothing.
	first  Request
	answer Answer
	ended  bool // its END flag
	*buffers
}

// buffers are what an evaluation leaves to the next one. Nothing that outlives an
// evaluation may have them, see Outliving.
type buffers struct {
	Scratch   Scratch // of a module, for the request proper; nil until it makes one
	listWalks listWalks
	looks     looks
	exprs     expr.Room
	Found     pattern.Captures // of a match, for a caller of Match that copies what it keeps
	ifWalks   []ifWalk         // of the request proper
}

// maxIfWalks is how many walks along <If> sections an evaluation leaves memory for.
const maxIfWalks = 16

// clear drops what refers to the request.
func (b *buffers) clear() {
	b.listWalks.under = 0
	clear(b.ifWalks)
	if cap(b.ifWalks) > maxIfWalks {
		b.ifWalks = nil
	}
	b.ifWalks = b.ifWalks[:0]
}

// Scratch is buffers that a module keeps from one evaluation to the next.
type Scratch interface {
	Clear() // drops what refers to the request
}

// Fail notes why the request is denied.
func (e *Evaluation) Fail(err error) {
	if e.err == nil {
		e.err = err
	}
}

// PassedOver denies the request, which is explained, because an index passed over the
// directive or section written at the place at, which is for the request: a mistake of
// the engine, so that what else the explanation says can't be trusted.
func (e *Evaluation) PassedOver(at parser.Extent) {
	e.Fail(&parser.Diagnostic{
		Extent: at, Severity: parser.Error, Code: codeInternal,
		Message: "an error of the engine: this is for the request, but its index passes it over",
	})
}

// Locate says that a name could not be looked up for the rule or directive at at,
// if that went wrong and it is not known yet where.
func (e *Evaluation) Locate(at parser.Extent) {
	if e.err == nil {
		return
	}
	var d *parser.Diagnostic
	if errors.As(e.err, &d) && d.Code == codeNameLookup && d.Name == "" {
		d.Extent = at
	}
}

// settle puts the error that denies the request aside: it is reported at the
// end, but must not stop what answers in the place of the request.
func (e *Evaluation) settle() {
	if e.Failure == nil {
		e.Failure = e.err
	}
	e.err = nil
}

// Now returns the time at which the evaluation began.
func (e *Evaluation) Now() time.Time {
	if e.clock.IsZero() {
		e.clock = e.Engine.Now()
	}
	return e.clock
}

// requestLine returns the first line of the request as httpd keeps it: for one
// that it can't take apart, without what is missing, or comes too late.
func (e *Evaluation) requestLine() string {
	method, proto := methodOf(e.Req), protocolOf(e.Req)
	switch {
	case e.Req.Target == "":
		return method + " " + proto
	case strings.IndexByte(e.Req.Target, ' ') >= 0:
		return method + " " + e.Req.Target
	}
	return method + " " + e.Req.Target + " " + proto
}
