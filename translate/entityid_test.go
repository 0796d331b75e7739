package translate

import "testing"

func TestIsUUID(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]bool{
		serverA:                                 true,
		"":                                      false,
		"AAAAAAAA-0000-4000-8000-000000000001":  false,
		"aaaaaaaa-0000-4000-8000-00000000000":   false,
		"aaaaaaaa-0000-4000-8000-0000000000011": false,
		"aaaaaaaa00004000800000000000000000001": false,
		"aaaaaaaa-0000-4000-8000-00000000000g":  false,
		"aaaaaaaa-0000-4000-8000-0000000000/1":  false,
		"../../../../../../../../../os-servers": false,
	} {
		if got := isUUID(s); got != want {
			t.Errorf("isUUID(%q) = %t", s, got)
		}
	}
}

func TestParseLinkID(t *testing.T) {
	t.Parallel()
	for id, want := range map[string]bool{
		linkID(serverA, volumeC):       true,
		serverA:                        false,
		serverA + "_":                  false,
		"_" + volumeC:                  false,
		serverA + "_" + volumeC + "_x": false,
		serverA + "_10.0.0.7":          false,
		serverA + "/" + volumeC:        false,
	} {
		server, other, ok := parseLinkID(id)
		if ok != want {
			t.Errorf("parseLinkID(%q) reports %t", id, ok)
		}
		if ok && linkID(server, other) != id {
			t.Errorf("parseLinkID(%q) = %q, %q", id, server, other)
		}
	}
}

func TestParseAddressLinkID(t *testing.T) {
	t.Parallel()
	for id, want := range map[string]string{
		serverA + "_10.0.0.7":  "10.0.0.7",
		serverA + "_fe80::1":   "fe80::1",
		serverA + "_10.0.0":    "",
		serverA + "_10.0.0.7/": "",
		serverA + "_":          "",
		"x_10.0.0.7":           "",
	} {
		server, address, ok := parseAddressLinkID(id)
		if ok != (want != "") {
			t.Errorf("parseAddressLinkID(%q) reports %t", id, ok)
		}
		if ok && (server != serverA || address.String() != want) {
			t.Errorf("parseAddressLinkID(%q) = %q, %s, want %s", id, server, address, want)
		}
	}
}
