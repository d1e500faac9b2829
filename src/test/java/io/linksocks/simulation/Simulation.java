package io.linksocks.simulation;

import io.linksocks.session.Channel;
import io.linksocks.session.Session;
import io.linksocks.session.SessionCounters;
import io.linksocks.session.SessionLimits;
import io.linksocks.session.Waiting;
import io.linksocks.util.Endpoint;
import io.linksocks.util.ThreadDump;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * One run: sessions of a client and of servers, joined as {@code Handover} and {@code SessionDirectory} do it, over links that
 * fail as the plan of the seed has it, and that lead to any server, while servers drain and channels carry streams both ways.
 */
final class Simulation {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    /** Header of a Data message and room for Connect, its answer, Fin and Disconnect of a channel. */
    private static final int CONTROL_BYTES = 300;
    private static final int CREDIT_BYTES = 22;

    private final String name;
    private final Plan plan;
    private final Crew crew;
    private final Network network;
    private final Client client;
    private final Servers servers;
    private final SessionCounters counters = new SessionCounters();
    private final List<Conversation> up = new ArrayList<>();
    private final List<Conversation> down = new ArrayList<>();
    private final List<CompletableFuture<Void>> jobs = new ArrayList<>();
    /** The channels that are confirmed. */
    private final List<CompletableFuture<Void>> opened = new ArrayList<>();
    private final CompletableFuture<Void> failure = new CompletableFuture<>();

    /** Something that may end with the end of its channel. */
    private interface Job {
        void run() throws IOException;
    }

    Simulation(long seed) {
        name = "seed " + seed;
        plan = new Plan(seed);
        crew = new Crew(name);
        servers = new Servers(crew, plan, counters, this::accept);
        network = new Network(plan, name, crew, servers);
        client = new Client(crew, network, plan.client, counters);
        for (Plan.Traffic traffic : plan.channels) {
            up.add(new Conversation(seed * 1000 + up.size(), traffic.up(), traffic));
            down.add(new Conversation(-seed * 1000 - up.size(), traffic.down(), traffic));
        }
    }

    /** What a run took. */
    record Effort(int links, int moves) {}

    Effort run() throws InterruptedException {
        try {
            client.start();
            for (int i = 0; i < plan.channels.size(); i++) {
                startChannel(i);
            }
            CompletableFuture.anyOf(failure, CompletableFuture.allOf(jobs.toArray(CompletableFuture[]::new)))
                    .get(LIMIT.toNanos(), TimeUnit.NANOSECONDS);
            checkEnd();
            stop();
            checkNothingIsLeft();
            return new Effort(network.links(), client.moves());
        } catch (ExecutionException e) {
            throw failed(e.getCause());
        } catch (TimeoutException | AssertionError e) {
            throw failed(e);
        } finally {
            stop();
        }
    }

    private AssertionError failed(Throwable cause) {
        return new AssertionError(name + ": " + cause + "; " + jobs.stream().filter(job -> !job.isDone()).count()
                + " jobs open, " + network.links() + " links, " + counters.resumes.sum() + " resumes\n"
                + ThreadDump.of(head -> head.contains('"' + name + ' ') || head.contains(' ' + name + ' ')), cause);
    }

    // --- channels ------------------------------------------------------------------------------------------------------------

    private CompletableFuture<Void> newJob() {
        CompletableFuture<Void> job = new CompletableFuture<>();
        job.whenComplete((nothing, e) -> {
            if (e != null) {
                failure.completeExceptionally(e);
            }
        });
        return job;
    }

    private void startChannel(int index) {
        for (int i = 0; i < 4; i++) {
            jobs.add(newJob());
        }
        opened.add(new CompletableFuture<>());
        crew.start("channel " + index, () -> open(index));
    }

    private CompletableFuture<Void> job(int channel, int part) {
        return jobs.get(4 * channel + part);
    }

    private void open(int index) {
        try {
            plan.drains.stream().filter(earlier -> earlier < index).forEach(earlier -> opened.get(earlier).join());
            Client.Opened opening = client.open(new Endpoint("target.example", index));
            Channel channel = opening.channel();
            channel.awaitConfirmation(LIMIT);
            if (plan.drains.contains(index)) {
                servers.owner(client.current().parameters().id()).drain();
            }
            opened.get(index).complete(null);
            converse(index, 0, channel, opening.session(), up.get(index), down.get(index), plan.server);
        } catch (IOException e) {
            failure.completeExceptionally(e);
        }
    }

    /** The server's reader calls this. */
    private void accept(Session session, Channel channel) {
        int index = channel.target().port();
        crew.start("channel " + index + " at the server", () -> {
            try {
                channel.confirm();
                converse(index, 2, channel, session, down.get(index), up.get(index), plan.client);
            } catch (IOException e) {
                failure.completeExceptionally(e);
            }
        });
    }

    private void converse(int index, int part, Channel channel, Session session, Conversation out, Conversation in,
            SessionLimits peer) {
        Conversation.Bounds bounds = bounds(session, peer);
        crew.start("channel " + index + " sends", () -> attempt(job(index, part), out.isBroken(), () ->
                expect(out.total(), out.send(channel, session, bounds), out.isBroken())));
        crew.start("channel " + index + " receives", () -> attempt(job(index, part + 1), in.isBroken(), () ->
                expect(in.total(), in.receive(channel), in.isBroken())));
    }

    private static void expect(long all, long some, boolean broken) {
        if (some > all || some < all && !broken) {
            throw new AssertionError(some + " bytes instead of " + all);
        }
    }

    private static void attempt(CompletableFuture<Void> done, boolean mayBreak, Job job) {
        try {
            job.run();
            done.complete(null);
        } catch (IOException e) {
            if (mayBreak) {
                done.complete(null);
            } else {
                done.completeExceptionally(e);
            }
        } catch (Throwable e) {
            done.completeExceptionally(e);
        }
    }

    private Conversation.Bounds bounds(Session session, SessionLimits peer) {
        SessionLimits own = peer == plan.server ? plan.client : plan.server;
        long largest = 0;
        long control = 0;
        for (Plan.Traffic traffic : plan.channels) {
            largest = Math.max(largest, traffic.largest());
            long pieces = 10 + 8L * (traffic.up() + traffic.down()) / traffic.largest();
            control += CONTROL_BYTES + CREDIT_BYTES * pieces;
        }
        return new Conversation.Bounds(own.replayBytes() + largest + control,
                session.parameters().features().flow() ? peer.maxWindow() : Long.MAX_VALUE / 2);
    }

    // --- the end ---------------------------------------------------------------------------------------------------------------

    private void checkEnd() {
        Waiting.until(name + ": one session, and one for each move", () -> client.sessions().size() == 1 + client.moves());
        for (Session near : client.sessions()) {
            Session far = servers.owner(near.parameters().id()).awaitBegun(near.parameters().id());
            Waiting.until(name + ": all channels closed", () -> near.channelCount() == 0 && far.channelCount() == 0);
            Waiting.until(name + ": all acknowledged, or drained", () -> near == client.current()
                    ? near.replayBytes() == 0 && far.replayBytes() == 0 : !near.isAlive());
        }
        if (counters.malformedMessages.sum() != 0) {
            throw new AssertionError(counters.malformedMessages.sum() + " malformed messages");
        }
    }

    private void stop() {
        client.stop();
        servers.stop();
        network.shutDown();
    }

    private void checkNothingIsLeft() throws InterruptedException {
        if (!crew.join(LIMIT)) {
            throw new AssertionError("a thread of the run is left");
        }
        if (servers.resumable() != 0) {
            throw new AssertionError("a server still knows the session");
        }
        if (plan.memory.used() != 0) {
            throw new AssertionError(plan.memory.used() + " bytes of memory are still counted");
        }
    }
}
