package contract

import (
	"fmt"
	"net/http"
)

var quotaFacts = []fact{
	{"more servers than allowed: 403 forbidden, and none is made", func(c *cloud, f *fixture) {
		limits := c.get("compute", "/limits").status(200)
		allowed, _ := get(limits.body, "limits", "absolute", "maxTotalInstances").(float64)
		used, _ := get(limits.body, "limits", "absolute", "totalInstancesUsed").(float64)
		body := newServerBody(f, "contract-too-many")
		body["server"].(object)["min_count"] = allowed + 1
		r := c.post("compute", "/servers", body)
		if r.code == http.StatusAccepted {
			f.discard(c, "compute", "/servers", r)
		}
		r.status(http.StatusForbidden).refuses("compute",
			fmt.Sprintf("Quota exceeded for instances: Requested %.0f, but already used %.0f of %.0f instances", allowed+1, used, allowed))

		// All that is over is named, in the order of the alphabet.
		cores, _ := get(limits.body, "limits", "absolute", "maxTotalCores").(float64)
		usedCores, _ := get(limits.body, "limits", "absolute", "totalCoresUsed").(float64)
		body["server"].(object)["min_count"] = cores + 1
		r = c.post("compute", "/servers", body)
		if r.code == http.StatusAccepted {
			f.discard(c, "compute", "/servers", r)
		}
		r.status(http.StatusForbidden).refuses("compute", fmt.Sprintf(
			"Quota exceeded for cores, instances: Requested %.0f, %.0f, but already used %.0f, %.0f of %.0f, %.0f cores, instances",
			cores+1, cores+1, usedCores, used, cores, allowed))
	}},
	{"a volume larger than allowed: 413 overLimit with Retry-After 0", func(c *cloud, f *fixture) {
		limits := c.get("volumev3", "/limits").status(200)
		allowed, _ := get(limits.body, "limits", "absolute", "maxTotalVolumeGigabytes").(float64)
		r := c.post("volumev3", "/volumes", object{"volume": object{"size": allowed + 1, "name": "contract-too-large"}})
		if r.code == http.StatusAccepted {
			f.discard(c, "volumev3", "/volumes", r)
		}
		r.status(http.StatusRequestEntityTooLarge).refuses("volumev3",
			fmt.Sprintf("VolumeSizeExceedsAvailableQuota: Requested volume or snapshot exceeds allowed gigabytes quota. Requested %.0fG, quota is %.0fG", allowed+1, allowed))
		r.says("Retry-After", "0")
		if got := get(r.body, "overLimit", "retryAfter"); got != "0" {
			c.Errorf("retryAfter is %v", got)
		}
	}},
	{"more security groups than allowed: 409 OverQuota", func(c *cloud, _ *fixture) {
		r := c.get("network", "/quotas/"+c.projectID+"/details").status(200)
		allowed, _ := get(r.body, "quota", "security_group", "limit").(float64)
		used, _ := get(r.body, "quota", "security_group", "used").(float64)
		if allowed-used > 20 || allowed < 0 {
			c.Skipf("the quota leaves %v security groups: too many to use up", allowed-used)
		}
		body := object{"security_group": object{"name": "contract-quota"}}
		for range int(allowed - used) {
			c.make("network", "/security-groups", body)
		}
		r = c.post("network", "/security-groups", body).status(http.StatusConflict)
		r.refuses("network", "Quota exceeded for resources: ['security_group'].")
		if kind := get(r.body, "NeutronError", "type"); kind != "OverQuota" {
			c.Errorf("error type %v", kind)
		}
	}},
}
