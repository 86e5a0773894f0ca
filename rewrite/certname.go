package rewrite

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"strconv"
	"strings"
)

// nameVar returns an attribute of a distinguished name: "CN", or "OU_1" for
// the second of several.
func nameVar(name *pkix.Name, attr string) string {
	attr, index, ok := cutIndex(attr)
	oid := attributeOIDs[attr]
	if !ok || oid == nil {
		return ""
	}
	for _, a := range name.Names {
		if !a.Type.Equal(oid) {
			continue
		}
		if index == 0 {
			value, _ := a.Value.(string)
			return value
		}
		index--
	}
	return ""
}

// attributeOIDs are the attributes that mod_ssl names.
var attributeOIDs = map[string]asn1.ObjectIdentifier{
	"CN":    {2, 5, 4, 3},
	"S":     {2, 5, 4, 4},
	"C":     {2, 5, 4, 6},
	"L":     {2, 5, 4, 7},
	"ST":    {2, 5, 4, 8},
	"SP":    {2, 5, 4, 8},
	"O":     {2, 5, 4, 10},
	"OU":    {2, 5, 4, 11},
	"T":     {2, 5, 4, 12},
	"D":     {2, 5, 4, 13},
	"G":     {2, 5, 4, 42},
	"I":     {2, 5, 4, 43},
	"UID":   {0, 9, 2342, 19200300, 100, 1, 1},
	"Email": {1, 2, 840, 113549, 1, 9, 1},
}

// altName returns a subject alternative name: "Email_0", "DNS_1".
func altName(cert *x509.Certificate, kind string) string {
	kind, index, ok := cutIndex(kind)
	var names []string
	switch kind {
	case "Email":
		names = cert.EmailAddresses
	case "DNS":
		names = cert.DNSNames
	}
	if !ok || index >= len(names) {
		return ""
	}
	return names[index]
}

// cutIndex splits "OU_2" into "OU" and 2; the index of "OU" is 0.
func cutIndex(s string) (name string, index int, ok bool) {
	name, n, found := strings.Cut(s, "_")
	if !found {
		return name, 0, true
	}
	index, err := strconv.Atoi(n)
	return name, index, err == nil && index >= 0
}
