package home_test

import (
	"testing"

	"campaign/bot/bottest"
	"campaign/flows/flow"
	"campaign/flows/flow/flowtest"
	"campaign/flows/home"
	"campaign/storage/storagetest"
)

func TestMain(m *testing.M) { storagetest.Main(m) }

func TestConversations(t *testing.T) { flowtest.Run(t, home.With()) }

func TestConversationsOverTelegram(t *testing.T) {
	bottest.Run(t, func() []flow.Flow { return home.With() })
}
