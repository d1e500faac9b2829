package io.linksocks.cli;

import io.linksocks.client.LinkSocksClient;
import java.io.IOException;
import java.util.List;
import java.util.function.Supplier;

/** A client, provider or connector. */
record ClientService(LinkSocksClient client) implements Service {
    @Override
    public void check() throws IOException {
        client.checkFiles();
    }

    @Override
    public List<String> start() throws IOException {
        client.start();
        return List.of();
    }

    @Override
    public void awaitEnd() throws IOException, InterruptedException {
        client.awaitClosed();
    }

    @Override
    public Supplier<String> statusLine() {
        return new ClientStatusText(client::status, System::nanoTime);
    }

    @Override
    public void close() {
        client.close();
    }
}
