package io.linksocks.server;

import static java.lang.System.Logger.Level.WARNING;

import io.linksocks.http.RequestHead;
import io.linksocks.protocol.Link;
import io.linksocks.protocol.Message;
import io.linksocks.protocol.MessageReader;
import io.linksocks.protocol.MessageWriter;
import io.linksocks.protocol.ProtocolException;
import io.linksocks.protocol.Slice;
import io.linksocks.protocol.TokenHash;
import io.linksocks.util.Threads;
import java.io.IOException;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.ScheduledFuture;

/** Lets peers in, by the token in the URL or in their first message (SPEC section 2, "Authentication"). */
final class Authenticator {
    private static final String URL_PATH = "/socket";
    /** A peer that has got so far and does not send its first message is no peer. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int PROTOCOL_ERROR = 1002;
    private static final int POLICY_VIOLATION = 1008;

    private static final System.Logger LOG = System.getLogger(Authenticator.class.getName());

    private final TokenRegistry tokens;

    Authenticator(TokenRegistry tokens) {
        this.tokens = tokens;
    }

    private record Claim(String hash, boolean reverse, UUID instance) {}

    /** Returns the token that the peer has proved to know; null when it was turned away and the link is closed. */
    Token admit(RequestHead head, Link link) throws IOException {
        String offered = head.query().get("token");
        boolean byUrl = head.path().equals(URL_PATH) && offered != null;
        if (byUrl && !TokenHash.isWellFormed(offered)) {
            return turnAway(link, "invalid token format");
        }
        Claim claim = byUrl ? urlClaim(head, offered) : messageClaim(link);
        if (claim == null) {
            return null;
        }
        Token token = tokens.find(claim.hash());
        if (!(token instanceof Token.Forward) || claim.reverse()) {
            return turnAway(link, "invalid token");
        }
        link.send(MessageWriter.write(new Message.AuthResponse(true, "")));
        return token;
    }

    private static Claim urlClaim(RequestHead head, String hash) {
        return new Claim(hash, Boolean.parseBoolean(head.query().get("reverse")), UUID.randomUUID());
    }

    /** Null when there was no proper first message; the link is closed then. */
    private static Claim messageClaim(Link link) throws IOException {
        Slice first;
        ScheduledFuture<?> timeout = Threads.later(PATIENCE, link::abort);
        try {
            first = link.receive();
        } finally {
            timeout.cancel(false);
        }
        try {
            if (first != null && MessageReader.read(first) instanceof Message.Auth auth) {
                return new Claim(TokenHash.of(auth.token()), auth.reverse(), auth.instance());
            }
        } catch (ProtocolException e) {
            LOG.log(WARNING, () -> link.peer() + " sent no proper authentication: " + e.getMessage());
        }
        link.close(PROTOCOL_ERROR, "authentication expected");
        return null;
    }

    private static Token turnAway(Link link, String why) throws IOException {
        LOG.log(WARNING, () -> link.peer() + " turned away: " + why);
        link.send(MessageWriter.write(new Message.AuthResponse(false, why)));
        link.close(POLICY_VIOLATION, why);
        return null;
    }
}
