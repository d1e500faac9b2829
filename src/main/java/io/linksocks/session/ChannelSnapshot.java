package io.linksocks.session;

import io.linksocks.protocol.Transport;
import io.linksocks.util.Endpoint;
import java.time.Duration;
import java.util.UUID;

/**
 * A channel as it was at one moment. Bytes are those of payloads as they travel, which may be compressed.
 *
 * @param target null for UDP, whose datagrams have one each
 * @param queuedBytes memory of what was received and not yet passed on
 * @param age since it was asked for
 * @param idle since anything was sent, received or passed on
 */
public record ChannelSnapshot(UUID id, Transport transport, Endpoint target, long receivedBytes, long sentBytes,
        long queuedBytes, Duration age, Duration idle) {}
