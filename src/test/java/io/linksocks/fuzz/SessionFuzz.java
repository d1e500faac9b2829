package io.linksocks.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.protocol.Features;
import io.linksocks.protocol.Link;
import io.linksocks.protocol.Message;
import io.linksocks.server.DirectoryAccess;
import io.linksocks.session.Channel;
import io.linksocks.session.MemoryBudget;
import io.linksocks.session.NegotiatedParameters;
import io.linksocks.session.Session;
import io.linksocks.session.SessionCounters;
import io.linksocks.session.SessionLimits;
import io.linksocks.session.SessionObserver;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Sessions of a server with clients that were let in and mean no good: whatever they announce, begin, send and cut off, on
 * links side by side, nothing hangs, nothing is left behind, and an honest session is as it was.
 *
 * <pre>
 *   00-EF length of a message, which follows    F0 cut the link and open another    F1 open another beside it
 *   F2 leave in good order, go on with the link before    other: the same by cutting
 * </pre>
 *
 * <p>Behind F0 and F1 stand the length of an announcement, and the announcement. The n-th link is offered session 7, n.
 */
public final class SessionFuzz implements FuzzTarget {
    private static final int NEXT = 0xF0;
    private static final int BESIDE = 0xF1;
    private static final int LEAVE = 0xF2;
    private static final int MOST_BESIDE = 8;
    private static final MemoryBudget BUDGET = new MemoryBudget(1 << 30);
    private static final SessionLimits LIMITS = new SessionLimits(50, 4096, 20, Duration.ofMillis(5), Duration.ofMillis(5),
            Duration.ofHours(1), Duration.ofHours(1), 1024, 4096, 8192, 4096, BUDGET);
    private static final Duration GRACE = Duration.ofHours(1);

    private final DirectoryAccess directory = new DirectoryAccess();
    private final EchoChannels channels = new EchoChannels();
    private final HonestPair honest = new HonestPair(directory);

    @Override
    public Outcome run(byte[] input) throws Exception {
        Attack attack = new Attack(ByteBuffer.wrap(input));
        attack.run();
        channels.checkNothingLeft(attack.sessions);
        assertEquals(0, BUDGET.used(), "memory that sessions are still charged for");
        assertEquals(1, directory.size(), "sessions that can be resumed");
        honest.checkEcho();
        return new Outcome(attack.sessions.size() > 0, attack.ends + " " + attack.kinds());
    }

    @Override
    public void close() {
        honest.close();
    }

    private final class Attack {
        final Queue<Session> sessions = new ConcurrentLinkedQueue<>();
        final List<String> ends = new ArrayList<>();
        private final SessionCounters counters = new SessionCounters();
        private final ByteBuffer script;
        private int links;
        private int beside;

        Attack(ByteBuffer script) {
            this.script = script;
        }

        void run() throws IOException {
            while (script.hasRemaining()) {
                serve();
            }
        }

        /** What was reached, roughly: how often it was does not matter. */
        String kinds() {
            return Arrays.asList(counters.resumes.sum() > 0, counters.superseded.sum() > 0, counters.retransmittedBytes.sum() > 0,
                    counters.refusedChannels.sum() > 0, counters.malformedMessages.sum() > 0,
                    counters.ignoredMessages.sum() > 0).toString();
        }

        private void serve() throws IOException {
            Features features = Features.parse(announcement());
            Message.Offer offer = new Message.Offer(features, new UUID(7, ++links), LIMITS.window(), (int) GRACE.toSeconds());
            ScriptedLink link = new ScriptedLink(this::next);
            try {
                Session session = features.isEmpty()
                        ? create(link, NegotiatedParameters.BASE)
                        : directory.begin(link, offer, parameters -> create(link, parameters));
                session.run(link);
                ends.add("");
            } catch (IOException e) {
                ends.add(Outcome.rejected(e).kind());
            }
            if (ends.size() > 6) {
                ends.removeFirst();
            }
        }

        private Session create(Link link, NegotiatedParameters parameters) {
            Guest guest = new Guest();
            Session session = new Session(link, parameters, LIMITS, counters, guest::accept, guest);
            guest.session = session;
            sessions.add(session);
            return session;
        }

        private String announcement() {
            byte[] text = new byte[Math.min(script.get() & 0xFF, script.remaining())];
            script.get(text);
            return new String(text, StandardCharsets.ISO_8859_1);
        }

        /** The next message on the newest link that is open. */
        private byte[] next() throws IOException {
            while (script.hasRemaining()) {
                int step = script.get() & 0xFF;
                if (step < NEXT) {
                    byte[] message = new byte[Math.min(step, script.remaining())];
                    script.get(message);
                    return message;
                }
                if (step == LEAVE) {
                    return null;
                }
                if (step != BESIDE || beside == MOST_BESIDE || !script.hasRemaining()) {
                    throw new EOFException("cut");
                }
                beside++;
                serve();
                beside--;
            }
            throw new EOFException("end of the script");
        }

        private final class Guest implements SessionObserver {
            private Session session;

            void accept(Channel channel) {
                assertTrue(session.isAlive(), "a channel of a session that has ended");
                channels.accept(channel);
            }

            @Override
            public void onMessage(Message message) {
                counters.ignoredMessages.increment();
            }

            @Override
            public void onEnd(String reason) {
                directory.remove(session);
            }
        }
    }

    @Override
    public List<String> dictionary() {
        List<String> words = new ArrayList<>(List.of("\u00f0\u001a1; resume, flow, fin, fair",
                "\u00f1\u001a1; resume, flow, fin, fair", "\u00f0\u00211; resume, flow, fin, fair, leave", "\u00f0\0",
                "\u00f0\u00091; resume", "\u00f0\u00071; flow", "\u00f2", "\u00ff"));
        for (char link = 1; link <= 3; link++) {
            String id = "\0\0\0\0\0\0\0\7\0\0\0\0\0\0\0" + link;
            words.add(id);
            words.add("\u001e\1\u00e1" + id + "\0\0\0\0\0\0\0\0\0\0\4\0");
            words.add("\u001e\1\u00e1" + id + "\0\0\0\0\0\0\0\1\0\0\4\0");
            words.add("\u0017\1\3\1" + id + "\1h\0P");
            words.add("\u0013\1\3\2" + id);
            words.add("\u001d\1\4\1" + id + "\0\0\0\0\5hello");
            words.add("\u0016\1\u00e4" + id + "\0\0\4\0");
            words.add("\u0012\1\u00e5" + id);
            words.add("\u0012\1\6" + id);
            words.add("\u0013\1\5\1" + id);
        }
        words.addAll(List.of("\u000e\1\u00e3\0\0\0\0\0\0\0\1\0\0\0\0", "\u000e\1\u00e3\0\0\0\0\0\0\0\2\0\0\0\0", "\3\1\u00e6\0",
                "\u001a\1\u00e2", "\6\1\u00e7\0\0\0\0", "\6\1\u00e7\u00ff\u00ff\u00ff\u00ff"));
        return words;
    }

    /** A few bytes may begin a session, with its channels and threads; the bounds of their memory have tests of their own. */
    @Override
    public long memory(int length) {
        return Long.MAX_VALUE;
    }
}
