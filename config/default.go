package config

import "time"

// Default is the configuration that holds where nothing else is said. It lacks
// keystone.url, which has no default.
func Default() Config {
	return Config{
		Listen:     []string{":8787"},
		Operations: Operations{Listen: []string{"127.0.0.1:8788"}},
		Title:      "OCCI server",
		Mounts:     []string{"", "/occi1.1", "/occi1.2"},
		Keystone: Keystone{
			Interface:     InterfacePublic,
			DefaultDomain: "default",
			GuessLimit:    60,
			Cache: Cache{
				Size:        10_000,
				TTL:         time.Minute,
				OutageTTL:   5 * time.Minute,
				NegativeTTL: 5 * time.Second,
			},
			Timeouts: UpstreamTimeouts{
				Connect:   3 * time.Second,
				TLS:       5 * time.Second,
				FirstByte: 20 * time.Second,
			},
			MaxResponse: 32 * MiB,
		},
		VOMS:             VOMS{IdentityProvider: "egi.eu", Protocol: "mapped"},
		Templates:        Templates{CacheTTL: time.Minute, CacheProjects: 1000},
		Compute:          Compute{ConfirmResize: true, DefaultName: "occi", RepeatWindow: 10 * time.Minute},
		Network:          Network{RouterAttach: true},
		Mixins:           Mixins{Store: MixinStoreSQLite, PerProject: 1000, CacheTTL: 5 * time.Second},
		CollectionDelete: CollectionDeleteOwn,
		Limits: Limits{
			Body:       112 * KiB,
			Headers:    256 * KiB,
			InFlight:   512,
			Categories: 256,
			Attributes: 1024,
			Links:      128,
			PageSize:   100,
			PageMax:    1000,
		},
		Timeouts: Timeouts{
			Header:     10 * time.Second,
			Body:       30 * time.Second,
			Read:       9 * time.Second,
			Change:     time.Minute,
			Idle:       2 * time.Minute,
			DrainDelay: 5 * time.Second,
			Drain:      30 * time.Second,
		},
		Log: Log{Level: LogInfo, Format: LogJSON},
	}
}
