package io.linksocks.server;

import static java.lang.System.Logger.Level.INFO;

import io.linksocks.cluster.Node;
import io.linksocks.protocol.CloseCode;
import io.linksocks.session.Session;
import io.linksocks.util.Threads;
import io.linksocks.util.TimeText;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The orderly end of a server under running streams (docs/protocol-extensions.md, section 3.5): its clients move to other
 * sessions, and each session here ends with its last channel.
 */
final class Drain {
    private static final Duration CHECK_INTERVAL = Duration.ofMillis(250);
    /** How long a session has no channel before it ends: whoever took it from a pool has opened a channel by then. */
    private static final Duration IDLE = Duration.ofMillis(500);
    /** The same for the session of a client that moves by itself, and ends it then. */
    private static final Duration MOVE = Duration.ofSeconds(5);
    /** Until providers have moved, and the SOCKS ports are open in another process as well. */
    private static final Duration PORTS = Duration.ofSeconds(3);
    /** Without a folder for the servers of this host, nothing but the log shows how far it is. */
    private static final Duration REPORT_INTERVAL = Duration.ofMinutes(1);
    static final String REASON = "server restarts";

    private static final System.Logger LOG = System.getLogger(Drain.class.getName());

    /** What a process still waits for, and for how long at most. */
    record Status(long pid, long sessions, long channels, long seconds) {
        private static Status of(Node node) {
            return new Status(node.pid(), node.draining().sessions(), node.draining().channels(), node.draining().seconds());
        }

        private Node.Draining shared() {
            return new Node.Draining(sessions, channels, seconds);
        }

        Map<String, Object> members() {
            return Map.of("pid", pid, "sessions", sessions, "channels", channels, "seconds", seconds);
        }
    }

    private final Clients clients;
    private final TokenRegistry tokens;
    private final Map<Session, Long> idleSince = new HashMap<>();
    /** The sessions whose clients were asked to move, and how often each had been resumed then: Leave is lost with its link. */
    private final Map<Session, Long> dismissed = new HashMap<>();
    /** Null without a folder for the servers of this host. */
    private volatile Nodes nodes;
    /** Null for none. */
    private volatile Cluster cluster;
    private long began;
    private boolean portsOpen = true;
    /** On the scale of {@link System#nanoTime}; null before the server drains. */
    private volatile Long deadline;

    Drain(Clients clients, TokenRegistry tokens) {
        this.clients = clients;
        this.tokens = tokens;
    }

    /** Makes the state of the servers of this host known to each other. */
    void shareWith(Nodes others) {
        nodes = others;
    }

    /** Makes the state of this server known to the others of a cluster. */
    void shareWith(Cluster all) {
        cluster = all;
    }

    boolean isRunning() {
        return deadline != null;
    }

    /** How far it is; empty before the server drains. */
    Optional<Status> status() {
        if (!isRunning()) {
            return Optional.empty();
        }
        List<Clients.Client> left = clients.all();
        return Optional.of(new Status(ProcessHandle.current().pid(), left.size(),
                left.stream().mapToInt(client -> client.session().channelCount()).sum(), left().toSeconds()));
    }

    /** The servers of this host that drain, this one first. */
    List<Status> all() {
        Nodes others = nodes;
        Stream<Status> elsewhere = others == null ? Stream.of() : others.draining().stream().map(Status::of);
        return Stream.concat(status().stream(), elsewhere).toList();
    }

    private Duration left() {
        return Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
    }

    /**
     * Returns when no session is left, or the time is over.
     *
     * @throws InterruptedException when the thread was interrupted before or meanwhile
     */
    void run(Duration time) throws InterruptedException {
        began = System.nanoTime();
        deadline = began + time.toNanos();
        long reported = began;
        report("draining");
        while (!clients.all().isEmpty() && !left().isZero()) {
            long now = System.nanoTime();
            if (portsOpen && now - began > PORTS.toNanos()) {
                portsOpen = false;
                tokens.leavePorts();
            }
            clients.all().forEach(client -> check(client, now));
            if (nodes != null) {
                status().map(Status::shared).ifPresent(nodes::report);
            }
            if (cluster != null) {
                status().map(Status::shared).ifPresent(cluster::report);
            }
            if (now - reported > REPORT_INTERVAL.toNanos()) {
                reported = now;
                report("still draining");
            }
            Thread.sleep(CHECK_INTERVAL);
        }
        report("drained");
    }

    private void report(String what) {
        status().ifPresent(status -> LOG.log(INFO, () -> what + ": " + status.sessions() + " sessions with "
                + status.channels() + " channels are left, for " + TimeText.ofSeconds(status.seconds()) + " at most"));
    }

    private void check(Clients.Client client, long now) {
        Session session = client.session();
        Long resumes = session.snapshot().resumes();
        if (!resumes.equals(dismissed.put(session, resumes))) {
            session.leave(left());
        }
        if (!session.isIdle() || !mayEnd(client)) {
            idleSince.remove(session);
        } else if (now - idleSince.computeIfAbsent(session, absent -> now) > idleLimit(client).toNanos()) {
            Threads.start("close drained session", () -> session.close(CloseCode.GOING_AWAY, REASON));
        }
    }

    /** A client of the base protocol stays to the end; a provider is needed while its port is open or a connector is here. */
    private boolean mayEnd(Clients.Client client) {
        if (client.token() instanceof ReverseToken token && (token.hasConnectors() || portsOpen && !token.isAutonomous())) {
            return false;
        }
        return client.session().parameters().id() != null;
    }

    private static Duration idleLimit(Clients.Client client) {
        return client.session().parameters().features().leave() && !(client.token() instanceof ReverseToken) ? MOVE : IDLE;
    }
}
