package io.linksocks.server;

import static java.lang.System.Logger.Level.WARNING;

import io.linksocks.http.RequestHead;
import io.linksocks.protocol.Announcement;
import io.linksocks.protocol.Features;
import io.linksocks.protocol.Link;
import io.linksocks.protocol.Message;
import io.linksocks.protocol.MessageReader;
import io.linksocks.protocol.MessageWriter;
import io.linksocks.protocol.Offer;
import io.linksocks.protocol.ProtocolException;
import io.linksocks.protocol.Slice;
import io.linksocks.protocol.TokenHash;
import io.linksocks.util.RareWarning;
import io.linksocks.util.Threads;
import io.linksocks.websocket.ServerWebSocket;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.ScheduledFuture;

/** Lets peers in, by the token in the URL or in their first message (SPEC section 2, "Authentication"). */
final class Authenticator {
    private static final String URL_PATH = "/socket";
    /** A peer that has got so far and does not send its first message is no peer. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    /** Auth has at most 275 bytes, to which newer versions may add some: a stranger gets no memory for more. */
    private static final int FIRST_MESSAGE_LIMIT = 4096;
    private static final int PROTOCOL_ERROR = 1002;
    private static final int POLICY_VIOLATION = 1008;
    private static final int TRY_AGAIN_LATER = 1013;

    /** What a client without an instance sends. */
    private static final UUID NOBODY = new UUID(0, 0);

    private static final System.Logger LOG = System.getLogger(Authenticator.class.getName());

    /** No failed login, so nothing else limits how often a stranger can make it be said. */
    private final RareWarning noAuthentication = new RareWarning(LOG);
    private final SecureRandom random = new SecureRandom();
    private final TokenRegistry tokens;
    private final Gatekeeper gatekeeper;
    private final Features features;
    private final int window;
    private final Duration grace;

    /**
     * @param features that clients are offered
     * @param window initial credit of a channel
     * @param grace how long a session lives without a link
     */
    Authenticator(TokenRegistry tokens, Gatekeeper gatekeeper, Features features, int window, Duration grace) {
        this.gatekeeper = gatekeeper;
        this.tokens = tokens;
        this.features = features;
        this.window = window;
        this.grace = grace;
    }

    /**
     * A peer that was let in.
     *
     * @param token that it has proved to know
     * @param instance tells it from others with the same token; all its connections have the same
     * @param offer null when it uses no extensions
     */
    record Admission(Token token, UUID instance, Offer offer) {}

    private record Claim(String hash, boolean reverse, UUID instance) {}

    /** Returns what the peer is let in with; null when it was turned away and the link is closed. */
    Admission admit(RequestHead head, ServerWebSocket link, Visitor visitor) throws IOException {
        String offered = head.query().get("token");
        boolean byUrl = head.path().equals(URL_PATH) && offered != null;
        if (byUrl && !TokenHash.isWellFormed(offered)) {
            return turnAway(link, visitor, "invalid token format");
        }
        Claim claim = byUrl ? urlClaim(head, offered) : messageClaim(link);
        if (claim == null) {
            return null;
        }
        if (gatekeeper.turnsAway(visitor)) {
            link.close(TRY_AGAIN_LATER, "too many failed attempts");
            return null;
        }
        Token token = tokens.find(claim.hash());
        if (token == null || token instanceof ReverseToken != claim.reverse()) {
            return turnAway(link, visitor, "invalid token");
        }
        Offer offer = offer(Announcement.parse(head.header(Announcement.HEADER)).and(features));
        link.send(MessageWriter.write(new Message.AuthResponse(true, "", offer)));
        return new Admission(token, claim.instance(), offer);
    }

    private Offer offer(Features agreed) {
        UUID id = new UUID(random.nextLong(), random.nextLong());
        return agreed.isEmpty() ? null
                : new Offer(agreed, id, window, agreed.resume() ? wholeSeconds(grace) : 0);
    }

    /** Rounded up, for none would be no grace at all. */
    private static int wholeSeconds(Duration time) {
        return (int) time.plusNanos(999_999_999).toSeconds();
    }

    private static Claim urlClaim(RequestHead head, String hash) {
        String reverse = head.query().get("reverse");
        return new Claim(hash, "true".equalsIgnoreCase(reverse) || "1".equals(reverse),
                instance(head.query().get("instance")));
    }

    /**
     * What a peer calls itself in its URL, by which its other connections and its return are known. One that does not say
     * it gets an id of its own.
     */
    private static UUID instance(String claimed) {
        try {
            return claimed == null ? UUID.randomUUID() : distinct(UUID.fromString(claimed));
        } catch (IllegalArgumentException e) {
            return UUID.randomUUID();
        }
    }

    /** An id that anybody may have is none. */
    private static UUID distinct(UUID instance) {
        return instance.equals(NOBODY) ? UUID.randomUUID() : instance;
    }

    /** Null when there was no proper first message; the link is closed then. */
    private Claim messageClaim(ServerWebSocket link) throws IOException {
        Slice first;
        ScheduledFuture<?> timeout = Threads.later(PATIENCE, link::abort);
        try {
            first = link.receive(FIRST_MESSAGE_LIMIT);
        } finally {
            timeout.cancel(false);
        }
        try {
            if (first != null && MessageReader.read(first) instanceof Message.Auth auth) {
                return new Claim(TokenHash.of(auth.token()), auth.reverse(), distinct(auth.instance()));
            }
        } catch (ProtocolException e) {
            gatekeeper.onMalformed();
            noAuthentication.warn(link.peer() + " sent no proper authentication: " + e.getMessage());
        }
        link.close(PROTOCOL_ERROR, "authentication expected");
        return null;
    }

    private Admission turnAway(Link link, Visitor visitor, String why) throws IOException {
        gatekeeper.onFailure(visitor);
        LOG.log(WARNING, () -> link.peer() + " turned away: " + why);
        link.send(MessageWriter.write(new Message.AuthResponse(false, why)));
        link.close(POLICY_VIOLATION, why);
        return null;
    }
}
