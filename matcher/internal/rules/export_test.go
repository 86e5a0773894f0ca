package rules

// HoldsList reports whether r refers to a list.
func (r *Run) HoldsList() bool { return r.list != nil }
