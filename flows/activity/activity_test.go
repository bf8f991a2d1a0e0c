package activity_test

import (
	"testing"

	"campaign/flows/activity"
	"campaign/flows/flow/flowtest"
	"campaign/flows/home"
	"campaign/storage/storagetest"
)

func TestMain(m *testing.M) { storagetest.Main(m) }

var house = home.With(activity.Flow)

func TestConversations(t *testing.T) { flowtest.Run(t, house) }
