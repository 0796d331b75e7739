package gateway_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/zap"

	"github.com/occigate/occigate/gateway"
)

func TestNewReportsAllFaults(t *testing.T) {
	t.Parallel()
	_, err := gateway.New(gateway.Options{
		PublicURL:        "https://occi.example.org/cloud",
		Mounts:           []string{"", "occi", "/occi1.2/", "/{id}"},
		ReadTimeout:      -time.Second,
		Limits:           gateway.Limits{InFlight: -1, PageSize: 1001},
		CollectionDelete: "all",
	})
	if err == nil {
		t.Fatal("got no error")
	}
	for _, want := range []string{
		"Connect is required", "Challenge is required", "Version is required", "Logger is required", "Metrics is required",
		`PublicURL: "https://occi.example.org/cloud"`, `Mounts: "occi"`, `Mounts: "/occi1.2/"`, `Mounts: "/{id}"`,
		"ReadTimeout: -1s", "a number is negative", "PageSize 1001 is above PageMax 1000", `CollectionDelete: "all"`,
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("got %q, want it to contain %q", err, want)
		}
	}
}

func TestNewNeedsLittle(t *testing.T) {
	t.Parallel()
	metrics, err := gateway.NewMetrics(prometheus.NewRegistry(), "dev")
	if err != nil {
		t.Fatal(err)
	}
	_, err = gateway.New(gateway.Options{
		Connect:   func(*http.Request, gateway.Origin) (gateway.Cloud, error) { return workingCloud(), nil },
		Challenge: testChallenge,
		Version:   "dev",
		Logger:    zap.NewNop(),
		Metrics:   metrics,
	})
	if err != nil {
		t.Errorf("got %v, want no error", err)
	}
}
