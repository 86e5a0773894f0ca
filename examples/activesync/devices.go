package main

// decision is what the gateway makes of a device.
type decision string

// The decisions. A redirect's target tells the two kinds of refusal apart.
const (
	letIn    decision = "let in"
	outdated decision = "sent away: system too old"
	unknown  decision = "sent away: no iPhone or iPad"
)

// refusals are the targets that devices are sent away to.
var refusals = map[string]decision{
	"http://www.nfp.com?rule1":   outdated,
	"http://www.nfp.com/?rule=3": unknown,
}

// device is a client of the gateway.
type device struct {
	name      string
	userAgent string // "" sends none
	kind      string // the DeviceType parameter
	want      decision
}

// devices are those of the demonstration. Their User-Agents have the form that
// such devices send.
func devices() []device {
	return []device{
		{"iPhone 3GS, iOS 4.0", "Apple-iPhone2C1/801.293", "iPhone", outdated},
		{"iPhone 4, iOS 4.0", "Apple-iPhone3C1/801.293", "iPhone", outdated},
		{"iPhone 3GS, iOS 4.3.2", "Apple-iPhone2C1/808.7", "iPhone", letIn},
		{"iPhone 4, iOS 5.1", "Apple-iPhone3C1/902.179", "iPhone", letIn},
		{"iPhone 14, iOS 17", "Apple-iPhone14C7/2101.329", "iPhone", letIn},
		{"iPad, 3.2", "Apple-iPad/702.367", "iPad", outdated},
		{"iPad, 3.2.2", "Apple-iPad/702.500", "iPad", outdated},
		{"iPad 2, iOS 4.3.2", "Apple-iPad2C3/808.8", "iPad", letIn},
		{"iPod touch, iOS 4.1", "Apple-iPod4C1/802.117", "iPod", unknown},
		{"iPhone simulator", "Apple-i386/801.293", "iPhone", unknown},
		{"Android phone", "Android/4.0.4-EAS-1.3", "Android", unknown},
		{"Windows Phone", "MSFT-WP/8.10.12382", "WP8", unknown},
		{"Outlook on iOS", "Outlook-iOS/2.0", "Outlook", unknown},
		{"no User-Agent at all", "", "iPhone", unknown},
	}
}
