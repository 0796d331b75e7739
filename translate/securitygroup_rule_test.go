package translate

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/occigate/occigate/occi"
)

func TestParseRules(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		rule string
		want groupRule
	}{
		// as rOCCI-server 2 is sent it, and as ooi documents it
		{`{"protocol":"TCP","type":"inbound"}`, groupRule{Direction: "ingress", EtherType: "IPv4", Protocol: "tcp"}},
		{
			`{"type":"outbound","protocol":"udp","port":"1000-2000","range":"10.0.0.0/24","ipversion":"IPv4"}`,
			groupRule{Direction: "egress", EtherType: "IPv4", Protocol: "udp", Port: "1000-2000", Prefix: "10.0.0.0/24"},
		},
		{`{"type":"inbound","protocol":"tcp","port":22}`, groupRule{Direction: "ingress", EtherType: "IPv4", Protocol: "tcp", Port: "22"}},
		{`{"type":"inbound","protocol":"tcp","port":"80-80"}`, groupRule{Direction: "ingress", EtherType: "IPv4", Protocol: "tcp", Port: "80"}},
		{`{"type":"INBOUND","protocol":"all"}`, groupRule{Direction: "ingress", EtherType: "IPv4"}},
		{`{"type":"inbound","protocol":"any","range":"::/0"}`, groupRule{Direction: "ingress", EtherType: "IPv6"}},
		{
			`{"type":"inbound","protocol":"tcp","range":"10.1.2.3/8"}`,
			groupRule{Direction: "ingress", EtherType: "IPv4", Protocol: "tcp", Prefix: "10.0.0.0/8"},
		},
		{
			`{"type":"inbound","protocol":"tcp","range":"FD00::7"}`,
			groupRule{Direction: "ingress", EtherType: "IPv6", Protocol: "tcp", Prefix: "fd00::7/128"},
		},
		{`{"type":"inbound","protocol":"icmp","port":"8"}`, groupRule{Direction: "ingress", EtherType: "IPv4", Protocol: "icmp", Port: "8"}},
		{`{"type":"inbound","protocol":"icmp","port":"3-3"}`, groupRule{Direction: "ingress", EtherType: "IPv4", Protocol: "icmp", Port: "3-3"}},
		{`{"type":"inbound","protocol":"icmp","ipversion":"ipv6"}`, groupRule{Direction: "ingress", EtherType: "IPv6", Protocol: "ipv6-icmp"}},
		{
			`{"type":"inbound","protocol":"50","group":"` + nobody + `"}`,
			groupRule{Direction: "ingress", EtherType: "IPv4", Protocol: "50", GroupID: nobody},
		},
	} {
		got, err := parseRules(occi.List("[" + test.rule + "," + test.rule + "]")) // twice is once
		if err != nil {
			t.Errorf("%s: %v", test.rule, err)
			continue
		}
		if diff := cmp.Diff([]groupRule{test.want}, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.rule, diff)
		}
		again, err := parseRules(rulesValue(got)) // as a client sends back what it has read
		if diff := cmp.Diff(got, again); diff != "" || err != nil {
			t.Errorf("%s, read and sent back (error %v, -want +got):\n%s", test.rule, err, diff)
		}
	}
}

func TestRulesThatAreWrong(t *testing.T) {
	t.Parallel()
	for rule, says := range map[string]string{
		`null`:                                 "type",
		`"tcp"`:                                "want an object",
		`{"protocol":"tcp"}`:                   "inbound nor outbound",
		`{"type":"sideways","protocol":"tcp"}`: `"sideways"`,
		`{"type":"inbound"}`:                   "want a protocol",
		`{"type":"inbound","protocol":"tcp","ports":22}`:                                    "want an object",
		`{"type":"inbound","protocol":7}`:                                                   "want an object",
		`{"type":"inbound","protocol":"tcp","port":"http"}`:                                 `"http"`,
		`{"type":"inbound","protocol":"tcp","port":"90-80"}`:                                `"90-80"`,
		`{"type":"inbound","protocol":"tcp","port":"65536"}`:                                `"65536"`,
		`{"type":"inbound","protocol":"tcp","port":-1}`:                                     "want an object",
		`{"type":"inbound","protocol":"tcp","range":"10.0.0.0/33"}`:                         `"10.0.0.0/33"`,
		`{"type":"inbound","protocol":"tcp","range":"fe80::1%eth0"}`:                        `"fe80::1%eth0"`,
		`{"type":"inbound","protocol":"tcp","range":"10.0.0.0/8","ipversion":"IPv6"}`:       "is not IPv6",
		`{"type":"inbound","protocol":"tcp","ipversion":"IPv5"}`:                            `"IPv5"`,
		`{"type":"inbound","protocol":"tcp","group":"default"}`:                             `"default"`,
		`{"type":"inbound","protocol":"tcp","range":"10.0.0.0/8","group":"` + nobody + `"}`: "want one of",
		`{"type":"inbound","protocol":"tcp","port":"` + strings.Repeat("1", 200) + `"}`:     "…",
	} {
		_, err := parseRules(occi.List(`[{"type":"inbound","protocol":"tcp"},` + rule + `]`))
		checkCode(t, err, occi.Invalid)
		if err != nil && (!strings.Contains(err.Error(), says) || !strings.Contains(err.Error(), "rule 2")) {
			t.Errorf("%s: %q does not mention rule 2 and %q", rule, err, says)
		}
	}
}

func TestRulesOfNeutron(t *testing.T) {
	t.Parallel()
	at := func(n int) *int { return &n }
	g := &securityGroup{Rules: []securityRule{
		{Direction: "egress", EtherType: "IPv6"},
		{Direction: "egress", EtherType: "IPv4"},
		{Direction: "ingress", EtherType: "IPv4", Protocol: "tcp", First: at(443), Last: at(443), Prefix: "0.0.0.0/0"},
		{Direction: "ingress", EtherType: "IPv4", Protocol: "tcp", First: at(22), Last: at(22), Prefix: "10.1.2.3/8"},
		{Direction: "ingress", EtherType: "IPv4", Protocol: "icmp", First: at(8), Last: at(0)},
		{Direction: "ingress", EtherType: "IPv6", GroupID: nobody},
	}}
	want := `[{"type":"inbound","protocol":"icmp","port":"8-0","range":"0.0.0.0/0","ipversion":"IPv4"},` +
		`{"type":"inbound","protocol":"tcp","port":"22","range":"10.0.0.0/8","ipversion":"IPv4"},` +
		`{"type":"inbound","protocol":"tcp","port":"443","range":"0.0.0.0/0","ipversion":"IPv4"},` +
		`{"type":"inbound","protocol":"all","ipversion":"IPv6","group":"` + nobody + `"},` +
		`{"type":"outbound","protocol":"all","range":"0.0.0.0/0","ipversion":"IPv4"},` +
		`{"type":"outbound","protocol":"all","range":"::/0","ipversion":"IPv6"}]`
	if diff := cmp.Diff(want, rulesValue(g.rules()).Text()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if add, remove := diffRules(g.Rules, g.rules()); len(add)+len(remove) != 0 {
		t.Errorf("to stay the same, %v is added and %v removed", add, remove)
	}
	add, remove := diffRules(g.Rules, append(g.rules()[1:], groupRule{Direction: "ingress", EtherType: "IPv4", Protocol: "udp"}))
	if len(add) != 1 || add[0].Protocol != "udp" || len(remove) != 1 || remove[0].EtherType != "IPv6" {
		t.Errorf("added %v, removed %v, want udp and the first", add, remove)
	}
}
