package openstacktest

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/netip"
	"regexp"
	"slices"
	"unicode/utf8"
)

// commonAttributes are those of every collection, to which its own are added.
func commonAttributes(own map[string]attribute) map[string]attribute {
	all := map[string]attribute{
		"id":              {},
		"name":            {post: true, put: true, takes: upTo(255)},
		"description":     {post: true, put: true, takes: upTo(255)},
		"tenant_id":       {post: true},
		"project_id":      {post: true},
		"tags":            {},
		"created_at":      {},
		"updated_at":      {},
		"revision_number": {},
	}
	maps.Copy(all, own)
	return all
}

// invalid is Neutron's error for a value its validator refuses.
func invalid(name, format string, args ...any) *apiError {
	return neutronError(http.StatusBadRequest, "HTTPBadRequest", "Invalid input for %s. Reason: %s", name, fmt.Sprintf(format, args...))
}

func upTo(most int) taking {
	return func(name string, value any) *apiError {
		s, ok := value.(string)
		switch {
		case !ok:
			return invalid(name, "'%s' is not a valid string.", display(value))
		case utf8.RuneCountInString(s) > most:
			return invalid(name, "'%s' exceeds maximum length of %d.", s, most)
		}
		return nil
	}
}

func anyOf(values ...any) taking {
	return func(name string, value any) *apiError {
		for _, v := range values {
			if fmt.Sprint(v) == fmt.Sprint(value) {
				return nil
			}
		}
		return invalid(name, "%s is not in valid_values.", display(value))
	}
}

func flag(_ string, value any) *apiError {
	switch v := value.(type) {
	case bool:
		return nil
	case string:
		if isFlag(v) {
			return nil
		}
	}
	return notBoolean(value)
}

func anID(name string, value any) *apiError {
	if s, ok := value.(string); !ok || !isUUID(s) {
		return invalid(name, "'%s' is not a valid UUID.", display(value))
	}
	return nil
}

func idOrNull(name string, value any) *apiError {
	if value == nil {
		return nil
	}
	return anID(name, value)
}

func idList(name string, value any) *apiError {
	list, ok := value.([]any)
	if !ok {
		return invalid(name, "'%s' is not a list.", display(value))
	}
	for i, item := range list {
		if err := anID(name, item); err != nil {
			return err
		}
		if slices.Contains(list[:i], item) {
			return invalid(name, "Duplicate items in the list: '%s'.", display(item))
		}
	}
	return nil
}

func addressOrNull(name string, value any) *apiError {
	if value == nil {
		return nil
	}
	s, _ := value.(string)
	if _, err := netip.ParseAddr(s); err != nil {
		return invalid(name, "'%s' is not a valid IP address.", display(value))
	}
	return nil
}

func addressList(name string, value any) *apiError {
	list, ok := value.([]any)
	if !ok {
		return invalid(name, "'%s' is not a list.", display(value))
	}
	for _, item := range list {
		if err := addressOrNull(name, item); err != nil {
			return err
		}
	}
	return nil
}

func cidr(_ string, value any) *apiError {
	s, _ := value.(string)
	if _, err := netip.ParsePrefix(s); err != nil && value != nil {
		return neutronError(http.StatusBadRequest, "InvalidInput", "Invalid input for operation: %s is not in a CIDR format.", display(value))
	}
	return nil
}

var macPattern = regexp.MustCompile(`^([0-9a-fA-F]{2}:){5}[0-9a-fA-F]{2}$`)

func mac(name string, value any) *apiError {
	if s, ok := value.(string); !ok || !macPattern.MatchString(s) {
		return invalid(name, "'%s' is not a valid MAC address.", display(value))
	}
	return nil
}

// objects takes a list of objects that have no other keys than these.
func objects(keys ...string) taking {
	return func(name string, value any) *apiError {
		list, ok := value.([]any)
		if !ok {
			return invalid(name, "'%s' is not a list.", display(value))
		}
		for _, item := range list {
			o, ok := item.(object)
			if !ok {
				return invalid(name, "'%s' is not a dictionary.", display(item))
			}
			for key := range o {
				if !slices.Contains(keys, key) {
					return invalid(name, "Unexpected keys supplied: %s.", key)
				}
			}
		}
		return nil
	}
}

func wholeOrNull(name string, value any) *apiError {
	if value == nil {
		return nil
	}
	switch v := value.(type) {
	case json.Number:
		if _, err := v.Int64(); err == nil {
			return nil
		}
	case string:
		if onlyDigits.MatchString(v) {
			return nil
		}
	}
	return invalid(name, "'%s' is not an integer.", display(value))
}
