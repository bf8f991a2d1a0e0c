package roster

import (
	"testing"

	"campaign"
	"campaign/flows/flow"
)

func TestNothingIsWrittenForWhoeverIsNotOfTheOfficeAnyMore(t *testing.T) {
	at := turn{Draft: Draft{File: flow.Document{Stored: 1, Name: "roster.csv"}, Changes: 2}, Facts: Facts{left: plan(read(table(t, complete...)), known, false)}}
	at.Who = campaign.Person{ID: 2, Duties: []campaign.Duty{{Role: campaign.Leading, Over: campaign.Everyone()}}}
	n, err := Flow.Decide(flow.Place{At: "preview"}, at, flow.Chosen{Ask: "preview", Key: "apply"})
	if err != nil || n.At != "" || len(n.Effects) > 0 || n.Answer.Say == "" {
		t.Errorf("at %q with effects %v and the answer %q, want the end and a reason: %v", n.At, n.Effects, n.Answer.Say, err)
	}
}

func TestAFileThatBecameWrongIsAskedForAgain(t *testing.T) {
	at := turn{Draft: Draft{File: flow.Document{Stored: 1, Name: "roster.csv"}, Deactivate: true}, Facts: Facts{lost: true}}
	at.Who = campaign.Person{ID: 1, Duties: []campaign.Duty{{Role: campaign.Office, Over: campaign.Everyone()}}}
	n, err := Flow.Decide(flow.Place{At: "sure"}, at, flow.Chosen{Ask: "sure", Key: "yes"})
	if err != nil || n.At != "again" || len(n.Effects) > 0 || n.Draft != (Draft{Faulty: true}) {
		t.Errorf("at %q with effects %v and draft %v, want the question of the file, anew: %v", n.At, n.Effects, n.Draft, err)
	}
}
