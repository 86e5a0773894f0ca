package httpd

import (
	"runtime"
	"time"

	"github.com/modrewrite-go/modrewrite/matcher/internal/work"
)

// Limits are matcher.Limits, which says what they mean: the two have the same
// fields.
type Limits struct {
	InternalRedirects               int
	Subrequests                     int
	SubrequestsTotal                int
	RequestLine                     int
	RequestFields, RequestFieldSize int
	RequestBody                     int64
	Rounds                          int
	Steps                           int
	MatchSteps                      int
	OverrunIsNoMatch                bool
	AccessFile                      int64
	AccessCache                     int64
	MapFile                         int64
	LookupTime                      time.Duration
	Lookups                         int
	LookupEntries                   int
	LookupKeep                      time.Duration
	MapTime                         time.Duration
	WaitTime                        time.Duration
	Time                            time.Duration
	Bytes                           int
	AuthFile                        int64
	AuthCache                       int64
	Hashes                          int
	HashWait                        time.Duration
	HashCost                        int
	Passwords                       int
}

func (l Limits) withDefaults() Limits {
	for _, d := range []struct {
		field *int
		def   int
	}{
		{&l.InternalRedirects, 10},
		{&l.Subrequests, 10},
		{&l.SubrequestsTotal, 1000},
		{&l.RequestLine, 8190},
		{&l.RequestFields, 100},
		{&l.RequestFieldSize, 8190},
		{&l.Rounds, 32000},
		{&l.Steps, 10_000_000},
		{&l.MatchSteps, 10_000_000},
		{&l.Bytes, 8 << 20},
		{&l.Lookups, 256},
		{&l.LookupEntries, 10_000},
		{&l.Hashes, max(1, runtime.GOMAXPROCS(0)/2)},
		{&l.HashCost, 12},
		{&l.Passwords, 10_000},
	} {
		if *d.field <= 0 {
			*d.field = d.def
		}
	}
	for _, d := range []struct {
		field *int64
		def   int64
	}{
		{&l.AccessFile, 1 << 20},
		{&l.AccessCache, 256 << 20},
		{&l.MapFile, 256 << 20},
		{&l.AuthFile, 16 << 20},
		{&l.AuthCache, 64 << 20},
	} {
		if *d.field <= 0 {
			*d.field = d.def
		}
	}
	for _, d := range []struct {
		field *time.Duration
		def   time.Duration
	}{
		{&l.MapTime, 10 * time.Second},
		{&l.WaitTime, 30 * time.Second},
		{&l.Time, 2 * time.Second},
		{&l.LookupTime, 5 * time.Second},
		{&l.LookupKeep, 5 * time.Minute},
		{&l.HashWait, 5 * time.Second},
	} {
		if *d.field <= 0 {
			*d.field = d.def
		}
	}
	if l.RequestBody <= 0 {
		l.RequestBody = 1 << 30
	}
	return l
}

// work returns the limits of the work for a request.
func (l *Limits) work() work.Limits {
	return work.Limits{Time: l.Time, Wait: l.WaitTime, Bytes: l.Bytes}
}
