package webconfig

import "github.com/modrewrite-go/modrewrite/parser"

// Node is a part of a web.config. The nodes are *Comment, *Foreign and the
// elements: *Group, *Location, *Rules, *Rule, *Match, *Conditions, *Condition,
// *Variables, *Variable, *Action, *Maps, *Map, *Outbound, *OutboundRule,
// *OutboundMatch, *OutboundAction, *PreConditions, *PreCondition, *CustomTags,
// *TagGroup, *CustomTag, *Allowed, *AllowedVariable, *Providers, *Provider,
// *Settings, *Setting, *Filtering, *Limits, *List, *Item, *FilteringRules,
// *FilteringRule, *Redirect, *RedirectEntry, *Clear and *Remove.
type Node interface {
	Span() parser.Extent
	node()
}

// File is a web.config that was read, or a part of one.
type File struct {
	parser.Extent
	Declared bool   // the text begins with an XML declaration
	CRLF     bool   // lines end in CR LF
	Nodes    []Node // comments, and the root element
	// Site is the name of the site whose places an applicationHost.config names, ""
	// where it names none.
	Site     string
	Warnings parser.Diagnostics
}

// Comment is a comment, or a processing instruction, as written.
type Comment struct {
	parser.Extent
	Text string
}

// Foreign is an element that this package does not know, as written.
type Foreign struct {
	parser.Extent
	Text string
}

// Element is what all elements have. Its extent is that of the whole element.
type Element struct {
	parser.Extent
	// More are the attributes that have no field of their own.
	More []Attribute
}

// Attribute is an attribute that the element is not known to have.
type Attribute struct {
	Name, Value string
	At          parser.Pos
}

// Section is what the elements have that stand for a section of configuration,
// which may lie in another file.
type Section struct {
	Element
	// Source is the configSource. What the section holds is that file's then,
	// and the extents within name that file.
	Source Text
	Nodes  []Node
}

// Group is an element that holds sections: configuration, system.webServer,
// rewrite or security.
type Group struct {
	Element
	Name  string
	Nodes []Node
}

// Location is a <location>: sections for what lies below a path.
type Location struct {
	Element
	Path Text // as written
	// InheritInChildApplications is an attribute without effect here, where
	// there are no applications.
	InheritInChildApplications Bool
	Nodes                      []Node
}

// Clear takes away what a collection holds so far, inherited items included.
type Clear struct{ Element }

// Remove takes one item away from a collection.
type Remove struct {
	Element
	Name string // of the attribute that holds the key
	Key  Text
}

// Rules is a <rules> or <globalRules>.
type Rules struct {
	Section
	Global                 bool
	UseOriginalURLEncoding Bool // default true
}

// Rule is a rule for requests.
type Rule struct {
	Element
	Name           Text
	Enabled        Bool // default true
	Syntax         Enum[PatternSyntax]
	StopProcessing Bool
	Cache          Enum[CachePolicy]

	// The children. Match is nil where it is missing, which is an error; the
	// others may be.
	Match      *Match
	Conditions *Conditions
	Variables  *Variables
	Action     *Action
	Nodes      []Node // these, in order, and comments
}

// Match is what the path of a request has to match.
type Match struct {
	Element
	URL        Pattern
	IgnoreCase Bool // default true
	Negate     Bool
}

// Conditions are the conditions of a rule.
type Conditions struct {
	Element
	Grouping         Enum[Grouping]
	TrackAllCaptures Bool // default false; true for outbound rules
	Nodes            []Node
}

// Condition is a condition of a rule or a pre-condition.
type Condition struct {
	Element
	Input      Template
	Type       Enum[MatchType]
	Pattern    Pattern
	IgnoreCase Bool // default true
	Negate     Bool
}

// Variables are the server variables that a rule sets.
type Variables struct {
	Element
	Nodes []Node
}

// Variable is a server variable to set.
type Variable struct {
	Element
	Name    Text
	Value   Template
	Replace Bool // default true
}

// Action is what a rule does.
type Action struct {
	Element
	Type              Enum[ActionType]
	URL               Template
	AppendQueryString Bool // default true
	LogRewrittenURL   Bool
	RedirectType      Enum[RedirectType]
	StatusCode        Number
	SubStatusCode     Number
	StatusReason      Template
	StatusDescription Template
}

// Maps is a <rewriteMaps>.
type Maps struct{ Section }

// Map is a rewrite map.
type Map struct {
	Element
	Name       Text
	Default    Text // without a value for a key; "" unless written
	IgnoreCase Bool // default true
	Entries    []Entry
}

// EntryKind says what an Entry is.
type EntryKind uint8

// The kinds of entries.
const (
	EntryAdd     EntryKind = iota // a key and its value
	EntryClear                    // takes away the entries before it
	EntryRemove                   // takes away the entry of Key
	EntryComment                  // Value is the comment
	EntryForeign                  // Value is an element that there should not be
)

// Entry is a part of a map. It is small because there may be many.
type Entry struct {
	Key, Value string
	At         parser.Pos
	Kind       EntryKind
}

// Outbound is an <outboundRules>. Its rules are not run.
type Outbound struct {
	Section
	RewriteBeforeCache Bool
}

// OutboundRule is a rule for responses.
type OutboundRule struct {
	Element
	Name           Text
	PreCondition   Text
	Enabled        Bool // default true
	Syntax         Enum[PatternSyntax]
	StopProcessing Bool

	Match      *OutboundMatch
	Conditions *Conditions
	Action     *OutboundAction
	Nodes      []Node
}

// OutboundMatch is what an outbound rule looks for, and where: in a server
// variable, in attributes of tags or, with neither, in the whole body.
type OutboundMatch struct {
	Element
	FilterByTags   TagSet
	CustomTags     Text
	ServerVariable Text
	Pattern        Pattern
	Occurrences    Number // 0: all
	IgnoreCase     Bool   // default true
	Negate         Bool
}

// OutboundAction is what an outbound rule does.
type OutboundAction struct {
	Element
	Type    Enum[ActionType]
	Value   Template
	Replace Bool // default true
}

// PreConditions are the pre-conditions of outbound rules.
type PreConditions struct {
	Element
	Nodes []Node
}

// PreCondition is a set of conditions that outbound rules name.
type PreCondition struct {
	Element
	Name     Text
	Grouping Enum[Grouping]
	Syntax   Enum[PatternSyntax]
	Nodes    []Node
}

// CustomTags are the tags that outbound rules name.
type CustomTags struct {
	Element
	Nodes []Node
}

// TagGroup is a named set of tags.
type TagGroup struct {
	Element
	Name  Text
	Nodes []Node
}

// CustomTag is a tag and the attribute of it that is looked at.
type CustomTag struct {
	Element
	Name      Text
	Attribute Text
}

// Allowed is an <allowedServerVariables>.
type Allowed struct{ Section }

// AllowedVariable is a server variable that rules may set.
type AllowedVariable struct {
	Element
	Name Text
}

// Providers is a <providers>.
type Providers struct{ Section }

// Provider is a provider. It is code of IIS's and not run.
type Provider struct {
	Element
	Name, Type Text
	Nodes      []Node
}

// Settings are the settings of a provider.
type Settings struct {
	Element
	Nodes []Node
}

// Setting is one setting of a provider.
type Setting struct {
	Element
	Key, Value, Encrypted Text
}

// Filtering is a <requestFiltering>. The fields below Section are nil where
// there is no such child.
type Filtering struct {
	Section
	AllowDoubleEscaping  Bool
	AllowHighBit         Bool // default true
	UnescapeQueryString  Bool // default true
	RemoveServerHeader   Bool
	FileExtensions       *List
	Verbs                *List
	HiddenSegments       *List
	AlwaysAllowedURLs    *List
	AlwaysAllowedQueries *List
	DenyURLSequences     *List
	DenyQuerySequences   *List
	Limits               *Limits
	Rules                *FilteringRules
}

// Limits are the requestLimits of request filtering.
type Limits struct {
	Element
	MaxContentLength Number // default 30000000
	MaxURL           Number // default 4096
	MaxQueryString   Number // default 2048
	Headers          *List  // headerLimits; nil where there are none
	Nodes            []Node
}

// List is a collection of request filtering.
type List struct {
	Element
	Kind          ListKind
	AllowUnlisted Bool // default true
	ApplyToWebDAV Bool // default true
	Nodes         []Node
}

// Item is an item of a List.
type Item struct {
	Element
	Kind      ListKind
	Key       Text
	Allowed   Bool   // of file extensions and verbs
	SizeLimit Number // of headers
}

// FilteringRules is a <filteringRules>.
type FilteringRules struct {
	Element
	Nodes []Node
}

// FilteringRule denies requests that hold certain strings.
type FilteringRule struct {
	Element
	Name                 Text
	ScanURL              Bool
	ScanQueryString      Bool
	ScanAllRaw           Bool
	DenyUnescapedPercent Bool // default true
	ScanHeaders          *List
	AppliesTo            *List
	DenyStrings          *List
	Nodes                []Node
}

// Redirect is an <httpRedirect>.
type Redirect struct {
	Section
	Enabled          Bool
	Destination      Text
	ExactDestination Bool
	ChildOnly        Bool
	Status           Enum[ResponseStatus] // default Found
}

// RedirectEntry is a destination for the paths that a wildcard matches.
type RedirectEntry struct {
	Element
	Wildcard    Text
	Destination Text
}

func (*Comment) node()         {}
func (*Foreign) node()         {}
func (*Group) node()           {}
func (*Location) node()        {}
func (*Clear) node()           {}
func (*Remove) node()          {}
func (*Rules) node()           {}
func (*Rule) node()            {}
func (*Match) node()           {}
func (*Conditions) node()      {}
func (*Condition) node()       {}
func (*Variables) node()       {}
func (*Variable) node()        {}
func (*Action) node()          {}
func (*Maps) node()            {}
func (*Map) node()             {}
func (*Outbound) node()        {}
func (*OutboundRule) node()    {}
func (*OutboundMatch) node()   {}
func (*OutboundAction) node()  {}
func (*PreConditions) node()   {}
func (*PreCondition) node()    {}
func (*CustomTags) node()      {}
func (*TagGroup) node()        {}
func (*CustomTag) node()       {}
func (*Allowed) node()         {}
func (*AllowedVariable) node() {}
func (*Providers) node()       {}
func (*Provider) node()        {}
func (*Settings) node()        {}
func (*Setting) node()         {}
func (*Filtering) node()       {}
func (*Limits) node()          {}
func (*List) node()            {}
func (*Item) node()            {}
func (*FilteringRules) node()  {}
func (*FilteringRule) node()   {}
func (*Redirect) node()        {}
func (*RedirectEntry) node()   {}
