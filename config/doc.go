// Package config says how occigate is set up: one [Config], its [Default], and
// [Load], which lays four sources over one another, the later ones winning:
//
//	Default  <  YAML file  <  environment  <  flags
//
// In the file, settings are nested and unknown keys, keys given twice and values
// of the wrong type are faults:
//
//	keystone:
//	  url: https://keystone.example.org:5000
//	  cache:
//	    ttl: 30s
//
// In the environment, the name of a setting is OCCIGATE_ and its key in upper
// case with "_" in place of ".": keystone.cache.ttl is
// OCCIGATE_KEYSTONE_CACHE_TTL. Lists are separated by commas, and entries of
// keystone.endpoints are written type=URL. A list or map replaces the one it is
// laid over. Unknown names that begin with OCCIGATE_ are faults, except the ones
// Kubernetes gives to every container for a service called occigate.
//
// The flags are the few settings that [Flags] registers.
//
// Durations are strings with a unit ("9s", "1m30s"). Sizes are bytes, or a number
// with KiB, MiB or GiB ([ByteSize]).
//
// Secrets are never values: a setting that needs one names a file that holds it,
// and its key ends in _file (tls.key_file).
//
// All faults of all sources are found before any is reported, each with the
// place it was made and its key, those of the file first and in its order:
//
//	occigate.yaml:12: keystone.url: want an absolute http or https URL, got "keystone:5000"
//
// A Config is not changed after Load: a new configuration needs a new process.
package config
