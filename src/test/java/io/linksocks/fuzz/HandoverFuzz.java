package io.linksocks.fuzz;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.protocol.Features;
import io.linksocks.protocol.Message;
import io.linksocks.protocol.MessageReader;
import io.linksocks.protocol.Slice;
import io.linksocks.session.Handover;
import io.linksocks.session.NegotiatedParameters;
import io.linksocks.session.Session;
import io.linksocks.session.SessionCounters;
import io.linksocks.session.SessionLimits;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * The client's end of the handshake, with a server that means no good: its verdict with the offer behind, its choice of a
 * session, and what it sends then. The client, which has an earlier session or not as the first byte is odd or even, ends
 * up with one session at the most that lives.
 */
public final class HandoverFuzz implements FuzzTarget {
    private static final SessionLimits LIMITS = SessionLimits.DEFAULT;
    private static final Duration GRACE = Duration.ofMinutes(10);
    private static final UUID EARLIER = new UUID(7, 1);

    private final EchoChannels channels = new EchoChannels();

    @Override
    public Outcome run(byte[] input) throws Exception {
        ByteBuffer script = ByteBuffer.wrap(input);
        boolean again = script.hasRemaining() && (script.get() & 1) == 1;
        ScriptedLink link = new ScriptedLink(() -> next(script));
        List<Session> sessions = new ArrayList<>();
        Session earlier = again
                ? session(link, new NegotiatedParameters(Features.ALL, EARLIER, LIMITS.window(), Duration.ofHours(1)), sessions)
                : null;
        try {
            Slice verdict = link.receive();
            if (verdict == null || !(MessageReader.read(verdict) instanceof Message.AuthResponse answer) || !answer.success()) {
                return new Outcome(false, "not let in");
            }
            Session agreed = new Handover(LIMITS.window(), GRACE, parameters -> session(link, parameters, sessions))
                    .begin(link, answer.offer(), earlier);
            assertTrue(agreed == earlier || earlier == null || !earlier.isAlive(), "two sessions");
            agreed.run(link);
            return Outcome.accepted((agreed == earlier) + " " + agreed.parameters().features());
        } catch (IOException e) {
            return Outcome.rejected(e);
        } finally {
            channels.checkNothingLeft(sessions);
            sessions.forEach(session -> assertFalse(session.isAlive()));
        }
    }

    private Session session(ScriptedLink link, NegotiatedParameters parameters, List<Session> sessions) {
        Session session = new Session(link, parameters, LIMITS, new SessionCounters(), channels, message -> { });
        sessions.add(session);
        return session;
    }

    private static byte[] next(ByteBuffer script) {
        if (!script.hasRemaining()) {
            return null;
        }
        byte[] message = new byte[Math.min(script.get() & 0xFF, script.remaining())];
        script.get(message);
        return message;
    }

    @Override
    public List<String> dictionary() {
        String id = "\0\0\0\0\0\0\0\7\0\0\0\0\0\0\0\1";
        String other = id.replace('\1', '\2');
        return List.of("\u001e\1\2\1\u00e0\1\u000f" + other + "\0\4\0\0\0\0\0<",
                "\u001e\1\2\1\u00e0\1\u001f" + other + "\0\4\0\0\0\0\0<", "\u001e\1\2\1\u00e0\1\0" + other + "\0\4\0\0\0\0\0<",
                "\u00e0\1", "\3\1\2\1", "\u001a\1\u00e2" + id + "\0\0\0\0\0\0\0\0", "\u001a\1\u00e2" + other + "\0\0\0\0\0\0\0\0",
                id, other,
                "\u0017\1\3\1" + id + "\1h\0P", "\u0013\1\3\2" + id, "\u001d\1\4\1" + id + "\0\0\0\0\5hello",
                "\u000e\1\u00e3\0\0\0\0\0\0\0\1\0\0\0\0", "\u0012\1\u00e5" + id, "\u0016\1\u00e4" + id + "\0\0\4\0",
                "\3\1\u00e6\0", "\u0012\1\6" + id,
                "\6\1\u00e7\0\0\0\u003c", "\6\1\u00e7\0\0\0\0");
    }

    /** A few bytes may begin a session, with its channels and threads; the bounds of their memory have tests of their own. */
    @Override
    public long memory(int length) {
        return Long.MAX_VALUE;
    }
}
