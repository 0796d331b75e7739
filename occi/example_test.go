package occi_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/occigate/occigate/occi"
)

func ExampleParse() {
	header := http.Header{"Content-Type": {"text/plain,text/occi"}} // as rOCCI sends it
	body := `Category: storage;scheme="http://schemas.ogf.org/occi/infrastructure#";class="kind"
X-OCCI-Attribute: occi.core.title="data"
X-OCCI-Attribute: occi.storage.size=1.0`

	format, err := occi.RequestFormat(header.Get("Content-Type"), header)
	if err != nil {
		fmt.Println(err)
		return
	}
	message, err := occi.Parse(format, header, []byte(body), occi.Limits{})
	if err != nil {
		fmt.Println(err)
		return
	}
	urls := occi.URLs{Base: "https://cloud.example.org"}
	storage, err := message.BindEntity(occi.Infrastructure(), urls)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(storage.Kind.Term, storage.Title, storage.Attributes.Text("occi.storage.size"))
	// Output: storage data 1
}

func ExampleParse_malformed() {
	_, err := occi.Parse(occi.TextPlain, nil, []byte(`Category: compute; scheme "x#"`), occi.Limits{})
	fmt.Println(err)
	// Output: Category[1], column 17: expected "=" after "scheme", found "\""
}

func ExampleRenderer_Entity() {
	model := occi.Infrastructure()
	network := &occi.Entity{
		Kind:    model.Kind(occi.NetworkID),
		ID:      "7c1e",
		Title:   "private",
		Actions: []occi.ID{occi.DownID},
	}
	network.Attributes.Set("occi.network.vlan", occi.Integer(12))
	network.Attributes.SetText("occi.network.state", "active")

	r := occi.Renderer{Format: occi.TextPlain, URLs: occi.URLs{Base: "https://cloud.example.org", Mount: "/occi1.2"}}
	rendering, err := r.Entity(network)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(string(rendering.Body))
	// Output:
	// Category: network; scheme="http://schemas.ogf.org/occi/infrastructure#"; class="kind"; title="Network"; rel="http://schemas.ogf.org/occi/core#resource"; location="/occi1.2/network/"
	// X-OCCI-Attribute: occi.core.id="7c1e"
	// X-OCCI-Attribute: occi.core.title="private"
	// X-OCCI-Attribute: occi.network.vlan=12
	// X-OCCI-Attribute: occi.network.state="active"
	// Link: </occi1.2/network/7c1e?action=down>; rel="http://schemas.ogf.org/occi/infrastructure/network/action#down"
}

func ExampleRenderer_Entity_json() {
	link := &occi.Entity{Kind: occi.Infrastructure().Kind(occi.StorageLinkID), ID: "7c1e_51b0", Title: `the "big" one`}
	link.Source = occi.Ref{Kind: occi.Infrastructure().Kind(occi.ComputeID), ID: "7c1e"}
	link.Target = occi.Ref{Kind: occi.Infrastructure().Kind(occi.StorageID), ID: "51b0"}

	r := occi.Renderer{Format: occi.JSON, URLs: occi.URLs{Base: "https://cloud.example.org"}}
	rendering, err := r.Entity(link)
	if err != nil {
		fmt.Println(err)
		return
	}
	var indented bytes.Buffer
	if err := json.Indent(&indented, rendering.Body, "", "  "); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(indented.String())
	// Output:
	// {
	//   "kind": "http://schemas.ogf.org/occi/infrastructure#storagelink",
	//   "attributes": {},
	//   "id": "7c1e_51b0",
	//   "source": {
	//     "location": "https://cloud.example.org/compute/7c1e",
	//     "kind": "http://schemas.ogf.org/occi/infrastructure#compute"
	//   },
	//   "target": {
	//     "location": "https://cloud.example.org/storage/51b0",
	//     "kind": "http://schemas.ogf.org/occi/infrastructure#storage"
	//   },
	//   "title": "the \"big\" one"
	// }
}

func ExampleRenderer_Error() {
	r := occi.Renderer{Format: occi.TextOCCI}
	rendering := r.Error(http.StatusNotFound, occi.Errorf(occi.NotFound, "there is no compute %q", "7"))
	fmt.Printf("%v %s\n", rendering.Header, rendering.Body)
	// Output: [{X-OCCI-Error there is no compute "7"}] there is no compute "7"
}
