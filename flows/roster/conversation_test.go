package roster_test

import (
	"campaign/bot/bottest"
	"testing"

	"campaign/flows/flow"
	"campaign/flows/flow/flowtest"
	"campaign/flows/home"
	"campaign/flows/roster"
	"campaign/storage/storagetest"
)

func TestMain(m *testing.M) { storagetest.Main(m) }

func TestConversations(t *testing.T) { flowtest.Run(t, home.With(roster.Flow, guests)) }

// guests stands for the flow that binds, to which people come who are nobody.
var guests = flow.Spec[struct{}, struct{}]{
	Name: "bind", Opens: "bind", Guests: true,
	Asks: []flow.Ask[struct{}, struct{}]{
		flow.Then("greet", func(*flow.Turn[struct{}, struct{}]) flow.Outcome { return flow.Stop().Reply("Who are you?") }),
	},
}

func TestConversationsOverTelegram(t *testing.T) {
	bottest.Run(t, func() []flow.Flow { return home.With(roster.Flow, guests) })
}
