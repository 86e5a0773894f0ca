package matcher

import (
	"github.com/modrewrite-go/modrewrite/matcher/internal/httpd"
	"github.com/modrewrite-go/modrewrite/parser"
)

// Codes of findings about what is well-formed.
const (
	CodeUnsupported parser.Code = httpd.CodeUnsupported // a directive the engine does not run
	CodeNotAllowed  parser.Code = httpd.CodeNotAllowed  // a directive where it may not stand
	CodeBadArgument parser.Code = httpd.CodeBadArgument // a directive with a wrong argument
)

// CodeLimit is the code of errors that say a request went over a limit.
const CodeLimit parser.Code = httpd.CodeLimit
