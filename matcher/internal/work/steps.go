package work

// What the work meter is charged with. A step is worth a few nanoseconds.
const (
	RuleSteps  = 32  // a rule or condition is looked at
	MatchSteps = 64  // a regular expression is run, beside the steps of a long match
	TestSteps  = 16  // a test of a list: SetEnvIf, Require, <If>
	FileSteps  = 512 // the file system is asked
	// SubrequestSteps is a sub-request, beside what it does.
	SubrequestSteps = 512
	EventSteps      = 128 // an event is made for the caller
	// TextSteps is how many bytes of a text are made or read in a step.
	TextSteps = 32
	// FieldBytes is what a value of a header field takes beside its text.
	FieldBytes = 32
)
