package io.linksocks.cli;

import io.linksocks.server.LinkSocksServer;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** A server with the tokens that its options name. */
final class ServerService implements Service {
    private final LinkSocksServer server;
    private final OptionValues values;
    private final CountDownLatch closed = new CountDownLatch(1);

    ServerService(LinkSocksServer server, OptionValues values) {
        this.server = server;
        this.values = values;
    }

    @Override
    public void check() throws UsageException, IOException {
        InitialTokens.check(server, values);
        server.checkFiles();
    }

    @Override
    public List<String> start() throws UsageException, IOException {
        List<String> madeUp = InitialTokens.add(server, values);
        server.start();
        return madeUp;
    }

    @Override
    public void awaitEnd() throws InterruptedException {
        closed.await();
    }

    @Override
    public void close() {
        server.close();
        closed.countDown();
    }
}
