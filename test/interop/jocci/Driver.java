import cz.cesnet.cloud.occi.Model;
import cz.cesnet.cloud.occi.api.Client;
import cz.cesnet.cloud.occi.api.EntityBuilder;
import cz.cesnet.cloud.occi.api.exception.CommunicationException;
import cz.cesnet.cloud.occi.api.http.HTTPClient;
import cz.cesnet.cloud.occi.api.http.auth.BasicAuthentication;
import cz.cesnet.cloud.occi.api.http.auth.HTTPAuthentication;
import cz.cesnet.cloud.occi.api.http.auth.NoAuthentication;
import cz.cesnet.cloud.occi.core.ActionInstance;
import cz.cesnet.cloud.occi.core.Entity;
import cz.cesnet.cloud.occi.core.Link;
import cz.cesnet.cloud.occi.core.Resource;
import java.net.URI;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.apache.http.message.BasicHeader;

/**
 * Does with jOCCI what its users do, one operation after the other, and prints a line for each: its name, a tab, and
 * "pass", or what went wrong. Arguments: endpoint, media type, and "token" or "password". OCCI_TOKEN is the token;
 * OS_USERNAME and OS_PASSWORD sign in at the Keystone that the endpoint names.
 */
public class Driver {
    private static final String ACTIONS = "http://schemas.ogf.org/occi/infrastructure/compute/action#";
    private static final long PATIENCE_MILLIS = 90_000;

    private final String mediaType;
    private final List<URI> made = new ArrayList<>();
    private Client client;
    private EntityBuilder build;
    private boolean failed;

    private Driver(String mediaType) {
        this.mediaType = mediaType;
    }

    public static void main(String[] arguments) {
        Driver driver = new Driver(arguments[1]);
        HTTPAuthentication authentication = arguments[2].equals("token")
            ? new TokenAuthentication(System.getenv("OCCI_TOKEN"))
            : new BasicAuthentication(System.getenv("OS_USERNAME"), System.getenv("OS_PASSWORD"));
        driver.step("model", () -> driver.connect(URI.create(arguments[0]), authentication));
        if (!driver.failed) {
            driver.operate();
            driver.clean();
        }
        System.exit(driver.failed ? 1 : 0);
    }

    private void connect(URI endpoint, HTTPAuthentication authentication) throws Exception {
        client = new HTTPClient(endpoint, authentication, mediaType, true);
        Model model = client.getModel();
        build = new EntityBuilder(model);
        check(!model.findRelatedMixins("os_tpl").isEmpty(), "the model has no os_tpl");
        check(!model.findRelatedMixins("resource_tpl").isEmpty(), "the model has no resource_tpl");
    }

    private void operate() {
        URI network = step("create network", () -> create(network()));
        URI storage = step("create storage", () -> create(storage()));
        step("list", () -> check(client.list("network").contains(network), network + " is not listed"));
        URI compute = step("create compute", () -> create(compute(network)));
        if (network == null || storage == null || compute == null) {
            return;
        }
        step("describe", () -> {
            Resource read = await(compute, "occi.compute.state", "active");
            check("jocci-compute".equals(read.getTitle()), "the title is " + read.getTitle());
            check(hasLinkTo(read, network), "there is no link to " + network);
        });
        step("describe all", () -> check(client.describe("compute").size() > 0, "nothing is described"));
        step("trigger", () -> {
            trigger(compute, "stop");
            await(compute, "occi.compute.state", "inactive");
            trigger(compute, "start");
            await(compute, "occi.compute.state", "active");
        });
        step("link storage", () -> linkAndUnlink(compute, link("storagelink", compute, await(storage, "occi.storage.state", "online", "offline"))));
        step("link network", () -> linkAndUnlink(compute, link("networkinterface", compute, describe(network))));
        step("update", () -> update(compute));
        step("delete", () -> delete(compute));
    }

    private Resource network() throws Exception {
        Resource network = titled(build.getIPNetwork(), "jocci-network");
        network.addAttribute("occi.network.address", "192.168.12.0/24");
        return network;
    }

    private Resource storage() throws Exception {
        Resource storage = titled(build.getResource("storage"), "jocci-storage");
        storage.addAttribute("occi.storage.size", "1");
        return storage;
    }

    /** A compute with templates, both contextualization mixins and a link. */
    private Resource compute(URI network) throws Exception {
        Model model = client.getModel();
        Resource compute = titled(build.getResource("compute"), "jocci-compute");
        compute.addMixin(model.findRelatedMixins("os_tpl").get(0));
        compute.addMixin(model.findRelatedMixins("resource_tpl").get(0));
        compute.addMixin(model.findMixin(URI.create("http://schemas.openstack.org/compute/instance#user_data")));
        compute.addMixin(model.findMixin(URI.create("http://schemas.openstack.org/instance/credentials#public_key")));
        compute.addAttribute("org.openstack.compute.user_data",
            Base64.getEncoder().encodeToString("#cloud-config\n".getBytes()));
        compute.addAttribute("org.openstack.credentials.publickey.name", "jocci-" + UUID.randomUUID());
        compute.addAttribute("org.openstack.credentials.publickey.data", System.getenv("OCCI_PUBLIC_KEY"));
        Link link = build.getLink("networkinterface");
        link.setSource(compute);
        link.setTarget(network.toString());
        link.setRelation("http://schemas.ogf.org/occi/infrastructure#network");
        compute.addLink(link);
        return compute;
    }

    private Link link(String kind, URI compute, Resource target) throws Exception {
        Link link = build.getLink(kind);
        link.setSource(compute.toString());
        link.setTarget(URI.create(location(target)).toString());
        return link;
    }

    private static String location(Resource target) {
        return target.getLocation();
    }

    private void linkAndUnlink(URI compute, Link link) throws Exception {
        URI made = client.create(link);
        check(made.getPath().length() > 1, "the location is " + made);
        Link read = (Link) client.describe(made).get(0);
        check(read.getSource().endsWith(compute.getPath()), "the source is " + read.getSource());
        check(client.delete(made), "it was not deleted");
    }

    private void trigger(URI compute, String action) throws Exception {
        ActionInstance invocation = build.getActionInstance(URI.create(ACTIONS + action));
        check(client.trigger(compute, invocation), action + " was refused");
    }

    /**
     * A full update. In text/plain jOCCI wants a location where OCCI wants the entity (GFD.185 §3.4.4), and complains;
     * the update is done nevertheless.
     */
    private void update(URI compute) throws Exception {
        Resource changed = describe(compute);
        changed.setTitle("jocci-renamed");
        try {
            client.update(changed);
        } catch (CommunicationException e) {
            if (!mediaType.equals("text/plain")) {
                throw e;
            }
        }
        String title = describe(compute).getTitle();
        check("jocci-renamed".equals(title), "the title is " + title);
    }

    private void delete(URI entity) throws Exception {
        check(client.delete(entity), "it was not deleted");
        made.remove(entity);
    }

    /** Deletes what is left, links and computes first. */
    private void clean() {
        for (int i = made.size() - 1; i >= 0; i--) {
            URI entity = made.get(i);
            step("delete " + entity.getPath().split("/")[1], () -> {
                long end = System.currentTimeMillis() + PATIENCE_MILLIS;
                while (!client.delete(entity)) { // still in use by what was deleted just now
                    check(System.currentTimeMillis() < end, "it was not deleted");
                    Thread.sleep(500);
                }
            });
        }
    }

    private URI create(Entity entity) throws Exception {
        URI location = client.create(entity);
        check(location.getPath() != null && location.getPath().length() > 1, "the location is " + location);
        made.add(location);
        return location;
    }

    private Resource describe(URI resource) throws Exception {
        return (Resource) client.describe(resource).get(0);
    }

    /** Reads a resource until the attribute has one of the values. */
    private Resource await(URI resource, String attribute, String... values) throws Exception {
        long end = System.currentTimeMillis() + PATIENCE_MILLIS;
        while (true) {
            Resource read = describe(resource);
            for (String value : values) {
                if (value.equals(read.getValue(attribute))) {
                    return read;
                }
            }
            check(System.currentTimeMillis() < end, attribute + " is still " + read.getValue(attribute));
            Thread.sleep(200);
        }
    }

    private static boolean hasLinkTo(Resource resource, URI target) {
        return resource.getLinks().stream().anyMatch(l -> Objects.equals(l.getTarget(), target.toString()));
    }

    private static Resource titled(Resource resource, String title) throws Exception {
        resource.setTitle(title);
        return resource;
    }

    private static void check(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalStateException(otherwise);
        }
    }

    private interface Question<T> {
        T ask() throws Exception;
    }

    private interface Task {
        void run() throws Exception;
    }

    private void step(String name, Task task) {
        step(name, () -> {
            task.run();
            return null;
        });
    }

    private <T> T step(String name, Question<T> question) {
        try {
            T answer = question.ask();
            System.out.println(name + "\tpass");
            return answer;
        } catch (Exception e) {
            failed = true;
            String text = e + (e.getCause() == null ? "" : ": " + e.getCause());
            System.out.println(name + "\t" + text.replaceAll("\\s+", " "));
            return null;
        }
    }

    /** jOCCI's way with a token that is there already. */
    private static final class TokenAuthentication extends NoAuthentication {
        private final String token;

        TokenAuthentication(String token) {
            this.token = token;
        }

        @Override
        public void authenticate() throws CommunicationException {
            getConnection().addHeader(new BasicHeader("X-Auth-Token", token));
            super.authenticate();
        }
    }
}
