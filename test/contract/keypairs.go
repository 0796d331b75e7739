package contract

import (
	"net/http"
)

var keypairShape = shape{"name": text, "public_key": text, "fingerprint": matching("MD5 fingerprint", `^([0-9a-f]{2}:){15}[0-9a-f]{2}$`)}

var keypairFacts = []fact{
	{"importing is 200 before 2.2 and 201 from then on, deleting 202 and 204", func(c *cloud, _ *fixture) {
		body := object{"keypair": object{"name": "contract key", "public_key": publicKey}}
		c.Cleanup(func() { c.erase("compute", "/os-keypairs/contract%20key") })
		r := c.post("compute", "/os-keypairs", body).status(http.StatusOK)
		c.has(r, keypairShape.with(shape{"user_id": is(c.userID)}), "keypair")
		c.post("compute", "/os-keypairs", body).status(409).refuses("compute", "Key pair 'contract key' already exists.")
		c.delete("compute", "/os-keypairs/contract%20key").status(http.StatusAccepted)
		r = c.at("compute 2.2").post("compute", "/os-keypairs", body).status(http.StatusCreated)
		c.has(r, keypairShape.with(shape{"user_id": is(c.userID), "type": is("ssh")}), "keypair")
		r = c.at("compute 2.2").get("compute", "/os-keypairs/contract%20key").status(200)
		c.has(r, keypairShape.with(shape{
			"user_id": is(c.userID), "type": is("ssh"), "created_at": microTime, "deleted": is(false), "deleted_at": null,
			"id": number, "updated_at": null,
		}), "keypair")
		r = c.at("compute 2.35").get("compute", "/os-keypairs?limit=1").status(200)
		for _, item := range c.list(r.body, "keypairs") {
			for _, flaw := range keypairShape.with(shape{"type": is("ssh")}).flaws(get(item, "keypair"), c.target.Simulated) {
				c.Error(flaw)
			}
		}
		if _, ok := r.body["keypairs_links"]; !ok {
			c.Errorf("no link to the next page in %s", r.text)
		}
		c.at("compute 2.2").delete("compute", "/os-keypairs/contract%20key").status(http.StatusNoContent)
		c.delete("compute", "/os-keypairs/contract%20key").status(404).
			refuses("compute", "Keypair contract key not found for user "+c.userID)
	}},
	{"names may have @ and . from 2.92 on", func(c *cloud, _ *fixture) {
		body := object{"keypair": object{"name": "contract@key.example", "public_key": publicKey}}
		c.Cleanup(func() { c.erase("compute", "/os-keypairs/contract@key.example") })
		c.at("compute 2.91").post("compute", "/os-keypairs", body).status(400).
			refuses("compute", "An invalid 'name' value was provided. The name must be: Only expected characters: [_- 0123456789")
		c.at("compute 2.92").post("compute", "/os-keypairs", body).status(http.StatusCreated)
	}},
}
