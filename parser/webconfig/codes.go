package webconfig

import "github.com/modrewrite-go/modrewrite/parser"

// The codes of this package's findings, beside CodeTooLarge,
// CodeTooManyFindings, CodeNestedTooDeep and CodeIgnoredText of package parser.
// Where no severity is named it is Error. What is wrong with a rule that is not
// enabled is a warning at most.
const (
	CodeNotWellFormed    parser.Code = "not-well-formed"   // the text is not XML
	CodeDocumentType     parser.Code = "document-type"     // a document type declaration
	CodeEncoding         parser.Code = "encoding"          // characters that can't be decoded
	CodeUnknownElement   parser.Code = "unknown-element"   // an element that its section does not have
	CodeUnknownAttribute parser.Code = "unknown-attribute" // warning: an attribute that its element does not have
	CodeMisplaced        parser.Code = "misplaced"         // an element in the wrong section; a warning where it is run all the same
	CodeMissing          parser.Code = "missing"           // a required attribute or element
	CodeDuplicate        parser.Code = "duplicate"         // a key, an element or a section that is there already
	CodeBadValue         parser.Code = "bad-value"         // the value of an attribute
	CodeLenientValue     parser.Code = "lenient-value"     // warning: a value in another form, such as the number of a name
	CodeBadPattern       parser.Code = "bad-pattern"       // a regular expression that is none
	CodePatternConstruct parser.Code = "pattern-construct" // a construct that ECMAScript does not have
	CodeBadTemplate      parser.Code = "bad-template"      // braces that don't fit, a group beyond 31
	CodeUnknownVariable  parser.Code = "unknown-variable"  // warning: no such server variable; it is empty
	CodeUnknownMap       parser.Code = "unknown-map"       // warning: the file has no such map
	CodeUnsetCapture     parser.Code = "unset-capture"     // warning: a group that the pattern does not have
	CodeProvider         parser.Code = "provider"          // a rule uses a provider; a note where none does
	CodeOutbound         parser.Code = "outbound-not-run"  // warning; an error where the rule guards
	CodeOtherSection     parser.Code = "other-section"     // note: a section of others that guards or changes answers
	CodeTransform        parser.Code = "transform"         // an xdt: transform
	CodeOtherDialect     parser.Code = "other-dialect"     // the rules of another product
	CodeNoEffect         parser.Code = "no-effect"         // note: an attribute or element without effect
	CodeConfigSource     parser.Code = "config-source"     // a file that configSource names
	CodeGlobalRules      parser.Code = "global-rules"      // warning: IIS reads these in applicationHost.config
	CodeAllowedVariables parser.Code = "allowed-variables" // note: a variable that the server has to allow
	CodeLocation         parser.Code = "location"          // the path of <location>
)
