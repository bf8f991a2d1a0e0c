package proxy

import (
	"campaign"
	"campaign/flows/flow"
	"campaign/messages"
)

// cardName is what the helper's card of a deal is called.
const cardName = "proxy/%d"

// card asks somebody to record for a member.
func (d Deal) card(by campaign.Person, hat campaign.Role) messages.Message {
	return messages.Say("%s (%s) asks you to record for <b>%s</b>, who has no smartphone.", by.Name, hat, d.For).
		Line("When your branch meets and you have checked in, a button for %s stands below your receipt. Please press it only if they are there.", d.For).
		Line("Each record reads “by %s for %s”.", d.By, d.For).
		Row(messages.Button(Answer{d.ID, true}, "Accept").Styled(messages.Primary), messages.Button(Answer{d.ID, false}, "No, thanks"))
}

// agreed is the card of somebody who records for a member.
func (d Deal) agreed() messages.Message {
	return messages.Say("You record for <b>%s</b>.", d.For).
		Line("When your branch meets and you have checked in, a button for %s stands below your receipt. Please press it only if they are there.", d.For).
		Row(messages.Button(Stop{d.ID}, "Stop helping"))
}

// theirs refuses whoever is not the helper of d.
func (d Deal) theirs(who campaign.Person) error {
	if d.ID == 0 || d.Helper != who.ID {
		return flow.Sorry("You are no longer asked to record for this member.")
	}
	return nil
}

// answer accepts or declines.
func answer(t turn, p Answer) flow.Outcome {
	d := t.Facts.Deal
	switch err := d.theirs(t.Who); {
	case err != nil:
		return flow.Refuse(err)
	case d.Agreed:
		return flow.Do().Toast("You record for %s already.", d.For)
	case !p.Accept:
		return flow.Do(d.ended(Declined)).
			Say(messages.Say("You declined to record for %s.", d.For).InPlaceOf(cardName, d.ID)).
			Tell(d.AskedBy, messages.Say("%s does not want to record for %s. Please ask somebody else.", d.By, d.For).Row(again(d))).
			Toast("Declined")
	}
	return flow.Do(Agreed{d.ID, d.Person, d.Helper}).
		Say(d.agreed().InPlaceOf(cardName, d.ID)).
		Tell(d.AskedBy, messages.Say("%s records for %s from now on.", d.By, d.For)).
		Toast("Accepted")
}

// again leads whoever runs the branch to asking somebody else.
func again(d Deal) messages.Key {
	return messages.Button(flow.Open{Flow: "proxy", Arg: ofPerson(d.Person)}, "Ask somebody else")
}

// stop ends what the helper had accepted.
func stop(t turn, _ Stop) flow.Outcome {
	d := t.Facts.Deal
	if err := d.theirs(t.Who); err != nil {
		return flow.Refuse(err)
	}
	return flow.Do(d.ended(Stopped)).
		Say(messages.Say("You no longer record for %s.", d.For).InPlaceOf(cardName, d.ID)).
		And(t.Facts.tellOwners(d, messages.Say("%s no longer records for %s. Please ask somebody else.", d.By, d.For).Row(again(d)))).
		Toast("You no longer record for %s.", d.For)
}

// tellOwners tells those who run the branch of a deal.
func (f Facts) tellOwners(d Deal, m messages.Message) flow.Outcome {
	o := flow.Do()
	for _, who := range f.Owners[d.Home.Branch] {
		o = o.Tell(who, m.In(messages.Reminders))
	}
	return o
}

// joined ends it where the member has an account of their own now.
func joined(t turn, n campaign.Joined) flow.Outcome {
	o := flow.Do()
	for _, d := range t.Facts.Ended {
		o = o.And(flow.Do(d.ended(Bound))).
			And(d.dismiss("%s has an account now and checks in themselves. Thank you for having recorded for them.", d.For))
	}
	return o
}

// moved ends it where one of the two has left the branch: they no longer sit in the
// same meetings.
func moved(t turn, _ campaign.RosterChanged) flow.Outcome {
	o := flow.Do()
	for _, d := range t.Facts.Ended {
		o = o.And(flow.Do(d.ended(Moved))).
			And(d.dismiss("You no longer record for %s: you are not of the same branch any more.", d.For)).
			And(t.Facts.tellOwners(d, messages.Say("%s no longer records for %s: they are not of the same branch any more.", d.By, d.For).Row(again(d))))
	}
	return o
}
