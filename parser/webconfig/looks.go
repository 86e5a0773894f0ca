package webconfig

import "strings"

// Looks reports whether text, which may be the beginning of one, looks like a
// web.config: it begins with an XML declaration, or its root element is one that
// Parse reads. Of Apache's files none does.
func Looks(text []byte) bool {
	decoded, _ := Decode(text)
	decoded = strings.TrimLeft(decoded, white)
	if strings.HasPrefix(decoded, "<?xml") {
		return true
	}
	for strings.HasPrefix(decoded, "<!--") {
		_, rest, ok := strings.Cut(decoded, "-->")
		if !ok {
			return false
		}
		decoded = strings.TrimLeft(rest, white)
	}
	if !strings.HasPrefix(decoded, "<") {
		return false
	}
	decoded = decoded[1:]
	name := decoded[:nameLength(decoded)]
	rest := strings.TrimLeft(decoded[len(name):], white)
	ends := strings.HasPrefix(rest, ">") || strings.HasPrefix(rest, "/>") || strings.Contains(rest[:min(len(rest), 256)], `="`)
	return ends && rootElement(name) != nil
}

// Mentions reports whether text, which may be the beginning of one, has a
// section that Parse reads, so that a file which is XML may be worth reading.
func Mentions(text []byte) bool {
	decoded, _ := Decode(text)
	for _, name := range []string{"system.webServer", "rewrite", "rewriteMaps", "rewriteMap", "rules", "globalRules", "outboundRules", "requestFiltering", "httpRedirect"} {
		for _, end := range []string{">", " ", "/", "\r", "\n", "\t"} {
			if strings.Contains(decoded, "<"+name+end) {
				return true
			}
		}
	}
	return false
}
