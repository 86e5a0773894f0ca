package matcher

// What the work meter is charged with. A step is worth a few nanoseconds.
const (
	ruleSteps  = 32  // a rule or condition is looked at
	matchSteps = 64  // a regular expression is run, beside the steps of a long match
	testSteps  = 16  // a test of a list: SetEnvIf, Require, <If>
	fileSteps  = 512 // the file system is asked
	// subrequestSteps is a sub-request, beside what it does.
	subrequestSteps = 512
	eventSteps      = 128 // an event is made for the caller
	// textSteps is how many bytes of a text are made or read in a step.
	textSteps = 32
	// fieldBytes is what a value of a header field takes beside its text.
	fieldBytes = 32
)
