package io.linksocks.proxy;

import io.linksocks.protocol.Features;
import io.linksocks.session.NegotiatedParameters;
import java.time.Duration;
import java.util.UUID;

/** The same with extensions, so that the socket can be in the event loop. */
class QuietUdpAssociationTest extends UdpAssociationTest {
    QuietUdpAssociationTest() throws Exception {}

    @Override
    NegotiatedParameters parameters() {
        return new NegotiatedParameters(Features.ALL, new UUID(1, 2), 256 << 10, Duration.ofSeconds(1));
    }
}
