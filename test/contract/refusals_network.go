package contract

// networkRefusals are what Neutron turns down without doing anything.
var networkRefusals = []refusal{
	{
		name: "network: no body", call: "POST /networks", body: object{},
		status: 400, kind: "HTTPBadRequest", message: "Unable to find 'network' in request body",
	},
	{
		name: "network: bad JSON", call: "POST /networks", body: "{bad",
		status: 400, kind: "HTTPBadRequest", message: "Body contains invalid data",
	},
	{
		name: "network: unknown field", call: "POST /networks", body: object{"network": object{"wish": 1}},
		status: 400, kind: "HTTPBadRequest", message: "Unrecognized attribute(s) 'wish'",
	},
	{
		name: "network: name is no text", call: "POST /networks", body: object{"network": object{"name": 5}},
		status: 400, kind: "HTTPBadRequest", message: "Invalid input for name. Reason: '5' is not a valid string.",
	},
	{
		name: "network: read-only field", call: "POST /networks", body: object{"network": object{"status": "x"}},
		status: 400, kind: "HTTPBadRequest", message: "Attribute 'status' not allowed in POST",
	},
	{
		name: "network: shared", call: "POST /networks", body: object{"network": object{"shared": true}},
		status: 403, kind: "PolicyNotAuthorized", message: "rule:create_network:shared) is disallowed by policy",
	},
	{
		name: "network: external", call: "POST /networks", body: object{"network": object{"router:external": true}},
		status: 403, kind: "PolicyNotAuthorized", message: "is disallowed by policy",
	},
	{
		name: "network: no truth value", call: "POST /networks", body: object{"network": object{"admin_state_up": "maybe"}},
		status: 400, kind: "InvalidInput", message: "'maybe' cannot be converted to boolean.",
	},
	{
		name: "network: for another project", call: "POST /networks", body: object{"network": object{"tenant_id": "{nothing}"}},
		status: 400, kind: "HTTPBadRequest", message: "Specifying 'project_id' or 'tenant_id' other than the authenticated project",
	},
	{
		name: "network: unknown", call: "GET /networks/{nothing}",
		status: 404, kind: "NetworkNotFound", message: "Network {nothing} could not be found.",
	},
	{
		name: "network: unknown filter", call: "GET /networks?wish=1",
		status: 400, kind: "HTTPBadRequest", message: "['wish'] is invalid attribute for filtering",
	},
	{
		name: "network: filter by no truth value", call: "GET /networks?shared=maybe",
		status: 400, kind: "InvalidInput", message: "'maybe' cannot be converted to boolean.",
	},
	{
		name: "network: limit", call: "GET /networks?limit=x",
		status: 400, kind: "BadRequest", message: "Bad limit request: Limit must be an integer 0 or greater and not 'x'.",
	},
	{
		name: "network: unknown marker", call: "GET /networks?limit=1&marker={nothing}",
		status: 404, kind: "NetworkNotFound", message: "Network {nothing} could not be found.",
	},
	{
		name: "network: another's, to update", call: "PUT /networks/{external}", body: object{"network": object{"name": "x"}},
		status: 403, kind: "PolicyNotAuthorized", message: "rule:update_network is disallowed by policy",
	},
	{
		name: "network: another's, to delete", call: "DELETE /networks/{external}",
		status: 403, kind: "PolicyNotAuthorized", message: "rule:delete_network is disallowed by policy",
	},
	{
		name: "subnet: no IP version", call: "POST /subnets", body: object{"subnet": object{"network_id": "{network}"}},
		status: 400, kind: "HTTPBadRequest", message: "Failed to parse request. Required attribute 'ip_version' not specified",
	},
	{
		name: "subnet: wrong IP version", call: "POST /subnets", body: object{"subnet": object{"network_id": "{network}", "ip_version": 5, "cidr": "192.0.2.0/24"}},
		status: 400, kind: "HTTPBadRequest", message: "Invalid input for ip_version. Reason: 5 is not in valid_values.",
	},
	{
		name: "subnet: no prefix", call: "POST /subnets", body: object{"subnet": object{"network_id": "{network}", "ip_version": 4}},
		status: 400, kind: "BadRequest", message: "a subnetpool must be specified in the absence of a cidr.",
	},
	{
		name: "subnet: no CIDR", call: "POST /subnets", body: object{"subnet": object{"network_id": "{network}", "ip_version": 4, "cidr": "wish"}},
		status: 400, kind: "InvalidInput", message: "wish is not in a CIDR format.",
	},
	{
		name: "subnet: CIDR of another IP version", call: "POST /subnets", body: object{"subnet": object{"network_id": "{network}", "ip_version": 4, "cidr": "fd00::/64"}},
		status: 400, kind: "InvalidInput", message: "cidr 'fd00::/64' does not match the ip_version '4'.",
	},
	{
		name: "subnet: unknown network", call: "POST /subnets", body: object{"subnet": object{"network_id": "{nothing}", "ip_version": 4, "cidr": "192.0.2.0/24"}},
		status: 404, kind: "NetworkNotFound", message: "Network {nothing} could not be found.",
	},
	{
		name: "subnet: another's network", call: "POST /subnets", body: object{"subnet": object{"network_id": "{external}", "ip_version": 4, "cidr": "192.0.2.0/24"}},
		status: 403, kind: "HTTPForbidden", message: "not allowed to create subnet on this network",
	},
	{
		name: "port: no network", call: "POST /ports", body: object{"port": object{}},
		status: 400, kind: "HTTPBadRequest", message: "Required attribute 'network_id' not specified",
	},
	{
		name: "port: unknown network", call: "POST /ports", body: object{"port": object{"network_id": "{nothing}"}},
		status: 404, kind: "NetworkNotFound", message: "Network {nothing} could not be found.",
	},
	{
		name: "port: external network", call: "POST /ports", body: object{"port": object{"network_id": "{external}"}},
		status: 403, kind: "HTTPForbidden", message: "not allowed to create port on this network",
	},
	{
		name: "port: address from elsewhere", call: "POST /ports", body: object{"port": object{"network_id": "{network}", "fixed_ips": []any{object{"ip_address": "9.9.9.9"}}}},
		status: 400, kind: "InvalidIpForNetwork", message: "IP address 9.9.9.9 is not a valid IP for any of the subnets on the specified network.",
	},
	{
		name: "port: unknown subnet", call: "POST /ports", body: object{"port": object{"network_id": "{network}", "fixed_ips": []any{object{"subnet_id": "{nothing}"}}}},
		status: 404, kind: "SubnetNotFound", message: "Subnet {nothing} could not be found.",
	},
	{
		name: "port: unknown security group", call: "POST /ports", body: object{"port": object{"network_id": "{network}", "security_groups": []any{"{nothing}"}}},
		status: 404, kind: "SecurityGroupNotFound", message: "Security group {nothing} does not exist",
	},
	{
		name: "port: unknown", call: "DELETE /ports/{nothing}",
		status: 404, kind: "PortNotFound", message: "Port {nothing} could not be found.",
	},
	{
		name: "floating IP: no network", call: "POST /floatingips", body: object{"floatingip": object{}},
		status: 400, kind: "HTTPBadRequest", message: "Required attribute 'floating_network_id' not specified",
	},
	{
		name: "floating IP: no body", call: "POST /floatingips", body: object{},
		status: 400, kind: "HTTPBadRequest", message: "Resource body required",
	},
	{
		name: "floating IP: network is not external", call: "POST /floatingips", body: object{"floatingip": object{"floating_network_id": "{network}"}},
		status: 400, kind: "BadRequest", message: "Network {network} is not a valid external network.",
	},
	{
		name: "floating IP: unknown port", call: "POST /floatingips", body: object{"floatingip": object{"floating_network_id": "{external}", "port_id": "{nothing}"}},
		status: 404, kind: "PortNotFound", message: "Port {nothing} could not be found.",
	},
	{
		name: "floating IP: a wish for an address", call: "POST /floatingips", body: object{"floatingip": object{"floating_network_id": "{external}", "floating_ip_address": "1.2.3.4"}},
		status: 403, kind: "PolicyNotAuthorized", message: "is disallowed by policy",
	},
	{
		name: "floating IP: unknown", call: "GET /floatingips/{nothing}",
		status: 404, kind: "FloatingIPNotFound", message: "Floating IP {nothing} could not be found",
	},
	{
		name: "router: unknown", call: "GET /routers/{nothing}",
		status: 404, kind: "RouterNotFound", message: "Router {nothing} could not be found",
	},
	{
		name: "security group: default", call: "POST /security-groups", body: object{"security_group": object{"name": "default"}},
		status: 409, kind: "SecurityGroupDefaultAlreadyExists", message: "Default security group already exists.",
	},
	{
		name: "security group: unknown", call: "GET /security-groups/{nothing}",
		status: 404, kind: "SecurityGroupNotFound", message: "Security group {nothing} does not exist",
	},
	{
		name: "rule: unknown group", call: "POST /security-group-rules", body: object{"security_group_rule": object{"security_group_id": "{nothing}", "direction": "ingress"}},
		status: 404, kind: "SecurityGroupNotFound", message: "Security group {nothing} does not exist",
	},
	{
		name: "quotas of another project", call: "GET /quotas/{nothing}",
		status: 403, kind: "PolicyNotAuthorized", message: "rule:get_quota is disallowed by policy",
	},
}
