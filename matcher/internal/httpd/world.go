package httpd

import (
	"context"
	"database/sql"
	"io/fs"
	"time"

	"github.com/modrewrite-go/modrewrite/matcher/internal/index"
	"github.com/modrewrite-go/modrewrite/matcher/internal/names"
	"github.com/modrewrite-go/modrewrite/parser"
)

// World is the server around the rules as the caller describes it. Its fields are
// those of matcher.Options, which says what they mean.
type World struct {
	DocumentRoot string
	FS           fs.FS
	EngineOn     bool
	AccessFiles  []string
	Revalidate   time.Duration
	Maps         map[string]GivenMap
	DB           *sql.DB
	Placeholder  string
	Programs     bool
	Directories  bool
	Types        map[string]string
	CGI          bool
	Compress     bool
	Handled      []string
	Limits       Limits
	Consume      bool
	Linear       bool
	Index        index.Options // thresholds of tests
	Now          func() time.Time
	Getenv       func(name string) (string, bool)
	Resolver     names.Resolver
	Report       func(*parser.Diagnostic)
}

// Negotiates reports whether variants of files are chosen among: by a caller that serves
// the file that was found, by the types that the engine knows.
func (w *World) Negotiates() bool { return w.Directories && w.Types != nil }

// GivenMap is a rewrite map of the caller's.
type GivenMap interface {
	Lookup(ctx context.Context, key string) (value string, found bool, err error)
}
