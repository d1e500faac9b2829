package io.linksocks.server;

import static java.lang.System.Logger.Level.ERROR;

import io.linksocks.access.AccessRules;
import io.linksocks.session.Session;
import io.linksocks.util.Threads;
import java.io.IOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** Who has this token dials, for the token's SOCKS port and for connectors. */
final class ReverseToken implements Token {
    /** What the reference reports in place of a port when providers manage connectors themselves. */
    static final int NO_PORT = -1;

    private static final System.Logger LOG = System.getLogger(ReverseToken.class.getName());

    private final String value;
    private final AccessRules rules;
    private final SocksPort port;
    private final ProviderGroups groups;
    private final AtomicInteger connectorCount = new AtomicInteger();
    private final RefusalPace refusals = new RefusalPace(System::nanoTime);

    /**
     * @param rules its own, if any
     * @param port null when providers manage connectors themselves, which makes a group of each instance
     * @param grace how long such a group outlives the last connection of its instance
     * @param onExpiry gets the group then
     */
    ReverseToken(String value, AccessRules rules, SocksPort port, Duration grace, Consumer<ProviderGroup> onExpiry) {
        this.rules = rules;
        this.value = value;
        this.port = port;
        this.groups = new ProviderGroups(this, port == null, grace, onExpiry);
    }

    @Override
    public String value() {
        return value;
    }

    @Override
    public String type() {
        return "reverse";
    }

    /** Its own, if any. */
    AccessRules rules() {
        return rules;
    }

    /** Whether its providers may add and remove connector tokens. */
    boolean isAutonomous() {
        return port == null;
    }

    /** The number of the SOCKS port, or {@link #NO_PORT}. */
    int port() {
        return port == null ? NO_PORT : port.number();
    }

    /** Where the connector tokens belong that are not made by a provider; null when all are. */
    ProviderGroup sharedGroup() {
        return groups.shared();
    }

    List<ConnectorToken> connectors() {
        return groups.all().stream().flatMap(group -> group.connectors().stream())
                .sorted(Comparator.comparing(ConnectorToken::value)).toList();
    }

    /** How many connector tokens all its providers have, and those that may come back. */
    AtomicInteger connectorCount() {
        return connectorCount;
    }

    /** Spaces out the refusals that its providers get. */
    RefusalPace refusals() {
        return refusals;
    }

    // --- providers -------------------------------------------------------------------------------------------------

    /** Returns the provider's group, or null when the token was removed meanwhile. */
    ProviderGroup join(UUID instance, Session provider) {
        ProviderGroup group = groups.join(instance, provider);
        if (group != null && port != null) {
            try {
                openPort();
            } catch (IOException e) {
                LOG.log(ERROR, () -> "a provider is here, but " + e.getMessage());
            }
        }
        return group;
    }

    void leave(UUID instance, Session provider) {
        groups.leave(instance, provider);
    }

    /** Whether providers are here whom nobody can reach, because the SOCKS port could not be opened. */
    boolean lacksPort() {
        return port != null && clients() > 0 && !port.isOpen();
    }

    /** Opens the SOCKS port unless it is open. */
    void openPort() throws IOException {
        port.open(groups.shared().pool());
    }

    @Override
    public int clients() {
        return groups.all().stream().mapToInt(ProviderGroup::providers).sum();
    }

    @Override
    public int channels() {
        return groups.all().stream().mapToInt(ProviderGroup::channels).sum();
    }

    @Override
    public void close(int code, String reason) {
        groups.close();
        if (port != null) {
            port.close();
        }
        try (ExecutorService closers = Threads.perTask("close providers")) {
            groups.all().forEach(group -> closers.execute(() -> group.closeProviders(code, reason)));
        }
    }
}
