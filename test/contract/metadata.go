package contract

import (
	"fmt"
	"maps"
	"reflect"
	"strings"
)

var metadataFacts = []fact{
	{"read, added to, replaced, item by item", func(c *cloud, f *fixture) {
		c.serverBecomes(f.server, "ACTIVE")
		path := "/servers/" + f.server + "/metadata"
		if got := get(c.get("compute", path).status(200).body, "metadata", "contract"); got != "ä" {
			c.Errorf("contract is %v", got)
		}
		r := c.post("compute", path, object{"metadata": object{"a": "1"}}).status(200)
		if len(get(r.body, "metadata").(object)) != 2 {
			c.Errorf("after adding one: %s", r.text)
		}
		c.put("compute", path+"/b", object{"meta": object{"b": "2"}}).status(200)
		c.get("compute", path+"/none").status(404).refuses("compute", "Metadata item was not found")
		if got := get(c.get("compute", path+"/b").status(200).body, "meta", "b"); got != "2" {
			c.Errorf("b is %v", got)
		}
		c.put("compute", path+"/b", object{"meta": object{"c": "2"}}).status(400).refuses("compute", "Request body and URI mismatch")
		c.delete("compute", path+"/a").status(204)
		c.delete("compute", path+"/a").status(404).refuses("compute", "Metadata item was not found")
		r = c.put("compute", path, object{"metadata": object{"contract": "ä"}}).status(200)
		if len(get(r.body, "metadata").(object)) != 1 {
			c.Errorf("after replacing all: %s", r.text)
		}
	}},
	{"keys are the same for removals whatever their capitals and blanks at the end, not for what is put", func(c *cloud, f *fixture) {
		c.serverBecomes(f.server, "ACTIVE")
		path := "/servers/" + f.server + "/metadata"
		c.post("compute", path, object{"metadata": object{"key": "1", "Key": "2", "key ": "3", "other": "4", " : _.-": ""}}).status(200)
		c.post("compute", path, object{"metadata": object{"KEY": "5", "Key": "6"}}).status(200)
		want := object{"contract": "ä", "key": "1", "Key": "6", "key ": "3", "KEY": "5", "other": "4", " : _.-": ""}
		if got := c.get("compute", path).status(200).body["metadata"]; !reflect.DeepEqual(got, want) {
			c.Errorf("metadata %v, want %v", got, want)
		}
		c.delete("compute", path+"/OTHER").status(404).refuses("compute", "Metadata item was not found")
		c.delete("compute", path+"/Key").status(204)
		c.delete("compute", path+"/%20:%20_.-").status(204)
		want = object{"contract": "ä", "other": "4"}
		if got := c.get("compute", path).status(200).body["metadata"]; !reflect.DeepEqual(got, want) {
			c.Errorf("metadata %v, want %v", got, want)
		}
		c.put("compute", path, object{"metadata": object{"contract": "ä"}}).status(200)
	}},
	{"values of 255 characters with any up to U+FFFF, and 128 of them", func(c *cloud, f *fixture) {
		c.serverBecomes(f.server, "ACTIVE")
		path := "/servers/" + f.server + "/metadata"
		c.post("compute", path, object{"metadata": object{"long": strings.Repeat("ž", 255), "marks": "\x00\r\n\x7f\u2028\uffff\";"}}).status(200)
		for key, value := range map[string]any{"longer": strings.Repeat("ž", 256), "number": 1, "truth": true, "none": nil, "": "", "ž": "", "a/b": ""} {
			c.post("compute", path, object{"metadata": object{key: value}}).status(400)
		}
		c.post("compute", path, object{"metadata": object{"face": "😀"}}).status(500)
		many := object{}
		for i := range 126 {
			many[fmt.Sprintf("item-%d", i)] = ""
		}
		tooMany := maps.Clone(many)
		tooMany["item-126"], tooMany["item-127"], tooMany["item-128"] = "", "", ""
		c.post("compute", path, object{"metadata": tooMany}).status(403).refuses("compute", "Maximum number of metadata items exceeds 128")
		body := newServerBody(f, "contract-refused")
		body["server"].(object)["metadata"] = tooMany
		c.post("compute", "/servers", body).status(403).refuses("compute", "Maximum number of metadata items exceeds 128")
		many["contract"] = "ä"
		c.put("compute", path, object{"metadata": many}).status(200)
		c.put("compute", path, object{"metadata": object{"contract": "ä"}}).status(200)
	}},
	{"those of a server that is locked or has failed stays", func(c *cloud, f *fixture) {
		c.serverBecomes(f.server, "ACTIVE")
		path := "/servers/" + f.server
		c.post("compute", path+"/action", object{"lock": nil}).status(202)
		c.post("compute", path+"/metadata", object{"metadata": object{"a": "1"}}).status(409).refuses("compute", "Instance "+f.server+" is locked")
		c.delete("compute", path+"/metadata/contract").status(409).refuses("compute", "Instance "+f.server+" is locked")
		c.post("compute", path+"/action", object{"unlock": nil}).status(202)
		c.serverBecomes(f.failing, "ERROR")
		c.post("compute", "/servers/"+f.failing+"/metadata", object{"metadata": object{"a": "1"}}).status(409).
			refuses("compute", "Cannot 'update metadata' instance "+f.failing+" while it is in vm_state error")
	}},
}
