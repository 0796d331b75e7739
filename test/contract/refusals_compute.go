package contract

import "strings"

// newServer is a creation that only the given fields make wrong.
func newServer(fields object) object {
	server := object{
		"name": "contract-refused", "flavorRef": "{flavor}", "imageRef": "{image}", "networks": []any{object{"uuid": "{network}"}},
	}
	for name, value := range fields {
		if value == nil {
			delete(server, name)
			continue
		}
		server[name] = value
	}
	return object{"server": server}
}

// fromDevice is a creation from one block device.
func fromDevice(fields object) object {
	return newServer(object{"imageRef": "", "block_device_mapping_v2": []any{fields}})
}

// computeRefusals are what Nova turns down without doing anything.
var computeRefusals = []refusal{
	{
		name: "server: bad JSON", call: "POST /servers", body: "{bad",
		status: 400, message: "Malformed request body",
	},
	{
		name: "server: no server", call: "POST /servers", body: object{},
		status: 400, message: "'server' is a required property",
	},
	{
		name: "server: unknown field", call: "POST /servers", body: newServer(object{"wish": 1}),
		status: 400, message: "Additional properties are not allowed ('wish' was unexpected)",
	},
	{
		name: "server: no name", call: "POST /servers", body: newServer(object{"name": nil}),
		status: 400, message: "'name' is a required property",
	},
	{
		name: "server: empty name", call: "POST /servers", body: newServer(object{"name": ""}),
		status: 400, message: "Invalid input for field/attribute name. Value: . '' is too short",
	},
	{
		name: "server: name with spaces around", call: "POST /servers", body: newServer(object{"name": " a "}),
		status: 400, message: "An invalid 'name' value was provided. The name must be: printable characters. Can not start or end with whitespace.",
	},
	{
		name: "server: long name", call: "POST /servers", body: newServer(object{"name": strings.Repeat("n", 256)}),
		status: 400, message: "is too long",
	},
	{
		name: "server: no flavor", call: "POST /servers", body: newServer(object{"flavorRef": nil}),
		status: 400, message: "'flavorRef' is a required property",
	},
	{
		name: "server: unknown flavor", call: "POST /servers", body: newServer(object{"flavorRef": "none"}),
		status: 400, message: "Flavor none could not be found.",
	},
	{
		name: "server: no image", call: "POST /servers", body: newServer(object{"imageRef": ""}),
		status: 400, message: "Missing imageRef attribute",
	},
	{
		name: "server: unknown image", call: "POST /servers", body: newServer(object{"imageRef": "{nothing}"}),
		status: 400, message: "Can not find requested image",
	},
	{
		name: "server: image is no id", call: "POST /servers", body: newServer(object{"imageRef": "none"}),
		status: 400, message: "Invalid input for field/attribute imageRef. Value: none. 'none' is not valid under any of the given schemas",
	},
	{
		name: "server: unknown network", call: "POST /servers", body: newServer(object{"networks": []any{object{"uuid": "{nothing}"}}}),
		status: 400, message: "Network {nothing} could not be found.",
	},
	{
		name: "server: network is no id", call: "POST /servers", body: newServer(object{"networks": []any{object{"uuid": "none"}}}),
		status: 400, message: "Bad networks format: network uuid is not in proper format (none)",
	},
	{
		name: "server: network without id", call: "POST /servers", body: newServer(object{"networks": []any{object{}}}),
		status: 400, message: "Bad network format: missing 'uuid'",
	},
	{
		name: "server: unknown port", call: "POST /servers", body: newServer(object{"networks": []any{object{"port": "{nothing}"}}}),
		status: 400, message: "Port id {nothing} could not be found.",
	},
	{
		name: "server: no networks from 2.37 on", version: "compute 2.37", call: "POST /servers", body: newServer(object{"networks": nil}),
		status: 400, message: "'networks' is a required property",
	},
	{
		name: "server: auto before 2.37", version: "compute 2.36", call: "POST /servers", body: newServer(object{"networks": "auto"}),
		status: 400, message: "'auto' is not of type 'array'",
	},
	{
		name: "server: neither auto nor none", version: "compute 2.37", call: "POST /servers", body: newServer(object{"networks": "any"}),
		status: 400, message: "'any' is not valid under any of the given schemas",
	},
	{
		name: "server: description before 2.19", version: "compute 2.18", call: "POST /servers", body: newServer(object{"description": "x"}),
		status: 400, message: "('description' was unexpected)",
	},
	{
		name: "server: tags before 2.52", version: "compute 2.51", call: "POST /servers", body: newServer(object{"tags": []any{"x"}}),
		status: 400, message: "('tags' was unexpected)",
	},
	{
		name: "server: unknown key", call: "POST /servers", body: newServer(object{"key_name": "contract-none"}),
		status: 400, message: "Invalid key_name provided.",
	},
	{
		name: "server: unknown security group", call: "POST /servers", body: newServer(object{"security_groups": []any{object{"name": "contract-none"}}}),
		status: 400, message: "Unable to find security_group with name or id 'contract-none'",
	},
	{
		name: "server: unknown zone", call: "POST /servers", body: newServer(object{"availability_zone": "none"}),
		status: 400, message: "The requested availability zone is not available",
	},
	{
		name: "server: user data is no base64", call: "POST /servers", body: newServer(object{"user_data": "YQ"}),
		status: 400, message: "'YQ' is not a 'base64'",
	},
	{
		name: "server: user data is too long", call: "POST /servers", body: newServer(object{"user_data": strings.Repeat("a", 65536)}),
		status: 400, message: "is too long",
	},
	{
		name: "server: user data is not ASCII", call: "POST /servers", body: newServer(object{"user_data": "ä"}),
		status: 500, message: "Unexpected API Error.",
	},
	{
		name: "server: user data decodes leniently", call: "POST /servers", body: newServer(object{"user_data": "!YQ==\n", "flavorRef": "none"}),
		status: 400, message: "Flavor none could not be found.",
	},
	{
		name: "server: metadata is no text", call: "POST /servers", body: newServer(object{"metadata": object{"a": 1}}),
		status: 400, message: "Invalid input for field/attribute a. Value: 1. 1 is not of type 'string'",
	},
	{
		name: "server: metadata key", call: "POST /servers", body: newServer(object{"metadata": object{"a/b": "x"}}),
		status: 400, message: "'a/b' does not match any of the regexes: '^[a-zA-Z0-9-_:. ]{1,255}$'",
	},
	{
		name: "server: metadata too long", call: "POST /servers", body: newServer(object{"metadata": object{"a": strings.Repeat("x", 256)}}),
		status: 400, message: "is too long",
	},
	{
		name: "server: hostname", version: "compute 2.90", call: "POST /servers", body: newServer(object{"hostname": "a_b"}),
		status: 400, message: "'a_b' does not match '^[a-zA-Z0-9]+[a-zA-Z0-9-]*[a-zA-Z0-9]+$'",
	},
	{
		name: "device: unknown volume to boot", call: "POST /servers", body: fromDevice(object{"boot_index": 0, "source_type": "volume", "destination_type": "volume", "uuid": "{nothing}"}),
		status: 400, message: "Block Device Mapping is Invalid: failed to get volume {nothing}.",
	},
	{
		name: "device: image to volume without size", call: "POST /servers", body: fromDevice(object{"boot_index": 0, "source_type": "image", "destination_type": "volume", "uuid": "{image}"}),
		status: 400, message: "Images with destination_type 'volume' need to have a non-zero size specified",
	},
	{
		name: "device: nothing to boot", call: "POST /servers", body: fromDevice(object{"boot_index": 1, "source_type": "blank", "destination_type": "volume", "volume_size": 1}),
		status: 400, message: "Block Device Mapping is Invalid: Boot sequence for the instance and image/block device mapping combination is not valid.",
	},
	{
		name: "device: the image is not among the devices", call: "POST /servers", body: newServer(object{"block_device_mapping_v2": []any{object{"boot_index": -1, "source_type": "blank", "destination_type": "volume", "volume_size": 1}}}),
		status: 400, message: "Boot sequence for the instance and image/block device mapping combination is not valid.",
	},
	{
		name: "device: unknown source", call: "POST /servers", body: fromDevice(object{"boot_index": 0, "source_type": "wish", "uuid": "{image}"}),
		status: 400, message: "'wish' is not one of ['volume', 'image', 'snapshot', 'blank']",
	},
	{
		name: "key: no name", call: "POST /os-keypairs", body: object{"keypair": object{}},
		status: 400, message: "'name' is a required property",
	},
	{
		name: "key: name with a slash", call: "POST /os-keypairs", body: object{"keypair": object{"name": "contract/x", "public_key": "{public key}"}},
		status: 400, message: "An invalid 'name' value was provided.",
	},
	{
		name: "key: no key", call: "POST /os-keypairs", body: object{"keypair": object{"name": "contract-x", "public_key": "nonsense"}},
		status: 400, message: "Keypair data is invalid: failed to generate fingerprint",
	},
	{
		name: "key: a type before 2.2", call: "POST /os-keypairs", body: object{"keypair": object{"name": "contract-x", "type": "ssh"}},
		status: 400, message: "('type' was unexpected)",
	},
	{
		name: "key: none to import from 2.92 on", version: "compute 2.92", call: "POST /os-keypairs", body: object{"keypair": object{"name": "contract-x"}},
		status: 400, message: "'public_key' is a required property",
	},
	{
		name: "unknown server", call: "GET /servers/{nothing}",
		status: 404, message: "Instance {nothing} could not be found.",
	},
	{
		name: "server id is no id", call: "GET /servers/none",
		status: 404, message: "Instance none could not be found.",
	},
	{
		name: "unknown flavor", call: "GET /flavors/none",
		status: 404, message: "Flavor none could not be found.",
	},
	{
		name: "unknown keypair", call: "GET /os-keypairs/none",
		status: 404, message: "Keypair none not found for user {user}",
	},
	{
		name: "unknown marker", call: "GET /servers?marker={nothing}",
		status: 400, message: "marker [{nothing}] not found",
	},
	{
		name: "negative limit", call: "GET /servers?limit=-1",
		status: 400, message: "Invalid input for query parameters limit. Value: -1. '-1' does not match '^[0-9]*$'",
	},
	{
		name: "unknown query from 2.75 on", version: "compute 2.75", call: "GET /servers?wish=1",
		status: 400, message: "'wish' does not match any of the regexes: '^_'",
	},
}
