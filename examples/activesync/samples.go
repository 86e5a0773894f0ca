package main

// decision is what the gateway makes of a device.
type decision string

// The decisions.
const (
	letIn   decision = "let in"
	refused decision = "refused"
)

// device is a client of the gateway.
type device struct {
	name      string
	userAgent string   // "" sends none
	kind      string   // the DeviceType parameter
	id        string   // set by the demonstration
	byRules   decision // that activesync.conf makes
	byAccess  decision // that devices.access makes
}

// samples are the devices of the demonstration. Their User-Agents have the form
// that such devices send.
func samples() []device {
	return []device{
		{name: "iPhone 3G, iOS 4.2.1", userAgent: "Apple-iPhone1C2/803.148", kind: "iPhone", byRules: letIn, byAccess: refused},
		{name: "iPhone 3G or 3GS, 3.1.3", userAgent: "Apple-iPhone/705.18", kind: "iPhone", byRules: letIn, byAccess: refused},
		{name: "iPhone 3GS, iOS 4.0", userAgent: "Apple-iPhone2C1/801.293", kind: "iPhone", byRules: refused, byAccess: refused},
		{name: "iPhone 4, iOS 4.0", userAgent: "Apple-iPhone3C1/801.293", kind: "iPhone", byRules: refused, byAccess: refused},
		{name: "iPhone 3GS, iOS 4.3.2", userAgent: "Apple-iPhone2C1/808.7", kind: "iPhone", byRules: letIn, byAccess: letIn},
		{name: "iPhone 4, iOS 5.1", userAgent: "Apple-iPhone3C1/902.179", kind: "iPhone", byRules: letIn, byAccess: letIn},
		{name: "iPhone 14, iOS 17", userAgent: "Apple-iPhone14C7/2101.329", kind: "iPhone", byRules: letIn, byAccess: letIn},
		{name: "iPad, 3.2", userAgent: "Apple-iPad/702.367", kind: "iPad", byRules: refused, byAccess: refused},
		{name: "iPad, 3.2.2", userAgent: "Apple-iPad/702.500", kind: "iPad", byRules: refused, byAccess: refused},
		{name: "iPad 2, iOS 4.3.2", userAgent: "Apple-iPad2C3/808.8", kind: "iPad", byRules: letIn, byAccess: letIn},
		{name: "iPod touch, iOS 4.1", userAgent: "Apple-iPod4C1/802.117", kind: "iPod", byRules: refused, byAccess: refused},
		{name: "iPhone simulator", userAgent: "Apple-i386/801.293", kind: "iPhone", byRules: refused, byAccess: refused},
		{name: "Android phone", userAgent: "Android/4.0.4-EAS-1.3", kind: "Android", byRules: refused, byAccess: refused},
		{name: "\"not an iPhone\"", userAgent: "Mozilla/5.0 not-an-iphone", kind: "iPhone", byRules: letIn, byAccess: refused},
		{name: "Windows Phone", userAgent: "MSFT-WP/8.10.12382", kind: "WP8", byRules: refused, byAccess: refused},
		{name: "Outlook on iOS", userAgent: "Outlook-iOS/2.0", kind: "Outlook", byRules: refused, byAccess: refused},
		{name: "no User-Agent at all", userAgent: "", kind: "iPhone", byRules: refused, byAccess: refused},
	}
}
