package notice

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/estate"
	"github.com/portseal/portseal/internal/history"
	"github.com/portseal/portseal/report"
)

var errRefused = errors.New("refused")

// running is a service in a bubble of synctest, whose receivers do what a function says.
func running(t *testing.T, s *service, send func(ctx context.Context, receiver string) error) (stop func()) {
	s.Now = time.Now
	s.at = time.Now()
	s.send = func(ctx context.Context, to *estate.Notice, m *Message, _ []byte) error {
		err := send(ctx, to.Name)
		if err == nil {
			s.mu.Lock()
			s.sends = append(s.sends, to.Name+" "+m.ID)
			s.mu.Unlock()
		}
		return err
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		assert.NoError(t, s.Run(ctx))
	}()
	return func() { cancel(); <-ended }
}

func TestReceiverIsDownAndBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := begin(&estate.Notice{Name: "down"}, &estate.Notice{Name: "slow"}, &estate.Notice{Name: "fine"})
		began := time.Now()
		var tries []time.Duration
		outcomes := map[string]int{}
		s.Count = func(receiver, outcome string) {
			if receiver == "down" {
				outcomes[outcome]++
			}
		}
		s.find("A", "SYSA/one", report.High)
		stop := running(t, s, func(ctx context.Context, receiver string) error {
			switch receiver {
			case "down":
				if tries = append(tries, time.Since(began)); time.Since(began) < 5*time.Hour {
					return errRefused
				}
			case "slow":
				<-ctx.Done()
				return ctx.Err()
			}
			return nil
		})
		synctest.Wait()
		assert.Len(t, s.sends, 1, "who is slow or down keeps nobody waiting")
		time.Sleep(time.Minute)
		s.find("B", "SYSA/one", report.High)
		r := s.run("r", history.Finished)
		s.Stored(t.Context(), &r)
		time.Sleep(8 * time.Hour)
		stop()
		require.Greater(t, len(tries), 8)
		assert.Less(t, len(tries), 40, "the pauses become longer")
		for i := range tries[1:] {
			assert.LessOrEqual(t, tries[i+1]-tries[i], longest+2*lookEvery)
			assert.True(t, tries[i] >= 5*time.Hour || tries[i+1]-tries[i] >= firstPause/2, "two messages share the pauses of their receiver: %v", tries)
		}
		assert.Equal(t, 2, outcomes[Delivered])
		assert.Zero(t, outcomes[GivenUp])
		got := map[string]bool{}
		for _, sent := range s.sends {
			assert.False(t, got[sent], "sent twice: %s", sent)
			got[sent] = true
		}
		assert.Len(t, got, 4)
	})
}

func TestGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := begin(&estate.Notice{Name: "down"})
		s.find("A", "SYSA/one", report.High)
		given := 0
		s.Count = func(_, outcome string) {
			if outcome == GivenUp {
				given++
			}
		}
		stop := running(t, s, func(context.Context, string) error { return errRefused })
		time.Sleep(giveUpAfter + 2*longest)
		stop()
		assert.Equal(t, 1, given)
		n := s.store.notices[0]
		assert.True(t, n.GivenUp && n.Done != nil)
		assert.Equal(t, "refused", n.Error)
		assert.Less(t, n.Tries, 200)
		assert.Contains(t, s.log.String(), "a notice is given up")
	})
}

func TestKilledAndRestarted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := begin(&estate.Notice{Name: "ops"})
		s.find("A", "SYSA/one", report.High)
		r := s.run("r", history.Finished)
		s.at = time.Now()
		s.Stored(t.Context(), &r)
		claimed, err := s.store.ClaimNotice(t.Context(), 1, time.Now(), time.Now().Add(claimFor)) // by a service that is dead
		require.NoError(t, err)
		require.True(t, claimed)
		stop := running(t, s, func(context.Context, string) error { return nil })
		time.Sleep(claimFor / 2)
		s.mu.Lock() // it goes on sending
		assert.Empty(t, s.sends)
		s.mu.Unlock()
		time.Sleep(claimFor)
		stop()
		assert.Len(t, s.sends, 1)
	})
}

func TestTwoServicesSendOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := begin(&estate.Notice{Name: "ops"})
		other := begin(&estate.Notice{Name: "ops"})
		other.store, other.Store = s.store, s.store
		s.find("A", "SYSA/one", report.High)
		take := func(context.Context, string) error { time.Sleep(10 * time.Second); return nil }
		stop, stopOther := running(t, s, take), running(t, other, take)
		time.Sleep(time.Minute)
		stop()
		stopOther()
		assert.Len(t, append(s.sends, other.sends...), 1)
	})
}

func TestWhatOthersSend(t *testing.T) {
	s := begin(&estate.Notice{Name: "ops"})
	s.send = func(context.Context, *estate.Notice, *Message, []byte) error {
		t.Error("sent")
		return nil
	}
	s.find("A", "SYSA/one", report.High)
	s.stored(t, 0, "ops")
	due, err := s.store.DueNotices(t.Context(), s.at, 10)
	require.NoError(t, err)
	claimed, err := s.store.ClaimNotice(t.Context(), due[0].ID, s.at, s.at.Add(claimFor))
	require.NoError(t, err)
	require.True(t, claimed)
	s.deliverTo(t.Context(), due)

	s.store.notices = append(s.store.notices, history.Notice{ID: 2, Receiver: "ops", Body: []byte(`{"estate": "another"}`), Next: s.at})
	s.deliver(t.Context())
	s.workers.Wait()
}

func TestStopWhileSending(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := begin(&estate.Notice{Name: "ops"})
		s.find("A", "SYSA/one", report.High)
		stop := running(t, s, func(ctx context.Context, _ string) error { <-ctx.Done(); return ctx.Err() })
		synctest.Wait()
		began := time.Now()
		stop()
		assert.Equal(t, endsWithin, time.Since(began))
		assert.Equal(t, 1, s.store.notices[0].Tries)
		assert.Nil(t, s.store.notices[0].Done)
	})
}

func TestReceiverThatIsGone(t *testing.T) {
	s := begin(&estate.Notice{Name: "ops"})
	err := s.try(t.Context(), history.Notice{Receiver: "another", Body: []byte(`{}`)})
	require.EqualError(t, err, "the estate file names no such receiver")
}

func TestReceiverSaysWhen(t *testing.T) {
	s := begin()
	n := s.became(history.Notice{Made: s.at}, laterError{errRefused, 40 * time.Minute})
	assert.Equal(t, s.at.Add(40*time.Minute), n.Next)
	n = s.became(history.Notice{Made: s.at}, laterError{errRefused, 400 * time.Hour})
	assert.Equal(t, s.at.Add(longest), n.Next)
}

func TestPause(t *testing.T) {
	for tries := range 100 {
		most := min(firstPause<<max(min(tries, 20)-1, 0), longest)
		for range 20 {
			d := pause(tries)
			assert.True(t, d >= most/2 && d < most, "%d tries: %v of %v", tries, d, most)
		}
	}
}
