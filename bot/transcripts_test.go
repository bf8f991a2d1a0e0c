package bot_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A transcript is played with the house alone and over Telegram: each flow's own
// tests do both, since they know its seeds and what stands beside it.
func TestEveryTranscriptIsPlayedOverTelegram(t *testing.T) {
	played := map[string]string{} // what the tests of a flow say
	transcripts, err := filepath.Glob("../flows/*/testdata/*.txt")
	if err != nil || len(transcripts) == 0 {
		t.Fatalf("no transcripts: %v", err)
	}
	for _, file := range transcripts {
		played[filepath.Dir(filepath.Dir(file))] = ""
	}
	for flow := range played {
		tests, err := filepath.Glob(filepath.Join(flow, "*_test.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, test := range tests {
			code, err := os.ReadFile(test)
			if err != nil {
				t.Fatal(err)
			}
			played[flow] += string(code)
		}
		for _, theatre := range []string{"flowtest.Run(t, ", "bottest.Run(t, "} {
			if !strings.Contains(played[flow], theatre) {
				t.Errorf("no test of %s plays its transcripts with %s…)", flow, theatre)
			}
		}
	}
}
