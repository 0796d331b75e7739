package openstacktest

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// follow walks a list page by page and gives the ids in order, and the number of pages.
func follow(c *caller, path, plural string, next func(object) string) (ids []string, pages int) {
	c.t.Helper()
	for path != "" && pages < 100 {
		body := c.get(path)
		page := items(body, plural)
		if len(page) > 2 {
			c.t.Fatalf("%s: %d items on a page, want 2 at most", path, len(page))
		}
		for _, item := range page {
			o, _ := item.(object)
			if inner, wrapped := o["keypair"].(object); wrapped {
				o = object{"id": inner["name"]}
			}
			ids = append(ids, str(o, "id"))
		}
		path = next(body)
		pages++
	}
	return ids, pages
}

// linked is the next page by a link in the body.
func linked(plural string) func(object) string {
	return func(body object) string {
		for _, item := range items(body, plural+"_links") {
			if link, _ := item.(object); str(link, "rel") == "next" {
				return str(link, "href")
			}
		}
		return ""
	}
}

func TestEveryListComesInPages(t *testing.T) {
	t.Parallel()
	c := start(t, Options{PageSize: 2})
	demo := as(t, c, "demo")
	if _, err := c.AddServers("demo", 5); err != nil {
		t.Fatal(err)
	}
	for i := range 5 {
		demo.make("/volume/v3/volumes", `{"volume": {"size": 1}}`, http.StatusAccepted)
		name := fmt.Sprintf("key-%d", i)
		demo.do(http.MethodPost, "/compute/v2.1/os-keypairs", `{"keypair": {"name": "`+name+`", "public_key": "`+DemoPublicKey+`"}}`, http.StatusOK)
		demo.make("/networking/v2.0/networks", `{"network": {}}`, http.StatusCreated)
	}
	c.AddFlavors(1)
	c.AddImages(3)
	glance := func(body object) string {
		if next := str(body, "next"); next != "" {
			return "/image" + next
		}
		return ""
	}
	for _, list := range []struct {
		path, plural string
		next         func(object) string
		items, pages int
	}{
		{"/compute/v2.1/servers", "servers", linked("servers"), 5, 3},
		{"/compute/v2.1/servers/detail", "servers", linked("servers"), 5, 3},
		{"/compute/v2.1/flavors/detail", "flavors", linked("flavors"), 5, 3},
		{"/compute/v2.1/os-keypairs", "keypairs", linked("keypairs"), 6, 4}, // a full last page promises one more
		{"/volume/v3/volumes/detail", "volumes", linked("volumes"), 5, 3},
		{"/networking/v2.0/networks", "networks", linked("networks"), 7, 4},
		{"/networking/v2.0/networks?limit=1", "networks", linked("networks"), 7, 8},
		{"/image/v2/images", "images", glance, 5, 3},
	} {
		ids, pages := follow(demo.at("compute 2.35"), list.path, list.plural, list.next)
		distinct := make(map[string]bool)
		for _, id := range ids {
			distinct[id] = true
		}
		if len(ids) != list.items || len(distinct) != list.items || pages != list.pages {
			t.Errorf("%s: %d items, %d distinct, on %d pages; want %d on %d", list.path, len(ids), len(distinct), pages, list.items, list.pages)
		}
	}
}

func TestNextLinksKeepTheQueryAndTheEndpoint(t *testing.T) {
	t.Parallel()
	c := start(t, Options{})
	demo := as(t, c, "demo")
	body := demo.get("/RegionTwo/internal/compute/v2.1/flavors?limit=1&minRam=1000")
	next := linked("flavors")(body)
	if want := c.base + "/RegionTwo/internal/compute/v2.1/flavors?limit=1&marker="; !strings.HasPrefix(next, want) {
		t.Errorf("next %q, want %s…", next, want)
	}
	if !strings.HasSuffix(next, "&minRam=1000") {
		t.Errorf("next %q has lost its filter", next)
	}
}
