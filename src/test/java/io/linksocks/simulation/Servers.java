package io.linksocks.simulation;

import io.linksocks.session.Channel;
import io.linksocks.session.Session;
import io.linksocks.session.SessionCounters;
import java.util.List;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

/** The servers of a run. Each link reaches any of them that does not drain. */
final class Servers {
    private final Plan plan;
    private final List<Server> all;

    Servers(Crew crew, Plan plan, SessionCounters counters, BiConsumer<Session, Channel> acceptor) {
        this.plan = plan;
        this.all = Stream.generate(() -> new Server(this, crew, plan, counters, acceptor)).limit(plan.servers).toList();
    }

    Server any() {
        List<Server> open = all.stream().filter(server -> !server.isDraining()).toList();
        return open.get(plan.random.nextInt(open.size()));
    }

    /** The one that has made the id of a session. */
    Server owner(UUID session) {
        return all.stream().filter(server -> server.hasOffered(session)).findAny().orElseThrow();
    }

    int resumable() {
        return all.stream().mapToInt(Server::resumable).sum();
    }

    void stop() {
        all.forEach(Server::stop);
    }
}
