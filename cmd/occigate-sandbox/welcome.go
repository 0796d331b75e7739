package main

// welcome takes the endpoint, a token and the URL of Keystone. Its first lines are variables that a shell can
// evaluate, with nothing between them; the rest is for people.
const welcome = `OCCI_ENDPOINT=%s
OCCI_TOKEN=%s
OCCI_KEYSTONE=%s

# The gateway serves in front of an OpenStack in memory; Ctrl-C ends both.
# In another terminal, paste the first two lines above, then these:

occi() { curl -s -w '\n' -H "X-Auth-Token: $OCCI_TOKEN" "$@"; }

# what there is: kinds, templates, actions
occi "$OCCI_ENDPOINT/-/" | tee model

# create a compute from the first OS template and the first resource template
compute=$(occi -H 'Content-Type: text/plain' "$OCCI_ENDPOINT/compute/" --data-binary @- <<END | cut -d' ' -f2
Category: compute; scheme="http://schemas.ogf.org/occi/infrastructure#"; class="kind"
$(grep -m1 'rel="http://schemas.ogf.org/occi/infrastructure#os_tpl"' model)
$(grep -m1 'rel="http://schemas.ogf.org/occi/infrastructure#resource_tpl"' model)
X-OCCI-Attribute: occi.core.title="my first compute"
END
)

# list all, look at this one when it has started
occi -H 'Accept: text/uri-list' "$OCCI_ENDPOINT/compute/"
sleep 1; occi "$compute"

# stop it, delete it
occi -H 'Content-Type: text/plain' "$compute?action=stop" \
  -d 'Category: stop; scheme="http://schemas.ogf.org/occi/infrastructure/compute/action#"; class="action"'
occi -X DELETE "$compute"
`
