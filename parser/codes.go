package parser

// The codes of this package's findings. Where no severity is named it is
// Error.
const (
	CodeTooLarge          Code = "too-large"          // a file, a line or its interpolation is too long
	CodeTooManyFindings   Code = "too-many-findings"  // reading was given up; a note where only warnings are left out
	CodeNotClosed         Code = "not-closed"         // a section is not closed; a warning where httpd closes it
	CodeUnexpectedClose   Code = "unexpected-close"   // a closing tag without its section
	CodeMissingBracket    Code = "missing-bracket"    // a section's line lacks the ">"
	CodeNestedTooDeep     Code = "nested-too-deep"    // sections, includes or map calls
	CodeArgumentCount     Code = "argument-count"     // too few or too many arguments
	CodeIgnoredText       Code = "ignored-text"       // warning: text that httpd does not look at
	CodeOpenQuote         Code = "open-quote"         // warning: a quoted argument without its second quote
	CodeByteOrderMark     Code = "byte-order-mark"    // the file begins with one
	CodeNotHere           Code = "not-allowed"        // not in access files
	CodeUnsupported       Code = "unsupported"        // valid, but not supported yet
	CodeUndefinedVariable Code = "undefined-variable" // warning: ${NAME} is not defined
	CodeBadVariable       Code = "bad-variable"       // Define with a ":" in the name
	CodeBadVersion        Code = "bad-version"        // <IfVersion> can't be understood
	CodeInclude           Code = "include"            // a file can't be included
	CodeMacro             Code = "macro"              // a macro can't be defined or used
	CodeUndefinedMacro    Code = "undefined-macro"    // Use or UndefMacro of a macro that there is not
	CodeDoubtfulMacro     Code = "doubtful-macro"     // warning: a macro may not come to what it seems to say
	CodeOnOff             Code = "on-off"             // an argument is neither On nor Off
	CodeBadArguments      Code = "bad-arguments"      // RewriteRule and RewriteCond: words missing
	CodeFlagDelimiters    Code = "flag-delimiters"    // flags not in brackets
	CodeUnknownFlag       Code = "unknown-flag"
	CodeFlagValue         Code = "flag-value"     // a flag lacks its value
	CodeBadStatus         Code = "bad-status"     // not a status code
	CodeStatusIgnored     Code = "status-ignored" // warning: R has a value that httpd does not look at
	CodeIgnoredFlag       Code = "ignored-flag"   // warning: a flag without effect
	CodeUnknownOption     Code = "unknown-option" // RewriteOptions
	CodeIgnoredOption     Code = "ignored-option" // warning: an option without effect
	CodeBaseURL           Code = "base-url"       // RewriteBase is not a URL-path
	CodeMapSource         Code = "map-source"     // RewriteMap's source can't be understood
)
