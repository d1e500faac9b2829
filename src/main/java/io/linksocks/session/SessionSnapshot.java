package io.linksocks.session;

import io.linksocks.protocol.Features;
import java.time.Duration;

/**
 * A session as it was at one moment. Bytes are those of whole messages, without the frames of the WebSocket.
 *
 * @param peer its address on the newest link
 * @param features in use
 * @param attached whether there is a link just now
 * @param roundTrip of the last ping on the present link; zero while unknown
 * @param resumes how often the session went on with another link
 * @param age since the first link
 * @param channels open
 * @param sentMessages those included that were sent again after a resume, as in {@code sentBytes}
 * @param replayBytes sent and not acknowledged
 */
public record SessionSnapshot(String peer, Features features, boolean attached, Duration roundTrip, long resumes,
        Duration age, int channels, long receivedMessages, long receivedBytes, long sentMessages, long sentBytes,
        long replayBytes) {}
