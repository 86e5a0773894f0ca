package webconfig

import (
	"strings"

	"github.com/modrewrite-go/modrewrite/parser"
)

// variableNames are the server variables, beside those of headers.
const variableNames = " " +
	"ALL_HTTP ALL_RAW APP_POOL_ID APP_WARMING_UP APPL_MD_PATH APPL_PHYSICAL_PATH AUTH_PASSWORD AUTH_TYPE " +
	"AUTH_USER CACHE_URL CERT_COOKIE CERT_FLAGS CERT_ISSUER CERT_KEYSIZE CERT_SECRETKEYSIZE " +
	"CERT_SERIALNUMBER CERT_SERVER_ISSUER CERT_SERVER_SUBJECT CERT_SUBJECT CONTENT_LENGTH CONTENT_TYPE " +
	"CRYPT_CIPHER_ALG_ID CRYPT_HASH_ALG_ID CRYPT_KEYEXCHANGE_ALG_ID CRYPT_PROTOCOL DOCUMENT_ROOT " +
	"GATEWAY_INTERFACE HTTPS HTTPS_KEYSIZE HTTPS_SECRETKEYSIZE HTTPS_SERVER_ISSUER HTTPS_SERVER_SUBJECT " +
	"INSTANCE_ID INSTANCE_META_PATH INSTANCE_NAME LOCAL_ADDR LOGON_USER PATH_INFO PATH_TRANSLATED " +
	"QUERY_STRING REMOTE_ADDR REMOTE_HOST REMOTE_PORT REMOTE_USER REQUEST_FILENAME REQUEST_METHOD " +
	"REQUEST_URI SCRIPT_FILENAME SCRIPT_NAME SCRIPT_TRANSLATED SERVER_ADDR SERVER_NAME SERVER_PORT " +
	"SERVER_PORT_SECURE SERVER_PROTOCOL SERVER_SOFTWARE SSI_EXEC_DISABLED UNENCODED_URL " +
	"UNMAPPED_REMOTE_USER URL URL_PATH_INFO "

// KnownVariable reports whether name, in any case, is a server variable that
// IIS has: one of its own, a request header ("HTTP_...") or, for the rules of
// responses, a response header ("RESPONSE_...").
func KnownVariable(name string, outbound bool) bool {
	name = strings.ToUpper(name)
	switch {
	case strings.HasPrefix(name, "HTTP_"):
		return true
	case strings.HasPrefix(name, "RESPONSE_"):
		return outbound
	}
	return !strings.Contains(name, " ") && strings.Contains(variableNames, " "+name+" ")
}

// use is a place where something is named that may stand further down.
type use struct {
	name    string
	at      parser.Extent
	enabled bool // else it is of a rule that is not
}

// maxUses is how many uses of one name are kept.
const maxUses = 100

// uses are places where things are named.
type uses struct {
	list []use
	seen map[string]int // how often, by name in lower case
}

// add notes a use of name, unless there are many already.
func (u *uses) add(name string, at parser.Extent, enabled bool) {
	key := strings.ToLower(name)
	if !enabled {
		key += " " // apart from those that are enabled
	}
	if u.seen == nil {
		u.seen = map[string]int{}
	}
	u.seen[key]++
	if u.seen[key] <= maxUses {
		u.list = append(u.list, use{name, at, enabled})
	}
}

// partExtent returns where p stands.
func (r *reader) partExtent(p *Part) parser.Extent {
	return parser.Extent{Name: r.s.name, From: p.From, To: p.To}
}

// useVariable notes that p is a variable.
func (r *reader) useVariable(p *Part) {
	if !KnownVariable(p.Text, r.outbound) {
		r.variables.add(p.Text, r.partExtent(p), !r.disabled)
	}
}

// useMap notes that p is a look-up.
func (r *reader) useMap(p *Part) {
	r.maps.add(p.Text, r.partExtent(p), !r.disabled)
}

// checkVariables warns of the variables that are neither known nor set.
func (r *reader) checkVariables() {
	for _, u := range r.variables.list {
		if !r.set[strings.ToUpper(u.name)] {
			r.warn(u.at, CodeUnknownVariable, "there is no server variable "+clip(u.name)+"; it is empty", similarVariable(u.name))
		}
	}
}

// similarVariable says which variable name may be meant for.
func similarVariable(name string) string {
	upper := strings.ToUpper(strings.TrimSpace(name))
	if upper != strings.ToUpper(name) && KnownVariable(upper, true) {
		return "write it without blanks"
	}
	switch upper {
	case "USER_AGENT", "HOST", "REFERER", "COOKIE", "ACCEPT", "ACCEPT_ENCODING", "ACCEPT_LANGUAGE", "X_FORWARDED_PROTO", "X_FORWARDED_FOR":
		return "the request header is {HTTP_" + upper + "}"
	}
	return ""
}

// checkMaps judges the look-ups, once all maps and providers are known.
func (r *reader) checkMaps() {
	for _, u := range r.maps.list {
		name := strings.ToLower(u.name)
		switch {
		case r.mapNames[name]:
		case r.providers[name]:
			r.usedProviders[name] = true
			message := "the provider " + clip(u.name) + " is a program of IIS's and can't be run"
			if u.enabled {
				r.fail(u.at, CodeProvider, message, "put its values into a rewrite map")
			} else {
				r.warn(u.at, CodeProvider, message, "")
			}
		default:
			hint := "it has to come from a folder above, or from the server"
			if name == "http" {
				hint = "the variable for a request header such as User-Agent is {HTTP_USER_AGENT}"
			}
			r.warn(u.at, CodeUnknownMap, "there is no rewrite map "+clip(u.name)+" in this file", hint)
		}
	}
}
