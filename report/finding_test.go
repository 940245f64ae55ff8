package report

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestLocationSaysWhatIsKnown(t *testing.T) {
	var none *Location
	assert.Equal(t, []string{"", "f", "f:7", "f:7:3"}, []string{none.String(), (&Location{File: "f"}).String(), (&Location{File: "f", Line: 7}).String(), (&Location{"f", 7, 3}).String()})
}
