package config_test

import (
	"errors"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/spf13/pflag"

	"github.com/occigate/occigate/config"
)

const keystoneURL = "https://keystone.example.org:5000"

// sameConfig compares configurations; an empty list is as good as none.
var sameConfig = cmp.Options{
	cmpopts.EquateEmpty(),
	cmpopts.EquateComparable(netip.Prefix{}),
}

// withKeystone is the default configuration with the mandatory setting, changed.
func withKeystone(change func(*config.Config)) config.Config {
	cfg := config.Default()
	cfg.Keystone.URL = keystoneURL
	change(&cfg)
	return cfg
}

func TestLoadGoodFile(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]config.Config{
		"good-minimal.yaml": withKeystone(func(*config.Config) {}),
		"good-full.yaml": withKeystone(func(c *config.Config) {
			c.Listen = []string{"127.0.0.1:9000", "[::1]:9000"}
			c.PublicURL = "https://occi.example.org"
			c.Mounts = []string{""}
			c.TrustedProxies = []netip.Prefix{
				netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("2001:db8::/32"),
			}
			c.HTTP2 = true
			c.Keystone.URL = keystoneURL + "/v3"
			c.Keystone.PublicURL = keystoneURL + "/v3"
			c.Keystone.Endpoints = map[string]string{"compute": "http://nova.example.org:8774/v2.1"}
			c.Keystone.Federation.Protocols = []string{"egi.eu/openid"}
			c.Keystone.Federation.Projects = map[string]string{"egi.eu": "guests", "egi.eu/2613df8c": "ops"}
			c.Keystone.Basic = true
			c.Keystone.GuessLimit = 0
			c.Keystone.Cache.Size = 5
			c.Keystone.Cache.TTL = 90 * time.Second
			c.Keystone.MaxResponse = config.MiB
			c.Limits.Body = config.MiB
			c.Timeouts.DrainDelay = 0
		}),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := config.Load(config.Source{Path: filepath.Join("testdata", name)})
			if err != nil {
				t.Fatalf("Load(%s) = %v, want no fault", name, err)
			}
			if diff := cmp.Diff(want, got, sameConfig); diff != "" {
				t.Errorf("Load(%s) (-want +got):\n%s", name, diff)
			}
		})
	}
}

// TestLoadBadFile reads what each file says of itself: the faults, in lines that
// begin with "#!".
func TestLoadBadFile(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join("testdata", "bad-*.yaml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("testdata/bad-*.yaml: %d files, %v", len(files), err)
	}
	for _, path := range files {
		t.Run(filepath.Base(path), func(t *testing.T) {
			t.Parallel()
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			var want []string
			for line := range strings.Lines(string(text)) {
				if fault, found := strings.CutPrefix(line, "#! "); found {
					want = append(want, "testdata/"+strings.TrimSuffix(fault, "\n"))
				}
			}
			_, err = config.Load(config.Source{Path: path})
			if diff := cmp.Diff(want, faultsOf(t, err)); diff != "" {
				t.Errorf("Load(%s): faults (-want +got):\n%s", path, diff)
			}
		})
	}
}

// faultsOf is the text of the faults that an error of Load or Validate carries.
func faultsOf(t *testing.T, err error) []string {
	t.Helper()
	if err == nil {
		return nil
	}
	invalid, ok := errors.AsType[*config.InvalidError](err)
	if !ok {
		t.Fatalf("error %v is %T, want *config.InvalidError", err, err)
	}
	var faults []string
	for _, f := range invalid.Faults {
		faults = append(faults, f.String())
	}
	return faults
}

func TestLoadNoFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "absent.yaml")
	_, err := config.Load(config.Source{Path: path})
	want := []string{path + ": no such file or directory"}
	if diff := cmp.Diff(want, faultsOf(t, err)); diff != "" {
		t.Errorf("Load of an absent file: faults (-want +got):\n%s", diff)
	}
}

func TestLoadEmptyFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "empty.yaml")
	if err := os.WriteFile(path, []byte("# nothing\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	got, err := config.Load(config.Source{Path: path, Environ: []string{"OCCIGATE_KEYSTONE_URL=" + keystoneURL}})
	if err != nil {
		t.Fatalf("Load of a file of comments: %v", err)
	}
	if diff := cmp.Diff(withKeystone(func(*config.Config) {}), got, sameConfig); diff != "" {
		t.Errorf("Load of a file of comments (-want +got):\n%s", diff)
	}
}

func parsedFlags(t *testing.T, args ...string) *pflag.FlagSet {
	t.Helper()
	flags := pflag.NewFlagSet("test", pflag.ContinueOnError)
	flags.Bool("verbose", false, "a flag of somebody else")
	config.Flags(flags)
	if err := flags.Parse(args); err != nil {
		t.Fatal(err)
	}
	return flags
}

// TestLoadLayers sets the log level in ever more sources: the last one holds.
func TestLoadLayers(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "occigate.yaml")
	text := "keystone: {url: '" + keystoneURL + "'}\nlog: {level: debug}\n"
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	environ := []string{"OCCIGATE_LOG_LEVEL=warn"}
	for _, test := range []struct {
		name string
		src  config.Source
		want config.LogLevel
	}{
		{"default", config.Source{Environ: []string{"OCCIGATE_KEYSTONE_URL=" + keystoneURL}}, config.LogInfo},
		{"file", config.Source{Path: path}, config.LogDebug},
		{"environment", config.Source{Path: path, Environ: environ}, config.LogWarn},
		{"flag not given", config.Source{Path: path, Environ: environ, Flags: parsedFlags(t)}, config.LogWarn},
		{"flag", config.Source{Path: path, Environ: environ, Flags: parsedFlags(t, "--log-level=error")}, config.LogError},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got, err := config.Load(test.src)
			if err != nil {
				t.Fatalf("Load(%+v) = %v", test.src, err)
			}
			if got.Log.Level != test.want {
				t.Errorf("Load(%+v): log.level is %q, want %q", test.src, got.Log.Level, test.want)
			}
		})
	}
}

func TestLoadFlags(t *testing.T) {
	t.Parallel()
	flags := parsedFlags(t, "--keystone", keystoneURL, "--listen", ":1", "--listen", ":2", "--operations-listen", ":3",
		"--public-url", "https://occi.example.org", "--log-level", "debug", "--log-format", "console", "--verbose")
	got, err := config.Load(config.Source{Flags: flags})
	if err != nil {
		t.Fatalf("Load with flags: %v", err)
	}
	want := withKeystone(func(c *config.Config) {
		c.Listen = []string{":1", ":2"}
		c.Operations.Listen = []string{":3"}
		c.PublicURL = "https://occi.example.org"
		c.Log = config.Log{Level: config.LogDebug, Format: config.LogConsole}
	})
	if diff := cmp.Diff(want, got, sameConfig); diff != "" {
		t.Errorf("Load with flags (-want +got):\n%s", diff)
	}
}

func TestLoadEnvironment(t *testing.T) {
	t.Parallel()
	got, err := config.Load(config.Source{
		Path: filepath.Join("testdata", "good-full.yaml"),
		Environ: []string{
			"HOME=/root",
			"OCCIGATE_KEYSTONE_URL=" + keystoneURL,
			"OCCIGATE_KEYSTONE_PUBLIC_URL=",
			"OCCIGATE_KEYSTONE_CACHE_SIZE=7",
			"OCCIGATE_KEYSTONE_TIMEOUTS_FIRST_BYTE=3s",
			"OCCIGATE_KEYSTONE_ENDPOINTS=image=https://glance.example.org, volume=https://cinder.example.org",
			"OCCIGATE_TRUSTED_PROXIES=192.0.2.0/24",
			"OCCIGATE_LISTEN=:1, :2",
			"OCCIGATE_MOUNTS=,/occi",
			"OCCIGATE_HTTP2=false",
			"OCCIGATE_LIMITS_BODY=2KiB",
			// What Kubernetes says of services whose names begin with occigate.
			"OCCIGATE_PORT=tcp://10.0.0.1:8787",
			"OCCIGATE_PORT_8787_TCP_ADDR=10.0.0.1",
			"OCCIGATE_SERVICE_HOST=10.0.0.1",
			"OCCIGATE_SERVICE_PORT_HTTP=8787",
			"OCCIGATE_OPERATIONS_PORT_8788_TCP=tcp://10.0.0.2:8788",
		},
	})
	if err != nil {
		t.Fatalf("Load with environment: %v", err)
	}
	want := withKeystone(func(c *config.Config) {
		c.Listen = []string{":1", ":2"}
		c.PublicURL = "https://occi.example.org"
		c.Mounts = []string{"", "/occi"}
		c.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")}
		c.Keystone.Endpoints = map[string]string{
			"image": "https://glance.example.org", "volume": "https://cinder.example.org",
		}
		c.Keystone.Federation.Protocols = []string{"egi.eu/openid"}
		c.Keystone.Federation.Projects = map[string]string{"egi.eu": "guests", "egi.eu/2613df8c": "ops"}
		c.Keystone.Basic = true
		c.Keystone.GuessLimit = 0
		c.Keystone.Cache.Size = 7
		c.Keystone.Cache.TTL = 90 * time.Second
		c.Keystone.Timeouts.FirstByte = 3 * time.Second
		c.Keystone.MaxResponse = config.MiB
		c.Limits.Body = 2 * config.KiB
		c.Timeouts.DrainDelay = 0
	})
	if diff := cmp.Diff(want, got, sameConfig); diff != "" {
		t.Errorf("Load with environment (-want +got):\n%s", diff)
	}
}

// TestLoadFaultPlaces expects each fault where the value was given last.
func TestLoadFaultPlaces(t *testing.T) {
	t.Parallel()
	path := filepath.Join("testdata", "bad-pair.yaml")
	_, err := config.Load(config.Source{
		Path: path,
		Environ: []string{
			"OCCIGATE_KEYSTON_URL=x",
			"OCCIGATE_NONSENSE=x",
			"OCCIGATE_LIMITS_BODY=",
			"OCCIGATE_KEYSTONE_ENDPOINTS=compute",
			"OCCIGATE_MOUNTS=/x,x",
			"OCCIGATE_COLLECTION_DELETE=all",
		},
		Flags: parsedFlags(t, "--listen=8787"),
	})
	want := []string{
		path + ":6: timeouts.drain_delay: must be shorter than timeouts.drain (2s), is 5s",
		"OCCIGATE_KEYSTON_URL: unknown setting; did you mean OCCIGATE_KEYSTONE_URL?",
		"OCCIGATE_NONSENSE: unknown setting",
		`OCCIGATE_LIMITS_BODY: limits.body: want a size in bytes such as 114688 or "112KiB", got ""`,
		"OCCIGATE_KEYSTONE_ENDPOINTS: keystone.endpoints: want entries key=value, each key once, separated by commas",
		`--listen: listen[0]: want host:port or :port, got "8787"`,
		`OCCIGATE_MOUNTS: mounts[1]: want "" or a path such as "/occi1.1" without a slash at its end, got "x"`,
		`OCCIGATE_COLLECTION_DELETE: collection_delete: want one of ["own" "project" "deny"], got "all"`,
	}
	if diff := cmp.Diff(want, faultsOf(t, err)); diff != "" {
		t.Errorf("Load: faults (-want +got):\n%s", diff)
	}
}

// TestLoadFaultyGivesTheRest: who needs one setting gets it beside the faults of
// others.
func TestLoadFaultyGivesTheRest(t *testing.T) {
	t.Parallel()
	got, err := config.Load(config.Source{Environ: []string{"OCCIGATE_OPERATIONS_LISTEN=:9", "OCCIGATE_LIMITS_LINKS=x"}})
	want := []string{
		`OCCIGATE_LIMITS_LINKS: limits.links: want a whole number, got "x"`,
		"keystone.url: required: the URL of Keystone, such as https://keystone.example.org:5000",
	}
	if diff := cmp.Diff(want, faultsOf(t, err)); diff != "" {
		t.Errorf("Load: faults (-want +got):\n%s", diff)
	}
	wantConfig := config.Default()
	wantConfig.Operations.Listen = []string{":9"}
	if diff := cmp.Diff(wantConfig, got, sameConfig); diff != "" {
		t.Errorf("Load with faults (-want +got):\n%s", diff)
	}
}

func TestLoadCheckFiles(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	environ := []string{
		"OCCIGATE_KEYSTONE_URL=" + keystoneURL,
		"OCCIGATE_TLS_CERTIFICATE_FILE=" + dir + "/absent.pem",
		"OCCIGATE_TLS_KEY_FILE=" + dir,
		"OCCIGATE_KEYSTONE_CA_FILE=testdata/good-minimal.yaml",
		"OCCIGATE_KEYSTONE_CA_DIR=testdata/good-minimal.yaml",
		"OCCIGATE_MIXINS_STORE=mysql",
		"OCCIGATE_MIXINS_DSN_FILE=" + dir + "/dsn",
	}
	if _, err := config.Load(config.Source{Environ: environ}); err != nil {
		t.Errorf("Load without CheckFiles: %v, want no fault", err)
	}
	_, err := config.Load(config.Source{Environ: environ, CheckFiles: true})
	want := []string{
		`OCCIGATE_TLS_CERTIFICATE_FILE: tls.certificate_file: cannot read "` + dir + `/absent.pem": no such file or directory`,
		`OCCIGATE_TLS_KEY_FILE: tls.key_file: cannot read "` + dir + `": is a directory`,
		`OCCIGATE_KEYSTONE_CA_DIR: keystone.ca_dir: cannot read "testdata/good-minimal.yaml": not a directory`,
		`OCCIGATE_MIXINS_DSN_FILE: mixins.dsn_file: cannot read "` + dir + `/dsn": no such file or directory`,
	}
	if diff := cmp.Diff(want, faultsOf(t, err)); diff != "" {
		t.Errorf("Load with CheckFiles: faults (-want +got):\n%s", diff)
	}
}

func TestValidate(t *testing.T) {
	t.Parallel()
	if err := withKeystone(func(*config.Config) {}).Validate(); err != nil {
		t.Errorf("default with keystone.url: %v, want no fault", err)
	}
	want := []string{
		"listen: want at least one address",
		`mounts: want at least one path; "" is the root`,
		"keystone.url: required: the URL of Keystone, such as https://keystone.example.org:5000",
	}
	cfg := config.Default()
	cfg.Listen, cfg.Mounts = nil, nil
	if diff := cmp.Diff(want, faultsOf(t, cfg.Validate())); diff != "" {
		t.Errorf("Validate: faults (-want +got):\n%s", diff)
	}
}

// TestValidateZero finds every number, size and duration of a Config nobody filled.
func TestValidateZero(t *testing.T) {
	t.Parallel()
	var above []string
	for _, fault := range faultsOf(t, config.Config{}.Validate()) {
		if key, found := strings.CutSuffix(fault, ": must be above zero, is 0"); found {
			above = append(above, key)
		} else if key, found := strings.CutSuffix(fault, ": must be above zero, is 0s"); found {
			above = append(above, key)
		}
	}
	want := []string{
		"keystone.cache.size", "keystone.cache.ttl", "keystone.cache.outage_ttl", "keystone.cache.negative_ttl",
		"keystone.timeouts.connect", "keystone.timeouts.tls", "keystone.timeouts.first_byte", "keystone.max_response",
		"templates.cache_ttl", "templates.cache_projects", "mixins.per_project", "mixins.cache_ttl",
		"limits.body", "limits.headers", "limits.in_flight", "limits.categories", "limits.attributes", "limits.links",
		"limits.page_size", "limits.page_max",
		"timeouts.header", "timeouts.body", "timeouts.read", "timeouts.change", "timeouts.idle", "timeouts.drain",
	}
	if diff := cmp.Diff(want, above); diff != "" {
		t.Errorf("settings that must be above zero (-want +got):\n%s", diff)
	}
}
