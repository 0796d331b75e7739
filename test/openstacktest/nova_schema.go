package openstacktest

import (
	"fmt"
	"math"
	"strings"
	"unicode"
)

// nameRule is Nova's rule for names: printable, without white space at the ends. Its flaw says
// so without naming the field.
func nameRule(field string, value any, minor int) *flaw {
	if f := text(1, 255)(field, value, minor); f != nil {
		return f
	}
	s, _ := value.(string)
	printable := !strings.ContainsFunc(s, func(c rune) bool { return !unicode.IsPrint(c) && c != ' ' })
	if !printable || strings.TrimSpace(s) != s {
		return &flaw{reason: "An invalid 'name' value was provided. The name must be: printable characters. " +
			"Can not start or end with whitespace."}
	}
	return nil
}

var (
	metadataRule = func(field string, value any, minor int) *flaw {
		fields, ok := value.(object)
		if !ok {
			return notOfType(field, value, "'object'")
		}
		for key := range fields {
			if !metadataKey.MatchString(key) {
				return unfit(field, value, "%s does not match any of the regexes: '^[a-zA-Z0-9-_:. ]{1,255}$'", python(key))
			}
		}
		return dict(text(0, 255))(field, value, minor)
	}
	adminPass    = text(0, math.MaxInt) // as long and as strange as users like
	hostname     = matching("^[a-zA-Z0-9]+[a-zA-Z0-9-]*[a-zA-Z0-9]+$")
	tagRule      = matching("^[^,/]*$")
	idOrEmpty    = either(oneOf(""), uuid)
	networksList = list(properties{
		"uuid": {rule: text(0, 255)}, "fixed_ip": {rule: text(0, 39)}, "port": {rule: orNone(uuid)},
		"tag": {rule: tagRule, since: 42},
	}.object)
	deviceMapping = list(properties{
		"uuid": {rule: text(1, 36)}, "source_type": {required: true, rule: oneOf("volume", "image", "snapshot", "blank")},
		"destination_type": {rule: oneOf("local", "volume")}, "boot_index": {rule: orNone(wholeNumber)},
		"volume_size": {rule: either(oneOf(""), null, number(1, 1<<31-1))}, "delete_on_termination": {rule: boolean},
		"device_name": {rule: orNone(text(0, 255))}, "guest_format": {rule: orNone(text(0, 255))},
		"device_type": {rule: orNone(text(0, 255))}, "disk_bus": {rule: orNone(text(0, 255))},
		"no_device": {}, "tag": {rule: tagRule, since: 42}, "volume_type": {rule: orNone(text(0, 255)), since: 67},
	}.object)
	serverCreate = properties{
		"server": {required: true, rule: properties{
			"name":      {required: true, rule: nameRule},
			"flavorRef": {required: true, rule: either(text(1, 1<<16), number(0, 1<<31-1))},
			"imageRef":  {rule: idOrEmpty},
			"networks":  {rule: from(37, networksList, either(oneOf("auto", "none"), networksList))},
			"adminPass": {rule: adminPass}, "metadata": {rule: metadataRule}, "key_name": {rule: nameRule},
			"user_data": {rule: userData}, "availability_zone": {rule: nameRule}, "config_drive": {rule: boolean},
			"security_groups":         {rule: list(properties{"name": {rule: text(1, 255)}}.object)},
			"block_device_mapping_v2": {rule: deviceMapping}, "min_count": {rule: number(1, 1<<31-1)},
			"max_count": {rule: number(1, 1<<31-1)}, "return_reservation_id": {rule: boolean},
			"accessIPv4": {rule: addressRule(4)}, "accessIPv6": {rule: addressRule(6)}, "OS-DCF:diskConfig": {rule: oneOf("AUTO", "MANUAL")},
			"personality": {until: 56}, "description": {rule: orNone(text(0, 255)), since: 19},
			"tags": {rule: list(tagRule), since: 52}, "trusted_image_certificates": {since: 63},
			"host": {since: 74}, "hypervisor_hostname": {since: 74}, "hostname": {rule: hostname, since: 90},
		}.object},
		"os:scheduler_hints": {rule: schedulerHints.open}, "OS-SCH-HNT:scheduler_hints": {rule: schedulerHints.open},
	}
	schedulerHints = properties{"group": {rule: uuid}}
)

// wholeNumber takes a whole number, negative ones included.
func wholeNumber(field string, value any, minor int) *flaw {
	if s := strings.TrimPrefix(fmt.Sprint(value), "-"); onlyDigits.MatchString(s) {
		return nil
	}
	return number(0, 0)(field, value, minor)
}

// userData takes base64 as leniently as Python's decoder does: foreign characters are skipped, the
// padding must be right, and the first complete padding ends the data.
func userData(field string, value any, minor int) *flaw {
	if f := text(0, 65535)(field, value, minor); f != nil {
		return f
	}
	s, _ := value.(string)
	position, padding := 0, 0
	for _, c := range s {
		switch {
		case c == '=':
			if padding++; position >= 2 && position+padding >= 4 {
				return nil
			}
		case c < unicode.MaxASCII && (unicode.IsLetter(c) || unicode.IsDigit(c) || c == '+' || c == '/'):
			position, padding = (position+1)%4, 0
		}
	}
	if position != 0 {
		return unfit(field, value, "%s is not a 'base64'", python(s))
	}
	return nil
}
