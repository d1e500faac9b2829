package io.linksocks.server;

import static java.lang.System.Logger.Level.WARNING;

import io.linksocks.http.HttpException;
import io.linksocks.http.RequestHead;
import io.linksocks.protocol.Features;
import io.linksocks.protocol.Link;
import io.linksocks.protocol.Message;
import io.linksocks.protocol.MessageReader;
import io.linksocks.protocol.MessageWriter;
import io.linksocks.protocol.ProtocolException;
import io.linksocks.protocol.Slice;
import io.linksocks.protocol.TokenHash;
import io.linksocks.util.RateLimitedLogger;
import io.linksocks.util.Threads;
import io.linksocks.websocket.ServerWebSocket;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.ScheduledFuture;

/** Authenticates peers by the token in the URL or in their first message (docs/protocol.md, authentication). */
final class Authenticator {
    private static final String URL_PATH = "/socket";
    /** A peer that has got so far and does not send its first message is no peer. */
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    /** Auth has at most 275 bytes, to which newer versions may add some: a stranger gets no memory for more. */
    private static final int FIRST_MESSAGE_LIMIT = 4096;
    private static final int PROTOCOL_ERROR = 1002;
    private static final int POLICY_VIOLATION = 1008;
    private static final int TRY_AGAIN_LATER = 1013;

    /** What a client without an instance sends. */
    private static final UUID NOBODY = new UUID(0, 0);

    private static final System.Logger LOG = System.getLogger(Authenticator.class.getName());

    /** No failed login, so nothing else limits how often a stranger can make it be said. */
    private final RateLimitedLogger noAuthentication = new RateLimitedLogger(LOG);
    private final SecureRandom random = new SecureRandom();
    private final TokenRegistry tokens;
    private final Gatekeeper gatekeeper;
    private final Clients clients;
    private final ServerOptions options;

    Authenticator(TokenRegistry tokens, Gatekeeper gatekeeper, Clients clients, ServerOptions options) {
        this.tokens = tokens;
        this.gatekeeper = gatekeeper;
        this.clients = clients;
        this.options = options;
    }

    /**
     * A peer that was let in.
     *
     * @param token that it has proved to know
     * @param instance tells it from others with the same token; all its connections have the same
     * @param offer null when it uses no extensions
     */
    record Admission(Token token, UUID instance, Message.Offer offer) {}

    /** What a peer says about itself before it is let in. */
    private record Claim(String hash, boolean reverse, UUID instance) {}

    /**
     * What becomes of a claim.
     *
     * @param token    null when the peer is turned away
     * @param refusal  why; null when it is let in
     */
    record Verdict(Token token, UUID instance, String refusal) {
        static Verdict refused(String why) {
            return new Verdict(null, null, why);
        }
    }

    /**
     * Judges what the request for a WebSocket says, so that who has to wait learns it before there is one.
     *
     * @return null when the peer will authenticate with its first message
     * @throws HttpException when the visitor has to wait
     */
    Verdict judge(RequestHead head, Visitor visitor) throws HttpException {
        String offered = head.query().get("token");
        if (!head.path().equals(URL_PATH) || offered == null) {
            return null;
        }
        return TokenHash.isWellFormed(offered)
                ? judge(urlClaim(head, offered), visitor) : Verdict.refused("invalid token format");
    }

    /**
     * Only a wrong secret counts as a guess, not a right one in the wrong role. A peer that names the instance of a client
     * that is here is not held up: it comes back, and no stranger knows the name.
     */
    private Verdict judge(Claim claim, Visitor visitor) throws HttpException {
        if (!clients.include(claim.hash(), claim.instance())) {
            gatekeeper.limit(visitor, claim.hash());
        }
        Token token = tokens.find(claim.hash());
        if (token == null) {
            gatekeeper.onFailure(visitor, claim.hash());
        }
        return token == null || token instanceof ReverseToken != claim.reverse()
                ? Verdict.refused("invalid token") : new Verdict(token, claim.instance(), null);
    }

    /**
     * Tells the peer its verdict.
     *
     * @param early what {@link #judge} returned
     * @return what the peer is let in with; null when it was turned away and the link is closed
     */
    Admission admit(Verdict early, RequestHead head, ServerWebSocket link, Visitor visitor) throws IOException {
        Verdict verdict = early != null ? early : judgeMessage(link, visitor);
        if (verdict == null) {
            return null;
        }
        if (verdict.token() == null) {
            return turnAway(link, verdict.refusal());
        }
        Message.Offer offer = offer(Features.parse(head.header(Features.HEADER)).and(options.features()));
        link.send(MessageWriter.write(new Message.AuthResponse(true, "", offer)));
        return new Admission(verdict.token(), verdict.instance(), offer);
    }

    /** Null when the link was closed without a verdict. */
    private Verdict judgeMessage(ServerWebSocket link, Visitor visitor) throws IOException {
        Claim claim = messageClaim(link);
        try {
            return claim == null ? null : judge(claim, visitor);
        } catch (HttpException e) {
            link.close(TRY_AGAIN_LATER, e.getMessage());
            return null;
        }
    }

    private Message.Offer offer(Features agreed) {
        UUID id = new UUID(random.nextLong(), random.nextLong());
        // Rounded up, since 0 would be no grace period.
        int grace = agreed.resume() ? (int) options.resumeTimeout().plusNanos(999_999_999).toSeconds() : 0;
        return agreed.isEmpty() ? null : new Message.Offer(agreed, id, options.session().window(), grace);
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
        ScheduledFuture<?> timeout = Threads.later(TIMEOUT, link::abort);
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

    private static Admission turnAway(Link link, String why) throws IOException {
        LOG.log(WARNING, () -> link.peer() + " turned away: " + why);
        link.send(MessageWriter.write(new Message.AuthResponse(false, why)));
        link.close(POLICY_VIOLATION, why);
        return null;
    }
}
