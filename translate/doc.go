// Package translate answers OCCI requests with OpenStack: OCCI words on its left, OpenStack's on its right.
//
//	gateway ──Cloud──► collection (one per kind) ──gophercloud──► Nova, Neutron, Cinder, Glance
//	                        └─ pure mappers: computeEntity, serverCreateOpts, …
//
// A [Translator] lives as long as the process and holds what requests share: the standard's model and the
// caches of templates and of definitions. [Translator.Connect] gives the [Cloud] of one caller for one request, whose verbs go to
// the collection of the entity's kind. In each collection the calls are at the top, and the mapping is in
// functions without calls or state.
//
//	OCCI               OpenStack                                 id
//	compute            Nova server                               UUID
//	storage            Cinder volume                             UUID
//	network            Neutron network                           UUID
//	storagelink        volume attachment                         server_volume
//	networkinterface   Neutron port of a server                  server_port
//	                   or floating IP that leads to one          server_floatingip
//	ipreservation      Neutron floating IP that is no link's     UUID
//	securitygroup      Neutron security group                    UUID
//	securitygrouplink  security group of a server's ports        server_group
//	os_tpl mixin       Glance image                              see templateTerm
//	resource_tpl mixin Nova flavor                               see templateTerm
//	users' mixin       metadata or tag of what has it            see tagKey
//
// # Rules
//
// Calls that do not need each other's answers are sent together. The addressed thing is essential: its failure
// is the answer. Everything else is decoration: if it cannot be had, within half of the time there is, the
// answer lacks it. Lists ask for all servers, all ports and all volumes and join them here, so that the calls do
// not grow with the entities. A list that is filtered is asked for narrower where the service can select, by image,
// flavor, name, tag or creator, and decided here. What it is filtered by is essential.
//
// A change of several steps remembers how to take each one back (undo), and an error names what is left
// behind. Something that OpenStack is deleting is gone for the client, since clients ask for a 404 right after
// deleting.
//
// What OpenStack refuses becomes an [occi.Error] in one place, fault, with OpenStack's own words where they
// are about the request. Quotas are Forbidden, whichever way the service says it (Nova 403, Cinder 413,
// Neutron 409); Throttled is only what passes by waiting. A missing thing is NotFound if the request went to
// it, and Invalid if the request merely named it. A template that is not there is NotFound, being a category.
//
// # Versions of Nova's API
//
// Each call asks for the oldest version that can do what it is for, or for the newest that the cloud has if that is
// older; see novaVersion. Servers are read with 2.90, which shows their sizes, description and host name; they are made
// with 2.36, so that Nova chooses the network of a compute without links as it did for ooi: the only one, none if there
// is none, and a conflict if there are several, after which IM tries again with links. Only a host name of its own takes
// 2.90 to make, with networks "auto". Before 2.47 a server has the id of its flavor, and so its sizes from the templates.
//
// # Contextualization and actions
//
// User data is decoded where it is Base64 and handed to Nova as canonical Base64, at most 65 535 bytes of it.
// Public keys become a keypair under a name that nobody can guess, which is removed as soon as Nova has
// copied the key; the name of a keypair alone refers to one that the user has. Neither is ever read back.
//
//	start    os-start, resume, unpause or unshelve, by the server's status
//	stop     os-stop, whatever the method: Nova shuts down, and switches off what does not react
//	restart  reboot: HARD for the method cold, else SOFT
//	suspend  pause for the method suspend, else suspend: what the method hibernate means
//	save     createImage, whatever the method; the image is in the model at once
//	offline  attachments without a server: Cinder reserves the volume, so that nothing can attach it
//	online   the end of these
//	snapshot snapshots; it is in the model at once, as a mixin that makes storages
//	backup   backups, looked at once more, since a cloud without the service takes the order, too
//	resize   os-extend; as a new occi.storage.size does, it waits
//
// A new resource template resizes the server. The update waits and confirms, unless that is left to Nova. A new OS template
// rebuilds it; the update waits.
//
// # Mixins of users
//
// Their definitions are in a store (see Definitions), cached for a few seconds: another gateway on the store knows of a
// change when its cache expires. Who has them is kept with the things themselves, under a key made of the project and
// the mixin's identifier:
//
//	compute            item of the server's metadata, with the mixin's identifier as its value
//	storage            likewise of the volume's metadata
//	network            tag of the network
//	networkinterface   tag of the port, or of the floating IP that came with the link
//	ipreservation      tag of the floating IP
//	storagelink        item of the server's metadata, the volume's id behind the key
//	securitygroup      tag of the group
//	securitygrouplink  as for a storage link, the group's id behind the key
//
// So they are read along, at no call more, except that a storage link takes one for its server's metadata, if mixins
// that storage links can have are defined. What is created with mixins has them from the start, in the same call where
// the service takes them. Nova changes metadata only while a server is active, paused, suspended or stopped; while it
// is being built, that is waited for.
//
// Removing a definition takes the mixin off everything first. If that fails, say because a server is in a state in which
// Nova changes no metadata, the mixin stays defined. A key that is left behind all the same, since somebody used the mixin
// through another gateway in the very moment, shows again only if the project defines the same mixin again.
//
// Whether the caller's user has created a thing, Nova and Cinder know. Networks get a tag that says so when they are
// made here; other networks are nobody's own. Links belong to who created their compute.
//
// # Addresses to the outside
//
// A link to an external network is a floating IP that leads to one of the server's ports. The link brings it along and
// takes it away again, which its description says; all other floating IPs are reservations, which links use and leave.
// Which port can be reached from the network is Neutron's to say: they are tried in order. Links to the outside go before
// their port or server does.
//
// # What it refuses
//
// Sizes of a compute that exists other than by a resource template; another OS template together with that, or for a boot
// disk that is a volume; contextualization after creation; MAC addresses and mount points, which OpenStack or the guest
// chooses. Users' mixins for the network interfaces of a compute that is yet to be created: Nova
// makes their ports later.
package translate
