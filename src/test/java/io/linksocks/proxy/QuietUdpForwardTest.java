package io.linksocks.proxy;

import io.linksocks.protocol.Features;
import io.linksocks.session.NegotiatedParameters;
import java.time.Duration;
import java.util.UUID;

/** The same with extensions, so that datagrams need no thread while nothing has to wait. */
class QuietUdpForwardTest extends UdpForwardTest {
    @Override
    NegotiatedParameters parameters() {
        return new NegotiatedParameters(Features.ALL, new UUID(1, 2), 256 << 10, Duration.ofSeconds(1));
    }
}
