package config

import (
	"github.com/knadh/koanf/providers/posflag"
	"github.com/spf13/pflag"
)

// ConfigFlag is the name of the flag for the path of the YAML file.
const ConfigFlag = "config"

// settingFlags are the flags that set something.
var settingFlags = []struct {
	name, key, usage string
	list             bool
}{
	{name: "keystone", key: "keystone.url", usage: "`URL` of Keystone"},
	{name: "listen", key: "listen", list: true, usage: "serve OCCI on `host:port`; may be repeated"},
	{
		name: "operations-listen", key: "operations.listen", list: true,
		usage: "serve health, metrics and version on `host:port`; may be repeated",
	},
	{name: "public-url", key: "public_url", usage: "`URL` where clients reach the gateway"},
	{name: "log-level", key: "log.level", usage: "`level` of the log: debug, info, warn or error"},
	{name: "log-format", key: "log.format", usage: "`format` of the log: json or console"},
}

// Flags registers our flags: the most used settings, and [ConfigFlag].
func Flags(flags *pflag.FlagSet) {
	flags.String(ConfigFlag, "", "YAML `file` with the configuration")
	for _, f := range settingFlags {
		if f.list {
			flags.StringSlice(f.name, nil, f.usage)
		} else {
			flags.String(f.name, "", f.usage)
		}
	}
}

// loadFlags lays the flags that were given over what is there.
func (l *loader) loadFlags(flags *pflag.FlagSet) error {
	if flags == nil {
		return nil
	}
	return l.merged.Load(posflag.ProviderWithFlag(flags, ".", l.merged, func(flag *pflag.Flag) (string, any) {
		for _, f := range settingFlags {
			if f.name == flag.Name && flag.Changed {
				l.origins[f.key] = "--" + f.name
				return f.key, posflag.FlagVal(flags, flag)
			}
		}
		return "", nil
	}), nil)
}
