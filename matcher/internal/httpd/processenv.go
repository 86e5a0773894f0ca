package httpd

import (
	"os"
	"runtime"
	"strings"
)

// processEnv is the environment of the process as it was when the ruleset was compiled:
// a server's stays what it is, and so it is known which variables it lacks.
type processEnv map[string]string

// readProcessEnv reads the environment of the process.
func readProcessEnv() processEnv {
	all := os.Environ()
	env := make(processEnv, len(all))
	for _, entry := range all {
		if name, value, ok := strings.Cut(entry, "="); ok {
			env[processKey(name)] = value
		}
	}
	return env
}

// processKey returns what is the same for names of one variable.
func processKey(name string) string {
	if runtime.GOOS == "windows" {
		return strings.ToUpper(name)
	}
	return name
}

// lookup returns a variable.
func (env processEnv) lookup(name string) (value string, ok bool) {
	value, ok = env[processKey(name)]
	return value, ok
}

// ProcessLacks reports whether the process is known to have no variable name.
func (e *Engine) ProcessLacks(name string) bool {
	if e.process == nil {
		return false // the caller answers for it
	}
	_, ok := e.process.lookup(name)
	return !ok
}
