package pcre

import "fmt"

// Code names a reason to refuse a pattern. The numbers are those of PCRE2's
// compile errors, so that its documentation applies.
type Code int

// The reasons.
const (
	CodeTrailingBackslash   Code = 101
	CodeTrailingControl     Code = 102
	CodeUnknownEscape       Code = 103
	CodeQuantifierOrder     Code = 104
	CodeQuantifierTooBig    Code = 105
	CodeUnclosedClass       Code = 106
	CodeEscapeInClass       Code = 107
	CodeRangeOrder          Code = 108
	CodeNothingToRepeat     Code = 109
	CodeUnknownGroup        Code = 111
	CodePosixOutsideClass   Code = 112
	CodeCollatingElement    Code = 113
	CodeUnclosedGroup       Code = 114
	CodeNoSuchGroup         Code = 115
	CodeUnclosedComment     Code = 118
	CodeNesting             Code = 119
	CodeTooLarge            Code = 120
	CodeUnmatchedParen      Code = 122
	CodeUnclosedCondition   Code = 124
	CodeLookbehindLength    Code = 125
	CodeRelativeZero        Code = 126
	CodeConditionBranches   Code = 127
	CodeAssertionExpected   Code = 128
	CodeDigitExpected       Code = 129
	CodeUnknownPosixClass   Code = 130
	CodeCodePointTooLarge   Code = 134
	CodeLookbehindComplex   Code = 135
	CodePerlEscape          Code = 137
	CodeCalloutNumber       Code = 138
	CodeUnclosedCallout     Code = 139
	CodeUnknownPythonGroup  Code = 141
	CodeNameTerminator      Code = 142
	CodeDuplicateName       Code = 143
	CodeNameStartsWithDigit Code = 144
	CodeMalformedProperty   Code = 146
	CodeUnknownProperty     Code = 147
	CodeNameTooLong         Code = 148
	CodeTooManyNames        Code = 149
	CodeInvalidRange        Code = 150
	CodeOctalTooLarge       Code = 151
	CodeDefineBranches      Code = 154
	CodeOctalBrace          Code = 155
	CodeReferenceSyntax     Code = 157
	CodeRecursionSyntax     Code = 158
	CodeUnknownVerb         Code = 160
	CodeGroupNumberTooBig   Code = 161
	CodeNameExpected        Code = 162
	CodeNonOctal            Code = 164
	CodeNumberNameConflict  Code = 165
	CodeMarkArgument        Code = 166
	CodeNonHex              Code = 167
	CodeControlCharacter    Code = 168
	CodeNamedReference      Code = 169
	CodeNotNewlineInClass   Code = 171
	CodeSurrogate           Code = 173
	CodeVerbNameTooLong     Code = 176
	CodeDigitsMissing       Code = 178
	CodeVersionCondition    Code = 179
	CodeCalloutDelimiter    Code = 181
	CodeCalloutStart        Code = 182
	CodeLookbehindTooLong   Code = 187
	CodeUnicodeOnly         Code = 193
	CodeOptionHyphen        Code = 194
	CodeUnknownAssertion    Code = 195
	CodeTooManyGroups       Code = 197
	CodeAtomicAssertion     Code = 198
	CodeKeepInLook          Code = 199
	// CodeUnsupported is our own: PCRE2 accepts the pattern, but nothing here
	// runs it.
	CodeUnsupported Code = 1000
	// CodeInvalidUTF stands for the 21 codes that PCRE2 has for it.
	CodeInvalidUTF Code = 1001
)

// Error says why and where a pattern is refused.
type Error struct {
	Offset int // in bytes from the start of the pattern
	Code   Code
	Msg    string // a phrase without the pattern and the offset
}

// Error returns the message and the offset.
func (e *Error) Error() string { return fmt.Sprintf("%s at offset %d", e.Msg, e.Offset) }

// message returns what the code means, as a phrase.
func (c Code) message() string {
	switch c {
	case CodeTrailingBackslash:
		return "backslash at the end of the pattern"
	case CodeTrailingControl:
		return `\c at the end of the pattern`
	case CodeUnknownEscape:
		return "unknown escape sequence"
	case CodeQuantifierOrder:
		return "quantifier {n,m} with m less than n"
	case CodeQuantifierTooBig:
		return "quantifier above 65535"
	case CodeUnclosedClass:
		return "character class without closing ]"
	case CodeEscapeInClass:
		return "escape sequence not allowed in a character class"
	case CodeRangeOrder:
		return "range in character class out of order"
	case CodeNothingToRepeat:
		return "quantifier with nothing to repeat"
	case CodeUnknownGroup:
		return "unknown character after (?"
	case CodePosixOutsideClass:
		return "POSIX class outside a character class"
	case CodeCollatingElement:
		return "POSIX collating elements are not supported"
	case CodeUnclosedGroup:
		return "missing closing parenthesis"
	case CodeNoSuchGroup:
		return "reference to a group that does not exist"
	case CodeUnclosedComment:
		return "comment (?# without closing parenthesis"
	case CodeNesting:
		return "more than 250 nested groups"
	case CodeTooLarge:
		return "pattern too large once compiled"
	case CodeUnmatchedParen:
		return "closing parenthesis without an opening one"
	case CodeUnclosedCondition:
		return "condition without closing parenthesis"
	case CodeLookbehindLength:
		return "lookbehind not of fixed length"
	case CodeRelativeZero:
		return "relative group number zero"
	case CodeConditionBranches:
		return "conditional group with more than two branches"
	case CodeAssertionExpected:
		return "lookaround expected as the condition"
	case CodeDigitExpected:
		return "digit expected after (?+"
	case CodeUnknownPosixClass:
		return "unknown POSIX class"
	case CodeCodePointTooLarge:
		return "character code above 255, or above 10ffff in UTF mode"
	case CodeLookbehindComplex:
		return "lookbehind too complicated"
	default:
		return c.rarerMessage()
	}
}

func (c Code) rarerMessage() string {
	switch c {
	case CodePerlEscape:
		return "escape sequence of Perl that PCRE does not support"
	case CodeCalloutNumber:
		return "callout number above 255"
	case CodeUnclosedCallout:
		return "callout without closing parenthesis"
	case CodeUnknownPythonGroup:
		return "unknown character after (?P"
	case CodeNameTerminator:
		return "group name not properly terminated"
	case CodeDuplicateName:
		return "two groups of the same name"
	case CodeNameStartsWithDigit:
		return "group name starting with a digit"
	case CodeMalformedProperty:
		return `malformed \p or \P`
	case CodeUnknownProperty:
		return `unknown property after \p or \P`
	case CodeNameTooLong:
		return "group name longer than 32 characters"
	case CodeTooManyNames:
		return "more than 10000 named groups"
	case CodeInvalidRange:
		return "range in character class that starts or ends with a class"
	case CodeOctalTooLarge:
		return `octal character code above \377`
	case CodeDefineBranches:
		return "(?(DEFINE) with more than one branch"
	case CodeOctalBrace:
		return `missing { after \o`
	case CodeReferenceSyntax:
		return `\g without a number or a delimited name`
	case CodeRecursionSyntax:
		return "missing closing parenthesis after (?R"
	case CodeUnknownVerb:
		return "unknown or malformed verb after (*"
	case CodeGroupNumberTooBig:
		return "group number too big"
	case CodeNameExpected:
		return "group name expected"
	case CodeNonOctal:
		return `\o{ without octal digits and closing }`
	case CodeNumberNameConflict:
		return "different names for groups of the same number"
	case CodeMarkArgument:
		return "(*MARK) without a name"
	case CodeNonHex:
		return `\x{ without hexadecimal digits and closing }`
	case CodeControlCharacter:
		return `\c without a printable ASCII character`
	case CodeNamedReference:
		return `\k without a delimited name`
	case CodeNotNewlineInClass:
		return `\N in a character class`
	case CodeVerbNameTooLong:
		return "argument of a verb longer than 255 bytes"
	case CodeDigitsMissing:
		return "no digits between braces"
	case CodeVersionCondition:
		return "malformed (?(VERSION condition"
	case CodeCalloutDelimiter:
		return "callout string without closing delimiter"
	case CodeCalloutStart:
		return "unknown delimiter of a callout string"
	case CodeLookbehindTooLong:
		return "lookbehind longer than 65535 bytes"
	case CodeUnicodeOnly:
		return `\N{U+…} outside Unicode mode`
	case CodeOptionHyphen:
		return "misplaced hyphen in option letters"
	case CodeUnknownAssertion:
		return "unknown or malformed assertion after (*"
	case CodeTooManyGroups:
		return "more than 65535 groups"
	case CodeAtomicAssertion:
		return "non-atomic lookaround as a condition"
	case CodeSurrogate:
		return "code point of a surrogate, which is not a character"
	case CodeInvalidUTF:
		return "pattern in UTF mode that is not valid UTF-8"
	case CodeKeepInLook:
		return `\K inside a lookaround`
	default:
		return "unsupported construct"
	}
}
