package io.linksocks.server;

import io.linksocks.protocol.Link;
import io.linksocks.protocol.Message;
import io.linksocks.protocol.MessageReader;
import io.linksocks.protocol.MessageWriter;
import io.linksocks.protocol.Slice;
import io.linksocks.session.NegotiatedParameters;
import io.linksocks.session.Session;
import io.linksocks.util.Threads;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledFuture;
import java.util.function.Function;
import java.util.function.Predicate;

/** Sessions by id, for clients that resume (docs/protocol-extensions.md, section 3.2). */
final class SessionDirectory {
    /** Time for the Begin message after an offer. */
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private record Entry(Session session, Token token) {}

    /** Distinguishes this server from others; the front of its sessions' ids. */
    private final int tag;
    private final SecureRandom random = new SecureRandom();
    private final ConcurrentHashMap<UUID, Entry> entries = new ConcurrentHashMap<>();

    SessionDirectory() {
        tag = random.nextInt();
    }

    int tag() {
        return tag;
    }

    /** The tag of the server that made this id. */
    static int tag(UUID id) {
        return (int) (id.getMostSignificantBits() >>> Integer.SIZE);
    }

    /** A new id: the tag of this server and 96 random bits. */
    UUID newId() {
        return new UUID((long) tag << Integer.SIZE | Integer.toUnsignedLong(random.nextInt()), random.nextLong());
    }

    int size() {
        return entries.size();
    }

    void remove(Session session) {
        if (session.parameters().id() != null) {
            entries.remove(session.parameters().id());
        }
    }

    /**
     * Resumes the session that the client names in its Begin message, or starts a new one.
     *
     * @param create creates a session from its parameters
     * @return the session; the caller runs it with the link
     */
    Session begin(Link link, Message.Begin begin, Message.Offer offer, Token token,
            Function<NegotiatedParameters, Session> create) throws IOException {
        Session earlier = resume(link, begin, own -> own == token);
        if (earlier != null) {
            return earlier;
        }
        tell(link, offer.session(), 0);
        Session session = create.apply(new NegotiatedParameters(offer.features(), offer.session(), begin.window(),
                Duration.ofSeconds(offer.graceSeconds())));
        entries.put(offer.session(), new Entry(session, token));
        if (!session.isAlive()) {
            remove(session);
        }
        return session;
    }

    /**
     * Resumes an earlier session on a link.
     *
     * @param isClients whether the client has this token
     * @return null when there is no such session; nothing was sent to the client then
     */
    Session resume(Link link, Message.Begin begin, Predicate<Token> isClients) throws IOException {
        Entry earlier = entries.get(begin.session());
        if (earlier == null || !isClients.test(earlier.token())
                || !earlier.session().prepareResume(link, begin.received())) {
            return null;
        }
        tell(link, begin.session(), earlier.session().received());
        earlier.session().resume(link, begin.received());
        return earlier.session();
    }

    static Message.Begin receiveBegin(Link link) throws IOException {
        ScheduledFuture<?> timeout = Threads.later(TIMEOUT, link::abort);
        try {
            return awaitBegin(link);
        } finally {
            timeout.cancel(false);
        }
    }

    /** Without a time limit. */
    static Message.Begin awaitBegin(Link link) throws IOException {
        Slice first = link.receive();
        if (first != null && MessageReader.read(first) instanceof Message.Begin begin) {
            return begin;
        }
        throw new IOException("the client sent no Begin message");
    }

    private static void tell(Link link, UUID session, long received) throws IOException {
        link.send(MessageWriter.write(new Message.Begun(session, received)));
    }
}
