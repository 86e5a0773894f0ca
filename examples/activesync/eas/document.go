package eas

import "slices"

// The elements that Read looks for.
const (
	tagPolicies         Tag = 14<<8 | 0x06
	tagPolicy           Tag = 14<<8 | 0x07
	tagData             Tag = 14<<8 | 0x0A
	tagStatus           Tag = 14<<8 | 0x0B
	tagPolicyDocument   Tag = 14<<8 | 0x0D // EASProvisionDoc
	tagDeviceEncryption Tag = 14<<8 | 0x1D // RequireDeviceEncryption
	tagDeviceInfo       Tag = 18<<8 | 0x16 // DeviceInformation
	tagModel            Tag = 18<<8 | 0x17
	tagOS               Tag = 18<<8 | 0x1A
)

// Document is what a Provision or Settings document says, of a request or a
// response.
type Document struct {
	// Policy says that a policy is in it, in either of its forms.
	Policy bool
	// Encryption is the policy's RequireDeviceEncryption: "1", "0", or "" where
	// the policy does not have it.
	Encryption string
	// PolicyStatus is the Status of the policy: what a client acknowledges it
	// with, or a server sends it with.
	PolicyStatus string
	// Model and OS are what the device reports of itself.
	Model, OS string
}

// Read reads a document of the commands Provision and Settings.
func Read(doc []byte) (Document, error) {
	var d Document
	err := ReadWBXML(doc, func(path []Tag, text string) {
		last := path[len(path)-1]
		under := func(parents ...Tag) bool {
			n := len(path) - 1 - len(parents)
			return n >= 0 && slices.Equal(path[n:len(path)-1], parents)
		}
		switch {
		case last == tagData && under(tagPolicies, tagPolicy):
			d.Policy = d.Policy || text != ""
		case last == tagPolicyDocument:
			d.Policy = true
		case last == tagDeviceEncryption && under(tagPolicyDocument):
			d.Encryption = text
		case last == tagStatus && under(tagPolicies, tagPolicy):
			d.PolicyStatus = text
		case last == tagModel && slices.Contains(path, tagDeviceInfo):
			d.Model = text
		case last == tagOS && slices.Contains(path, tagDeviceInfo):
			d.OS = text
		}
	})
	return d, err
}
