// The module path lies below matcher, not below examples, so that what is here
// may import matcher's internal packages: the go command goes by import paths.
module github.com/modrewrite-go/modrewrite/matcher/benchmark

go 1.25.0

require github.com/modrewrite-go/modrewrite v0.0.0

require (
	github.com/dlclark/regexp2 v1.12.0 // indirect
	golang.org/x/crypto v0.55.0 // indirect
)

replace github.com/modrewrite-go/modrewrite => ../..
