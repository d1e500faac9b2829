package io.linksocks.session;

import io.linksocks.protocol.Features;
import java.time.Duration;

/**
 * The state and counters of a session at one moment. Bytes are those of whole messages without WebSocket framing.
 *
 * @param peer its address on the newest link
 * @param features negotiated
 * @param attached whether the session has a link
 * @param roundTrip RTT of the latest ping on the present link; zero while unknown
 * @param resumes how often the session was resumed on another link
 * @param age since the first link
 * @param channels open
 * @param sentMessages including retransmissions, as {@code sentBytes}
 * @param replayBytes sent and not acknowledged
 */
public record SessionSnapshot(String peer, Features features, boolean attached, Duration roundTrip, long resumes,
        Duration age, int channels, long receivedMessages, long receivedBytes, long sentMessages, long sentBytes,
        long replayBytes) {}
