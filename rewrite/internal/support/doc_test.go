// Package support writes down what of httpd's language the engine runs, as it
// finds it out by asking the engine, and where to see it done.
package support
