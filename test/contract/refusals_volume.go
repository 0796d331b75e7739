package contract

import "strings"

// volumeRefusals are what Cinder turns down without doing anything.
var volumeRefusals = []refusal{
	{
		name: "volume: no volume", call: "POST /volumes", body: object{},
		status: 400, message: "'volume' is a required property",
	},
	{
		name: "volume: bad JSON", call: "POST /volumes", body: "{bad",
		status: 400, message: "Malformed request body",
	},
	{
		name: "volume: content type", call: "POST /volumes", body: object{"volume": object{"size": "x"}}, contentType: "text/plain",
		status: 415, message: "Unsupported Content-Type",
	},
	{
		name: "volume: no size", call: "POST /volumes", body: object{"volume": object{}},
		status: 400, message: "The server could not comply with the request since it is either malformed or otherwise incorrect.",
	},
	{
		name: "volume: size is no number", call: "POST /volumes", body: object{"volume": object{"size": "x"}},
		status: 400, message: "Invalid input for field/attribute size. Value: x. 'x' does not match '^[0-9]+$'",
	},
	{
		name: "volume: size 0", call: "POST /volumes", body: object{"volume": object{"size": 0}},
		status: 400, message: "Invalid input for field/attribute size. Value: 0. 0 is less than the minimum of 1",
	},
	{
		name: "volume: size with a fraction", call: "POST /volumes", body: object{"volume": object{"size": 1.5}},
		status: 400, message: "Invalid input for field/attribute size. Value: 1.5. 1.5 is not of type 'integer', 'string', 'null'",
	},
	{
		name: "volume: long name", call: "POST /volumes", body: object{"volume": object{"size": 1, "name": strings.Repeat("n", 256)}},
		status: 400, message: "name has 256 characters, more than 255.",
	},
	{
		name: "volume: metadata is no text", call: "POST /volumes", body: object{"volume": object{"size": 1, "metadata": object{"a": 1}}},
		status: 400, message: "Invalid input for field/attribute a. Value: 1. 1 is not of type 'string'",
	},
	{
		name: "volume: unknown type", call: "POST /volumes", body: object{"volume": object{"size": 1, "volume_type": "none"}},
		status: 404, message: "Volume type with name none could not be found.",
	},
	{
		name: "volume: unknown zone", call: "POST /volumes", body: object{"volume": object{"size": 1, "availability_zone": "none"}},
		status: 400, message: "Availability zone 'none' is invalid.",
	},
	{
		name: "volume: unknown image", call: "POST /volumes", body: object{"volume": object{"size": 1, "imageRef": "{nothing}"}},
		status: 400, message: "Invalid image identifier or unable to access requested image.",
	},
	{
		name: "volume: unknown snapshot", call: "POST /volumes", body: object{"volume": object{"size": 1, "snapshot_id": "{nothing}"}},
		status: 404, message: "Snapshot {nothing} could not be found.",
	},
	{
		name: "volume: unknown source", call: "POST /volumes", body: object{"volume": object{"size": 1, "source_volid": "{nothing}"}},
		status: 404, message: "Volume {nothing} could not be found.",
	},
	{
		name: "volume: unknown", call: "GET /volumes/{nothing}",
		status: 404, message: "Volume {nothing} could not be found.",
	},
	{
		name: "volume: unknown, to delete", call: "DELETE /volumes/none",
		status: 404, message: "Volume none could not be found.",
	},
	{
		name: "volume: unknown marker", call: "GET /volumes?marker={nothing}",
		status: 404, message: "Volume {nothing} could not be found.",
	},
	{
		name: "volume: limit", call: "GET /volumes?limit=x",
		status: 400, message: "limit param must be an integer",
	},
	{
		name: "volume: negative limit", call: "GET /volumes?limit=-1",
		status: 400, message: "limit param must be positive",
	},
	{
		name: "snapshot: no volume", call: "POST /snapshots", body: object{"snapshot": object{}},
		status: 400, message: "'volume_id' is a required property",
	},
	{
		name: "snapshot: unknown volume", call: "POST /snapshots", body: object{"snapshot": object{"volume_id": "{nothing}"}},
		status: 404, message: "Volume {nothing} could not be found.",
	},
	{
		name: "snapshot: unknown", call: "GET /snapshots/{nothing}",
		status: 404, message: "Snapshot {nothing} could not be found.",
	},
}
