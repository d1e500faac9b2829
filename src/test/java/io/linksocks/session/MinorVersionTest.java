package io.linksocks.session;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.linksocks.protocol.Features;
import io.linksocks.protocol.Message;
import io.linksocks.protocol.MessageWriter;
import io.linksocks.protocol.Slice;
import io.linksocks.protocol.Transport;
import io.linksocks.util.Endpoint;
import io.linksocks.util.RecordedLog;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(240)
class MinorVersionTest {
    @Test
    void anotherMinorVersionIsLoggedOnceAndAccepted() throws Exception {
        try (RecordedLog log = new RecordedLog(Dispatcher.class.getName()); Ends ends = new Ends(Features.NONE)) {
            for (int i = 0; i < 3; i++) {
                Slice connect = MessageWriter.write(new Message.Connect(Transport.TCP, new UUID(1, i), new Endpoint("a", 1)));
                connect.array()[connect.offset()] = (byte) (i == 0 ? 0x01 : 0x02);
                ends.link.client().send(connect);
                ends.accepted.take();
            }
            assertEquals(List.of("test client speaks protocol version 0.2, this side 0.1"), log.messages());
        }
    }
}
