package contract

import (
	"os"
	"testing"

	"go.uber.org/goleak"

	"github.com/occigate/occigate/test/openstacktest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestSimulator(t *testing.T) {
	cloud, err := openstacktest.Start(openstacktest.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(cloud.Close)
	cloud.AddVolumeType("shared", true)
	cloud.AddVolumeType("plain", false)
	Run(t, Target{
		AuthURL: cloud.AuthURL(), User: "demo", Password: "demo-secret", Project: "demo", Simulated: true,
		OtherUser: "other", OtherPassword: "demo-secret", OtherProject: "other",
	})
}

// TestCloud checks the cloud that the OS_ variables name, when OCCIGATE_TEST_CLOUD is set.
func TestCloud(t *testing.T) {
	if os.Getenv("OCCIGATE_TEST_CLOUD") == "" {
		t.Skip("OCCIGATE_TEST_CLOUD is not set: no real cloud to check")
	}
	Run(t, Target{
		AuthURL: os.Getenv("OS_AUTH_URL"), User: os.Getenv("OS_USERNAME"), Password: os.Getenv("OS_PASSWORD"),
		Project: os.Getenv("OS_PROJECT_NAME"), Domain: os.Getenv("OS_USER_DOMAIN_NAME"), Region: os.Getenv("OS_REGION_NAME"),
		OtherUser:     os.Getenv("OCCIGATE_TEST_OTHER_USER"),
		OtherPassword: os.Getenv("OCCIGATE_TEST_OTHER_PASSWORD"), OtherProject: os.Getenv("OCCIGATE_TEST_OTHER_PROJECT"),
	})
}
