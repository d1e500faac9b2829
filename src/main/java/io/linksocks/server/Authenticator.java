package io.linksocks.server;

import static io.linksocks.server.RecentEvents.Kind.LIMIT;
import static io.linksocks.server.RecentEvents.Kind.LOGIN;

import io.linksocks.http.HttpException;
import io.linksocks.http.RequestHead;
import io.linksocks.protocol.CloseCode;
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

    private static final String INVALID = "invalid token";
    private static final String INVALID_HERE = INVALID
            + "; if a provider chose it, connect to the server that the provider is at";

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
     * @param address without a port
     * @param offer null when it uses no extensions
     */
    record Admission(Token token, UUID instance, String address, Message.Offer offer) {}

    /** The unverified content of an authentication request. */
    private record Claim(String hash, boolean reverse, UUID instance) {}

    /**
     * The result of checking a claim.
     *
     * @param token null when refused, as the next two
     * @param refusal the reason; null when admitted
     */
    record Verdict(Token token, UUID instance, String address, String refusal) {
        static Verdict admitted(Token token, UUID instance, String address) {
            return new Verdict(token, instance, address, null);
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
                ? judge(urlClaim(head, offered), visitor) : unknown(visitor, "invalid token format");
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
            return refused(LOGIN, visitor, null, INVALID, mayBeKnownElsewhere(claim) ? INVALID_HERE : INVALID);
        }
        if (token instanceof ReverseToken != claim.reverse()) {
            return refused(LOGIN, visitor, token, claim.reverse() ? "it is not for providers" : "it is for providers", INVALID);
        }
        return judge(token, claim, visitor);
    }

    /** Whether the token may be one that a provider at another server of the cluster has chosen. */
    private boolean mayBeKnownElsewhere(Claim claim) {
        return options.cluster() != null && !claim.reverse()
                && tokens.all().stream().anyMatch(token -> token instanceof ReverseToken reverse && reverse.isAutonomous());
    }

    private Verdict judge(Token token, Claim claim, Visitor visitor) {
        String refusal = token.account().refuseLogin(visitor.address());
        return refusal == null ? Verdict.admitted(token, claim.instance(), visitor.host())
                : refused(LIMIT, visitor, token, refusal, refusal);
    }

    private Verdict unknown(Visitor visitor, String why) {
        return refused(LOGIN, visitor, null, why, why);
    }

    /**
     * @param token null when it is not known
     * @param why for the operator of the server
     * @param refusal for the visitor
     */
    private Verdict refused(RecentEvents.Kind kind, Visitor visitor, Token token, String why, String refusal) {
        gatekeeper.report(kind, visitor.name(), visitor.host(), token, why);
        return new Verdict(null, null, null, refusal);
    }

    /** For a peer without a token: admits it by the one that belongs to its certificate. */
    private Verdict judgeCertificate(Claim claim, Visitor visitor) {
        List<Token> own = tokens.ofCertificate(visitor.certificate().names()).stream()
                .filter(token -> token instanceof ReverseToken == claim.reverse()).toList();
        return own.size() == 1 ? judge(own.getFirst(), claim, visitor)
                : uncertified(visitor, ClientCertificate.SUBJECT + "belongs to " + (own.isEmpty() ? "no token" : "several tokens")
                        + " of " + (claim.reverse() ? "providers" : "clients") + ", and no token was given");
    }

    private Verdict uncertified(Visitor visitor, String why) {
        gatekeeper.onUncertified();
        return unknown(visitor, why);
    }

    /**
     * Decides on a peer, and tells it a refusal.
     *
     * @param early the result of {@link #judge}
     * @return null when the peer was refused and the link is closed
     */
    Verdict decide(Verdict early, ServerWebSocket link, Visitor visitor) throws IOException {
        Verdict verdict = early != null ? early : judgeMessage(link, visitor);
        if (verdict != null && verdict.refusal() != null) {
            link.send(MessageWriter.write(new Message.AuthResponse(false, verdict.refusal())));
            link.close(CloseCode.POLICY_VIOLATION, verdict.refusal());
            return null;
        }
        String excess = verdict == null ? null : excess(verdict);
        if (excess != null) {
            gatekeeper.report(LIMIT, link.peer(), verdict.address(), verdict.token(), excess);
            link.close(CloseCode.TRY_AGAIN_LATER, excess);
            return null;
        }
        return verdict;
    }

    /**
     * Why this client is one too many for its token, so that it does not take itself for connected; null when it is not, or may
     * have a session, at another server as well. Those that come at the same moment are counted again with their sessions.
     */
    private String excess(Verdict verdict) {
        Token token = verdict.token();
        return options.nodeDirectory() != null || options.cluster() != null
                || clients.include(TokenHash.of(token.value()), verdict.instance())
                ? null : token.account().refuseClient(token.clients() + 1);
    }

    /** Tells a peer that it is admitted. */
    Admission admit(Verdict verdict, RequestHead head, Link link) throws IOException {
        Message.Offer offer = offer(verdict.token(), Features.parse(head.header(Features.HEADER)).and(options.features()));
        link.send(MessageWriter.write(new Message.AuthResponse(true, "", offer)));
        return new Admission(verdict.token(), verdict.instance(), verdict.address(), offer);
    }

    /** Null when the link was closed without a verdict. */
    private Verdict judgeMessage(ServerWebSocket link, Visitor visitor) throws IOException {
        Claim claim = messageClaim(link);
        try {
            return claim == null ? null : judge(claim, visitor);
        } catch (HttpException e) {
            link.close(CloseCode.TRY_AGAIN_LATER, e.getMessage());
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
        String problem = "authentication expected";
        try {
            if (first != null && MessageReader.read(first) instanceof Message.Auth auth) {
                return new Claim(TokenHash.of(auth.token()), auth.reverse(), distinct(auth.instance()));
            }
        } catch (ProtocolException e) {
            gatekeeper.onMalformed();
            problem = e.getMessage();
            noAuthentication.warn(link.peer() + " sent a malformed Auth message: " + problem);
        }
        link.close(CloseCode.PROTOCOL_ERROR, problem);
        return null;
    }
}
