package io.linksocks.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.linksocks.http.HttpException;
import org.junit.jupiter.api.Test;

class LiveFeedTest {
    @Test
    void whoComesWhileTheServerStopsSeesNoEmptyServer() {
        LiveFeed feed = new LiveFeed(new ServerCounters(() -> null), null, null);
        feed.close();
        assertEquals(503, assertThrows(HttpException.class, () -> feed.open(null)).status());
    }
}
