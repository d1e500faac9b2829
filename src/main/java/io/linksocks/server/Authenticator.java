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
import io.linksocks.tls.ClientCertificate;
import io.linksocks.util.RateLimitedLogger;
import io.linksocks.util.Threads;
import io.linksocks.websocket.ServerWebSocket;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ScheduledFuture;

/**
 * Authenticates peers by their certificate, if they need one, and by the token in the URL or in their first message
 * (docs/protocol.md, authentication).
 */
final class Authenticator {
    private static final String URL_PATH = "/socket";
    /** Time for the first message after the WebSocket handshake. */
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    /** Auth has at most 275 bytes; the rest is room for newer versions. Bounds memory before authentication. */
    private static final int FIRST_MESSAGE_LIMIT = 4096;
    private static final int PROTOCOL_ERROR = 1002;
    private static final int POLICY_VIOLATION = 1008;
    private static final int TRY_AGAIN_LATER = 1013;

    /** Sent by a client without an instance. */
    private static final UUID NO_INSTANCE = new UUID(0, 0);

    private static final System.Logger LOG = System.getLogger(Authenticator.class.getName());

    /** A malformed first message is no failed login, so {@link FailureLimiter} does not bound these log lines. */
    private final RateLimitedLogger noAuthentication = new RateLimitedLogger(LOG);
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
     * An authenticated peer.
     *
     * @param token that it authenticated with
     * @param instance distinguishes it from others with the same token; shared by all its connections
     * @param offer null when it uses no extensions
     */
    record Admission(Token token, UUID instance, Message.Offer offer) {}

    /** The unverified content of an authentication request. */
    private record Claim(String hash, boolean reverse, UUID instance) {}

    /**
     * The result of checking a claim.
     *
     * @param token    null when refused
     * @param refusal  the reason; null when admitted
     */
    record Verdict(Token token, UUID instance, String refusal) {
        static Verdict refused(String why) {
            return new Verdict(null, null, why);
        }
    }

    /**
     * Checks the token in the URL, so that a rate-limited peer is refused before the WebSocket handshake.
     *
     * @return null when the peer will authenticate with its first message
     * @throws HttpException when the visitor is rate-limited
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
     * Only a wrong secret counts as a guess, not a valid one in the wrong role. A peer that names the instance of a known
     * client is not limited: it reconnects, and strangers don't know instance ids. Without a certificate that the peer needs,
     * no token is compared.
     */
    private Verdict judge(Claim claim, Visitor visitor) throws HttpException {
        if (visitor.certificate() != null && visitor.certificate().problem() != null) {
            return uncertified(visitor, visitor.certificate().problem());
        }
        if (visitor.certificate() != null && TokenRegistry.isAnonymous(claim.hash())) {
            return judgeCertificate(claim, visitor);
        }
        if (!clients.include(claim.hash(), claim.instance())) {
            gatekeeper.limit(visitor, claim.hash());
        }
        Token token = tokens.findAnywhere(claim.hash());
        if (token == null) {
            gatekeeper.onFailure(visitor, claim.hash());
        }
        if (token == null || token instanceof ReverseToken != claim.reverse()) {
            return Verdict.refused("invalid token");
        }
        return admitted(token, claim, visitor);
    }

    private static Verdict admitted(Token token, Claim claim, Visitor visitor) {
        String refusal = token.account().refuseLogin(visitor.address());
        return refusal == null ? new Verdict(token, claim.instance(), null) : Verdict.refused(refusal);
    }

    /** For a peer without a token: admits it by the one that belongs to its certificate. */
    private Verdict judgeCertificate(Claim claim, Visitor visitor) {
        List<Token> own = tokens.ofCertificate(visitor.certificate().names()).stream()
                .filter(token -> token instanceof ReverseToken == claim.reverse()).toList();
        return own.size() == 1 ? admitted(own.getFirst(), claim, visitor)
                : uncertified(visitor, ClientCertificate.SUBJECT + "belongs to " + (own.isEmpty() ? "no token" : "several tokens")
                        + " of " + (claim.reverse() ? "providers" : "clients") + ", and no token was given");
    }

    private Verdict uncertified(Visitor visitor, String why) {
        gatekeeper.onUncertified(visitor);
        return Verdict.refused(why);
    }

    /**
     * Sends the verdict to the peer.
     *
     * @param early the result of {@link #judge}
     * @return null when the peer was refused and the link is closed
     */
    Admission admit(Verdict early, RequestHead head, ServerWebSocket link, Visitor visitor) throws IOException {
        Verdict verdict = early != null ? early : judgeMessage(link, visitor);
        if (verdict == null) {
            return null;
        }
        if (verdict.token() == null) {
            return refuse(link, verdict.refusal());
        }
        return admit(verdict.token(), verdict.instance(), head, link);
    }

    /** Admits a peer that has proven already what it may. */
    Admission admit(Token token, UUID instance, RequestHead head, Link link) throws IOException {
        Message.Offer offer = offer(token, Features.parse(head.header(Features.HEADER)).and(options.features()));
        link.send(MessageWriter.write(new Message.AuthResponse(true, "", offer)));
        return new Admission(token, instance, offer);
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

    private Message.Offer offer(Token token, Features agreed) {
        UUID id = clients.directory().newId();
        // Rounded up, because 0 would mean no grace period.
        int grace = agreed.resume() ? (int) options.resumeTimeout().plusNanos(999_999_999).toSeconds() : 0;
        return agreed.isEmpty() ? null : new Message.Offer(agreed, id, token.account().limits(options.session()).window(), grace);
    }

    private static Claim urlClaim(RequestHead head, String hash) {
        String reverse = head.query().get("reverse");
        return new Claim(hash, "true".equalsIgnoreCase(reverse) || "1".equals(reverse),
                instance(head.query().get("instance")));
    }

    /**
     * The instance in the URL, which links a peer's connections and recognizes it when it reconnects. A peer without one
     * gets a random id.
     */
    private static UUID instance(String claimed) {
        try {
            return claimed == null ? UUID.randomUUID() : distinct(UUID.fromString(claimed));
        } catch (IllegalArgumentException e) {
            return UUID.randomUUID();
        }
    }

    /** Replaces the nil UUID, which all clients without an instance share. */
    private static UUID distinct(UUID instance) {
        return instance.equals(NO_INSTANCE) ? UUID.randomUUID() : instance;
    }

    /** Null when the first message was missing or malformed, and the link is closed. */
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
            noAuthentication.warn(link.peer() + " sent a malformed Auth message: " + e.getMessage());
        }
        link.close(PROTOCOL_ERROR, "authentication expected");
        return null;
    }

    private static Admission refuse(Link link, String why) throws IOException {
        LOG.log(WARNING, () -> link.peer() + " refused: " + why);
        link.send(MessageWriter.write(new Message.AuthResponse(false, why)));
        link.close(POLICY_VIOLATION, why);
        return null;
    }
}
