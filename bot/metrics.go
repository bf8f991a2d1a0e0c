package bot

import (
	"errors"
	"net/http"
	"time"

	"campaign/flows/flow"
	"campaign/messages"
	"campaign/storage"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promauto"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// metrics is what a Bot counts for its operators. Every label has a closed set
// of values: a kind, a flow, a lane, an outcome, never a chat, a person or what
// people wrote. Every series is made at the start, so that counting costs an
// addition and a series is never missed for want of a first event. All methods
// may be called from many goroutines.
type metrics struct {
	registry *prometheus.Registry

	updates  map[pair]prometheus.Counter // by kind and fate
	turns    map[string]prometheus.Observer
	forged   prometheus.Counter
	batches  prometheus.Histogram
	commits  prometheus.Histogram
	answers  map[string]prometheus.Counter
	answered prometheus.Histogram

	sends     map[pair]prometheus.Counter // by lane and outcome
	refusals  map[string]prometheus.Counter
	throttles map[string]prometheus.Counter
	sent      prometheus.Histogram

	polls  map[string]prometheus.Counter
	calls  map[string]prometheus.Counter
	heard  map[string]prometheus.Gauge
	leader map[string]prometheus.Gauge
}

// A pair is the values of two labels.
type pair struct{ a, b string }

// The fates of an update.
const (
	fateDone     = "done"
	fateRepeated = "repeated" // it came before, and had its effect then
	fateStored   = "stored"   // to be taken later; it is counted again then
	fateParked   = "parked"
	fateExcess   = "excess" // one too many of somebody who floods us
)

// The roles of which one program of several has each.
const (
	rolePoller = "poller"
	roleSender = "sender"
)

// laneNames are the lanes as operators read them.
var laneNames = map[messages.Lane]string{messages.Answers: "answers", messages.Approvals: "approvals", messages.Reminders: "reminders",
	messages.Broadcasts: "broadcasts", messages.Redraws: "redraws"}

// The bounds of histograms, in seconds: turns are over in milliseconds, calls
// of Telegram take as long as the way there.
var (
	quickBounds = []float64{.001, .002, .005, .01, .02, .05, .1, .2, .5, 1, 2, 5, 10}
	callBounds  = []float64{.01, .025, .05, .1, .2, .5, 1, 2, 3, 5, 10, 30}
	batchBounds = []float64{1, 2, 5, 10, 20, 50, 100, 200, 500}
)

// newMetrics makes every series of a bot with these flows.
func newMetrics(flows []flow.Flow) *metrics {
	m := &metrics{registry: prometheus.NewRegistry()}
	m.registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), collectors.NewBuildInfoCollector())
	lanes := make([]string, 0, len(laneNames))
	for _, name := range laneNames {
		lanes = append(lanes, name)
	}
	m.updates = m.counters2("muster_updates_total", "Updates from Telegram, by what they are and what became of them.",
		"kind", []string{string(command), string(said), string(pressed), string(member), string(migrate), string(nothing)},
		"outcome", []string{fateDone, fateRepeated, fateStored, fateParked, fateExcess})
	m.turns = m.histograms("muster_turn_seconds", "Seconds from the beginning of a turn to its commit, by flow; a tap takes as long as its batch.", "flow", append(names(flows), "none"))
	m.forged = m.counter("muster_presses_forged_total", "Presses on buttons that no message of ours in that chat can have had.")
	m.batches = m.histogram("muster_taps_per_commit", "Presses that share one commit.", batchBounds)
	m.commits = m.histogram("muster_tap_commit_seconds", "Seconds that one commit of presses took.", quickBounds)
	m.answers = m.counters("muster_answers_total", "Answers to presses, by what Telegram made of them.", "outcome", "sent", "late", "throttled", "failed")
	m.answered = m.histogram("muster_answer_seconds", "Seconds from the receipt of a press to the end of its answer.", quickBounds)
	m.sends = m.counters2("muster_sends_total", "Messages sent, changed or given up, by lane and what became of them.",
		"lane", lanes, "outcome", []string{string(storage.Sent), string(storage.Refused), string(storage.Queued), string(storage.Unsure)})
	m.refusals = m.counters("muster_sends_refused_total", "Messages that Telegram refused for ever, by cause.", "cause",
		"blocked", "deleted", "kicked", "muted", "gone", "tries", "other")
	m.throttles = m.counters("muster_throttled_total", "Times that Telegram answered 429 to a send, by who waits for it.", "scope", "chat", "all")
	m.sent = m.histogram("muster_send_seconds", "Seconds that one send to Telegram took.", callBounds)
	m.polls = m.counters("muster_polls_total", "Calls that fetch updates, by how they ended.", "outcome", "done", "conflict", "throttled", "failed")
	m.calls = m.counters("muster_webhook_calls_total", "Calls at the webhook, by how they were answered.", "outcome", "done", "foreign", "malformed", "stopping")
	m.heard = m.gauges("muster_heard_timestamp_seconds", "When Telegram last answered a poll, or called at the webhook; 0 is never.", "by", "poll", "webhook")
	m.leader = m.gauges("muster_role", "1 where this program has the role, of which one of several has each.", "role", rolePoller, roleSender)
	return m
}

// names are those of the flows.
func names(flows []flow.Flow) (all []string) {
	for _, f := range flows {
		all = append(all, f.Contents().Name)
	}
	return all
}

// counted counts an update by its fate.
func (m *metrics) counted(k kind, fate string) {
	if k == "" {
		k = nothing // it could not be read
	}
	m.updates[pair{string(k), fate}].Inc()
}

// fateOf is the fate of an update that had its turn.
func fateOf(fresh bool) string {
	if fresh {
		return fateDone
	}
	return fateRepeated
}

// turned notes a turn that was committed.
func (m *metrics) turned(r flow.Result, begun time.Time) {
	of := m.turns[r.Flow]
	if of == nil {
		of = m.turns["none"]
	}
	of.Observe(time.Since(begun).Seconds())
	if r.Forged {
		m.forged.Inc()
	}
}

// tapped notes a commit of so many presses.
func (m *metrics) tapped(n int, begun time.Time) {
	m.batches.Observe(float64(n))
	m.commits.Observe(time.Since(begun).Seconds())
}

// replied notes the answer to a press that was received at since.
func (m *metrics) replied(since time.Time, err error) {
	outcome := "sent"
	if err != nil {
		outcome = outcomeOf(err)
	}
	m.answers[outcome].Inc()
	if outcome == "sent" {
		m.answered.Observe(time.Since(since).Seconds())
	}
}

// outcomeOf is what kept an answer from its reader.
func outcomeOf(err error) string {
	f, ok := errors.AsType[*failure](err)
	switch {
	case ok && f.Code == http.StatusTooManyRequests:
		return "throttled"
	case ok && f.Code == http.StatusBadRequest:
		return "late" // nothing else is wrong with an answer of ours
	}
	return "failed"
}

// flown notes how long a send took.
func (m *metrics) flown(begun time.Time) { m.sent.Observe(time.Since(begun).Seconds()) }

// landed notes what became of a send. All says that a refusal holds up everybody.
func (m *metrics) landed(f flight, all bool) {
	state := f.State
	if state == "" { // it goes elsewhere, or anew
		state = storage.Queued
	}
	m.sends[pair{laneNames[f.Lane], string(state)}].Inc()
	switch {
	case all:
		m.throttles["all"].Inc()
	case f.refused > 0:
		m.throttles["chat"].Inc()
	case state == storage.Refused:
		m.refused(f)
	}
}

func (m *metrics) refused(f flight) {
	cause := string(f.stands)
	if f.Tries > mostTries {
		cause = "tries"
	}
	if m.refusals[cause] == nil {
		cause = "other"
	}
	m.refusals[cause].Inc()
}

// polled notes the end of a poll.
func (m *metrics) polled(err error) {
	outcome := "done"
	if f, ok := errors.AsType[*failure](err); ok && f.Code == http.StatusConflict {
		outcome = "conflict"
	} else if ok && f.Code == http.StatusTooManyRequests {
		outcome = "throttled"
	} else if err != nil {
		outcome = "failed"
	}
	m.polls[outcome].Inc()
	if err == nil {
		m.heard["poll"].SetToCurrentTime()
	}
}

// called notes a call at the webhook by the status that it was answered with.
func (m *metrics) called(status int) {
	outcome := "malformed"
	switch status {
	case http.StatusOK:
		outcome = "done"
		m.heard["webhook"].SetToCurrentTime()
	case http.StatusUnauthorized:
		outcome = "foreign"
	case http.StatusServiceUnavailable:
		outcome = "stopping"
	}
	m.calls[outcome].Inc()
}

// leads notes that this program has a role, until it is given up.
func (m *metrics) leads(role string) (giveUp func()) {
	m.leader[role].Set(1)
	return func() { m.leader[role].Set(0) }
}

// Metrics serves what operators can see of the bot, to be read by Prometheus.
func (b *Bot) Metrics() http.Handler {
	return promhttp.HandlerFor(b.metrics.registry, promhttp.HandlerOpts{ErrorHandling: promhttp.ContinueOnError})
}

func (m *metrics) counter(name, help string) prometheus.Counter {
	return promauto.With(m.registry).NewCounter(prometheus.CounterOpts{Name: name, Help: help})
}

func (m *metrics) histogram(name, help string, bounds []float64) prometheus.Histogram {
	return promauto.With(m.registry).NewHistogram(prometheus.HistogramOpts{Name: name, Help: help, Buckets: bounds})
}

func (m *metrics) counters(name, help, label string, values ...string) map[string]prometheus.Counter {
	vec := promauto.With(m.registry).NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, []string{label})
	all := map[string]prometheus.Counter{}
	for _, v := range values {
		all[v] = vec.WithLabelValues(v)
	}
	return all
}

func (m *metrics) counters2(name, help, a string, as []string, b string, bs []string) map[pair]prometheus.Counter {
	vec := promauto.With(m.registry).NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, []string{a, b})
	all := map[pair]prometheus.Counter{}
	for _, x := range as {
		for _, y := range bs {
			all[pair{x, y}] = vec.WithLabelValues(x, y)
		}
	}
	return all
}

func (m *metrics) gauges(name, help, label string, values ...string) map[string]prometheus.Gauge {
	vec := promauto.With(m.registry).NewGaugeVec(prometheus.GaugeOpts{Name: name, Help: help}, []string{label})
	all := map[string]prometheus.Gauge{}
	for _, v := range values {
		all[v] = vec.WithLabelValues(v)
	}
	return all
}

func (m *metrics) histograms(name, help, label string, values []string) map[string]prometheus.Observer {
	vec := promauto.With(m.registry).NewHistogramVec(prometheus.HistogramOpts{Name: name, Help: help, Buckets: quickBounds}, []string{label})
	all := map[string]prometheus.Observer{}
	for _, v := range values {
		all[v] = vec.WithLabelValues(v)
	}
	return all
}
