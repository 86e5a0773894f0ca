package main

import (
	"errors"
	"flag"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher"
	"github.com/modrewrite-go/modrewrite/parser"
	"github.com/modrewrite-go/modrewrite/rewrite"
	"github.com/modrewrite-go/modrewrite/rewrite/internal/dialect"
)

// ruleFlags are the flags of serve and explain that describe the rules to run.
type ruleFlags struct {
	config   string
	root     string // absolute, with slashes, after check
	engineOn bool
	programs bool
	dialect  dialectFlag
	defines  defines
	handled  words
	// directories says that directories are served here, and not elsewhere.
	directories bool
	allowEmpty  bool // an empty config file may replace one with rules
	linear      bool // rules are tried one by one
}

func (rs *ruleFlags) register(flags *flag.FlagSet) {
	flags.StringVar(&rs.config, "config", "", "`file` with the rules of the server or virtual host")
	flags.StringVar(&rs.root, "root", "", "document root `dir`, where no DocumentRoot of the config names another; its .htaccess files are honoured, or the files of IIS where the root has one and no .htaccess")
	registerRead(flags, &rs.engineOn, &rs.defines, &rs.handled)
	registerPrograms(flags, &rs.programs)
	rs.dialect.register(flags)
}

// registerPrograms registers the flag that permits prg: maps.
func registerPrograms(flags *flag.FlagSet, programs *bool) {
	flags.BoolVar(programs, "programs", false,
		"permit maps of type prg:, which run programs of the rules' choice; for rules of people you trust")
}

// registerRead registers the flags that say how rules are read.
func registerRead(flags *flag.FlagSet, engineOn *bool, d *defines, handled *words) {
	flags.BoolVar(engineOn, "engine-on", false, "start with RewriteEngine on, as the IIS ports of mod_rewrite do")
	flags.Var(d, "D", "define `name[=value]` for <IfDefine> and ${name}; repeatable")
	flags.Var(handled, "handled", "`directive` that guards access or decides what happens, as ProxyPass, and is carried out elsewhere, so it is not an error; repeatable")
}

// check completes the flags after parsing.
func (rs *ruleFlags) check() error {
	if rs.root == "" {
		return nil
	}
	abs, err := filepath.Abs(rs.root)
	if err != nil {
		return err
	}
	info, err := os.Stat(abs)
	if err != nil {
		return err
	}
	if !info.IsDir() {
		return fmt.Errorf("%s is not a directory", rs.root)
	}
	rs.root = filepath.ToSlash(abs)
	return nil
}

// load makes a middleware of the rules in the config file, or, without one, of
// those in the document root alone.
func (rs *ruleFlags) load(opts rewrite.Options) (*rewrite.Middleware, error) {
	po := &parser.Options{Defines: rs.defines}
	mo := &matcher.Options{
		DocumentRoot: rs.root, EngineOn: rs.engineOn, Handled: rs.handled,
		Directories: rs.directories, Programs: rs.programs, Resolver: net.DefaultResolver,
		Linear: rs.linear,
	}
	d, name, err := rs.siteRules(opts.Logger)
	if err != nil {
		return nil, err
	}
	load := &rewrite.LoadOptions{Options: opts, Parse: po, Match: mo, AllowEmpty: rs.allowEmpty, Dialect: string(rs.dialect.d)}
	mo.WebConfig = d == dialect.WebConfig
	if mo.WebConfig && rs.dialect.d != "" {
		mo.AccessFiles = []string{} // the flag says what governs
	}
	switch {
	case rs.config != "":
		return rewrite.Load(rs.config, load)
	case d == dialect.ISAPI2, d == dialect.IIRF:
		return rewrite.Load(name, load)
	}
	return rewrite.LoadSite(rs.root, load)
}

// defines is a flag that collects definitions.
type defines map[string]string

// String returns "": the flag has no default.
func (d *defines) String() string { return "" }

// Set adds name=value, or name alone.
func (d *defines) Set(s string) error {
	name, value, _ := strings.Cut(s, "=")
	if name == "" {
		return errors.New("no name")
	}
	if *d == nil {
		*d = defines{}
	}
	(*d)[name] = value
	return nil
}

// words is a flag that collects words.
type words []string

// String returns "": the flag has no default.
func (w *words) String() string { return "" }

// Set adds the words in s, which are separated by commas.
func (w *words) Set(s string) error {
	for word := range strings.SplitSeq(s, ",") {
		if word = strings.TrimSpace(word); word != "" {
			*w = append(*w, word)
		}
	}
	return nil
}

// newFlags returns the flag set of a subcommand whose usage begins with line.
func newFlags(s streams, c command) *flag.FlagSet {
	flags := flag.NewFlagSet(c.name, flag.ContinueOnError)
	flags.SetOutput(s.err)
	flags.Usage = func() {
		fmt.Fprintf(s.err, "usage: modrewrite %s %s\n\nFlags:\n", c.name, c.args)
		flags.PrintDefaults()
	}
	return flags
}

// parseFlags parses args. ok is false if the command should end with code, which
// is success if help was requested.
func parseFlags(flags *flag.FlagSet, args []string) (code int, ok bool) {
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return exitOK, false
	case err != nil:
		return exitUsage, false
	}
	return exitOK, true
}

// parseFileFlags is parseFlags for a command that needs arguments.
func parseFileFlags(flags *flag.FlagSet, args []string) (code int, ok bool) {
	if code, ok = parseFlags(flags, args); ok && flags.NArg() == 0 {
		flags.Usage()
		return exitUsage, false
	}
	return code, ok
}

// failed writes why a command can't continue and returns its exit code. Findings
// are written in full; anything else is unusable input.
func failed(s streams, name string, err error) int {
	if ds := parser.Findings(err); len(ds) > 0 {
		writeFindings(s.err, ds)
		return exitFindings
	}
	fmt.Fprintf(s.err, "modrewrite %s: %v\n", name, err)
	return exitUsage
}
