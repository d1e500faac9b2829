package io.linksocks.session;

import io.linksocks.protocol.Transport;
import io.linksocks.util.Endpoint;
import java.time.Duration;
import java.util.UUID;

/**
 * The state of a channel at one moment. Bytes are those of payloads as sent, which may be compressed.
 *
 * @param target null for UDP, whose datagrams carry their own
 * @param queuedBytes memory of what was received and not passed on
 * @param age since the channel was requested
 * @param idle since anything was sent, received or passed on
 */
public record ChannelSnapshot(UUID id, Transport transport, Endpoint target, long receivedBytes, long sentBytes,
        long queuedBytes, Duration age, Duration idle) {}
