package httpd

// Static is what the handler for files heeds, beside the file itself. It is
// matcher.Static, which says what the fields mean.
type Static struct {
	AcceptPathInfo bool
	Indexes        bool
	Ignored        []string
	ListingType    string
	ListingCharset string
	ETag           ETagPart
	Ranges         RangeLimits
	Part           bool // of the file: PartLength bytes from PartFrom
	PartFrom       int64
	PartLength     int64
}

// Said reports whether any field is set.
func (f *Static) Said() bool {
	numbers := f.Ranges.Ranges | f.Ranges.Overlaps | f.Ranges.Reversals | int(f.ETag)
	return f.AcceptPathInfo || f.Indexes || f.Part || numbers != 0 || f.PartFrom|f.PartLength != 0 ||
		f.Ignored != nil || f.ListingType != "" || f.ListingCharset != ""
}

// ETagPart is a set of what makes up an entity tag, or that there is none.
type ETagPart uint8

// The parts. No part stands for ETagMTime and ETagSize.
const (
	ETagNone ETagPart = 1 << iota
	ETagMTime
	ETagINode
	ETagSize
	ETagDigest
)

// RangeLimits are those of MaxRanges, MaxRangeOverlaps and MaxRangeReversals. 0 stands
// for the default.
type RangeLimits struct{ Ranges, Overlaps, Reversals int }

// The values of RangeLimits that stand for no number.
const (
	RangesNone      = -1
	RangesUnlimited = -2
)

// Indexes reports whether the options have Indexes.
func (o *Options) Indexes() bool { return o.Value&optionIndexes != 0 }

// MultiViews reports whether files are found by the first parts of their names.
func (o *Options) MultiViews() bool { return o.Value&optionMultiViews != 0 }
