package messages

import "campaign"

// word is the sentence of a value that is a word of ours.
func word(v any) (Sentence, bool) {
	switch v := v.(type) {
	case Worded:
		return v.Sentence(), true
	case campaign.Kind:
		return kinds[v], true
	case campaign.Role:
		return roles[v], true
	case campaign.Position:
		return positions[v], true
	case campaign.Method:
		return methods[v], true
	case campaign.Status:
		return statuses[v], true
	}
	return "", false
}

// Word is the sentence of a noun of the campaign.
func Word[V campaign.Kind | campaign.Role | campaign.Position | campaign.Method | campaign.Status](v V) Sentence {
	s, _ := word(v)
	return s
}

var kinds = map[campaign.Kind]Sentence{
	campaign.Study:         "Study session",
	campaign.Lecture:       "Party lecture",
	campaign.Mobilisation:  "Mobilisation",
	campaign.Talk:          "Heart-to-heart talk",
	campaign.LifeMeeting:   "Organisational-life meeting",
	campaign.Appraisal:     "Appraisal",
	campaign.Rectification: "Rectification meeting",
	campaign.Practice:      "Theme practice",
	campaign.OtherKind:     "Other",
}

var roles = map[campaign.Role]Sentence{
	campaign.Secretary:  "Branch secretary",
	campaign.First:      "First responsible",
	campaign.Direct:     "Direct responsible",
	campaign.Desk:       "Desk responsible",
	campaign.Office:     "Campaign office",
	campaign.Leading:    "Leading group",
	campaign.Supervisor: "Supervision group",
	campaign.Contact:    "Contact leader",
}

var positions = map[campaign.Position]Sentence{
	campaign.Principal: "Principal",
	campaign.Cadre:     "Cadre",
	campaign.Member:    "Member",
}

var methods = map[campaign.Method]Sentence{
	campaign.ByButton:   "Button",
	campaign.ByCode:     "Code",
	campaign.ByLocation: "Location",
}

var statuses = map[campaign.Status]Sentence{
	campaign.Present:     "present",
	campaign.CameLate:    "late",
	campaign.Excused:     "excused",
	campaign.Absent:      "absent",
	campaign.NotReported: "not reported",
	campaign.Owed:        "owed",
	campaign.MadeUp:      "made up",
	campaign.Waived:      "waived",
}
