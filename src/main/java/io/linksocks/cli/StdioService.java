package io.linksocks.cli;

import io.linksocks.client.LinkSocksClient;
import io.linksocks.client.TunnelConnection;
import io.linksocks.util.Endpoint;
import io.linksocks.util.Threads;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;

/** A client with one connection, whose ends are standard input and output, as ssh's {@code ProxyCommand} wants it. */
final class StdioService implements ServiceCommand.Service {
    private final LinkSocksClient client;
    private final Endpoint target;
    private final InputStream in;
    private final OutputStream out;
    private volatile boolean closed;

    /** @param client has no port of its own */
    StdioService(LinkSocksClient client, Endpoint target) {
        this(client, target, new FileInputStream(FileDescriptor.in), new FileOutputStream(FileDescriptor.out));
    }

    StdioService(LinkSocksClient client, Endpoint target, InputStream in, OutputStream out) {
        this.client = client;
        this.target = target;
        this.in = in;
        this.out = out;
    }

    @Override
    public void checkFiles() throws IOException {
        client.checkFiles();
    }

    @Override
    public List<String> start() throws IOException {
        client.start();
        return List.of();
    }

    /** Returns when the target has closed the connection; what comes from standard input after that is not for it. */
    @Override
    public void awaitEnd() throws IOException {
        try (TunnelConnection connection = client.dial(target.host(), target.port())) {
            Threads.start("standard input", () -> send(connection));
            connection.inputStream().transferTo(out);
        } catch (IOException e) {
            if (!closed) {
                throw e;
            }
        }
    }

    private void send(TunnelConnection connection) {
        try {
            in.transferTo(connection.outputStream());
            connection.shutdownOutput();
        } catch (IOException e) {
            connection.abort();
        }
    }

    @Override
    public void close() {
        closed = true;
        client.close();
    }
}
