package io.linksocks.simulation;

import io.linksocks.protocol.Message;
import io.linksocks.protocol.MessageWriter;
import io.linksocks.session.MemoryLink;
import io.linksocks.session.Session;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;

/** Gives the client links, and brings about the faults that the plan has for them. */
final class Network {
    private static final int WIDE = 50;
    /** How often others may go first before something slow happens. */
    private static final int MOST_YIELDS = 200;
    private static final int FEW_YIELDS = 8;
    private static final Plan.LinkFault HEALTHY = new Plan.LinkFault(Plan.Fault.NONE, 1, true, WIDE);

    private final Plan plan;
    private final String name;
    private final Crew crew;
    private final Servers servers;
    /** Aborted at the end of the run, because an isolated end of a link would not notice a cut. */
    private final EndedTogether<MemoryLink.Pair> links = new EndedTogether<>(Network::abort);

    /** A link, the server that it reaches, and what that offers on it. */
    record Line(MemoryLink.Pair link, Server server, Message.Offer offer) {}

    /** An attempt that the client has given up, and when it reaches the server. */
    record Late(MemoryLink.Pair link, int after) {
        static final Late NONE = new Late(null, -1);
    }

    /** @param servers take the far ends of links, each in a thread of its own */
    Network(Plan plan, String name, Crew crew, Servers servers) {
        this.plan = plan;
        this.name = name;
        this.crew = crew;
        this.servers = servers;
    }

    int links() {
        return links.size();
    }

    private static void abort(MemoryLink.Pair pair) {
        pair.client().abort();
        pair.server().abort();
    }

    private Line open(int capacity) {
        MemoryLink.Pair pair = MemoryLink.pair(name, capacity);
        links.add(pair);
        Server server = servers.any();
        return new Line(pair, server, server.offer());
    }

    private Line accept(Line line) {
        crew.start("server", () -> line.server().serve(line));
        return line;
    }

    /** The link on which the session begins, yet without its fault. */
    Line first() {
        return accept(open(WIDE));
    }

    Line next(int number, Late late) {
        Line line = open(fault(number).capacity());
        arm(line, number, late);
        return accept(line);
    }

    private Plan.LinkFault fault(int number) {
        return number < plan.faults.size() ? plan.faults.get(number) : HEALTHY;
    }

    /** Lets the plan's fault with this number loose on a link. */
    void arm(Line line, int number, Late late) {
        Plan.LinkFault fault = fault(number);
        int yields = plan.random.nextInt(MOST_YIELDS);
        AtomicInteger messages = new AtomicInteger();
        MemoryLink.Script script = ignored -> {
            int count = messages.incrementAndGet();
            letOthersGoFirst();
            if (count == late.after()) {
                late.link().server().thaw();
            }
            return count != fault.after() || strike(line.link(), fault, yields);
        };
        line.link().client().script(script);
        line.link().server().script(script);
    }

    /** One sender in four, for the sake of other interleavings. */
    private void letOthersGoFirst() {
        for (int yields = plan.random.nextInt(4 * FEW_YIELDS); yields < FEW_YIELDS; yields++) {
            Thread.yield();
        }
    }

    /** The client gave up when it had just asked for its session; what it asked is still on its way. */
    Late lateAttempt(Session session) throws IOException {
        Plan.LateAttempt late = plan.lateAttempt();
        if (late == null) {
            return Late.NONE;
        }
        Line line = open(4);
        line.link().server().freeze();
        line.link().client().send(MessageWriter.write(
                new Message.Begin(session.parameters().id(), session.received(), plan.client.window())));
        if (!late.silent()) {
            line.link().client().abort();
        }
        if (late.after() == 0) {
            line.link().server().thaw();
        }
        accept(line);
        return new Late(line.link(), late.after());
    }

    /** Called by the thread that sends, so what takes its time is left to another. */
    private boolean strike(MemoryLink.Pair pair, Plan.LinkFault fault, int yields) {
        switch (fault.fault()) {
            case CUT -> pair.cut();
            case CUT_INSIDE -> pair.cutInside();
            case CLIENT_GONE -> pair.client().abort();
            case SERVER_GONE -> pair.server().abort();
            case SERVER_HALF_OPEN -> {
                pair.server().isolate();
                pair.client().abort();
            }
            case CLIENT_HALF_OPEN -> {
                pair.client().isolate();
                pair.server().abort();
                later(yields, pair.client()::abort);
            }
            case FREEZE -> {
                freeze(pair);
                later(yields, pair.client()::abort);
            }
            case DELAY -> {
                freeze(pair);
                later(yields, () -> thaw(pair));
                return true;
            }
            case NONE -> {
                return true;
            }
        }
        return fault.delivered();
    }

    private static void freeze(MemoryLink.Pair pair) {
        pair.client().freeze();
        pair.server().freeze();
    }

    private static void thaw(MemoryLink.Pair pair) {
        pair.client().thaw();
        pair.server().thaw();
    }

    private void later(int yields, Runnable step) {
        crew.start("whim", () -> {
            for (int i = 0; i < yields; i++) {
                Thread.yield();
            }
            step.run();
        });
    }

    /** Also for links that somebody is about to open. */
    void shutDown() {
        links.end();
    }
}
