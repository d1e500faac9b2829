package io.linksocks.cli;

import io.linksocks.client.LinkSocksClient;
import io.linksocks.client.LinkSocksException;
import io.linksocks.server.LinkSocksServer;
import io.linksocks.util.TimeText;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeoutException;

/** {@code linksocks demo}: both ends in one process on loopback, to see a tunnel at work without a second machine. */
final class DemoCommand extends Command {
    /** Where a client opens its port. */
    static final int USUAL_PORT = 9870;

    private static final Option SOCKS_PORT = Option.port("socks-port",
            "SOCKS5 port, 0 for any free one; when missing, 9870 if that is free").letter('p');
    private static final Option ONCE = Option.toggle("once", "exit after the fetch").onlyAsFlag();
    private static final OptionTable TABLE = OptionTable.of(SOCKS_PORT, ONCE).with(CommonOptions.COMMON);
    private static final String LOOPBACK = "127.0.0.1";
    /** On loopback everything takes milliseconds; this is for a machine that is busy. */
    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final int MAX_PAGE = 64 << 10;

    DemoCommand() {
        super("demo", "run a server and a client here and fetch a page through them", TABLE,
                "linksocks demo", "linksocks demo -p 1080", "linksocks demo --once -d");
    }

    @Override
    int run(OptionValues values, Terminal terminal) throws UsageException, IOException, InterruptedException {
        CommonOptions.startLog(table(), values, terminal, LogHandler.QUIET);
        PrintStream out = terminal.out();
        try (StopSignal signal = StopSignal.expect();
                LinkSocksServer server = LinkSocksServer.builder().host(LOOPBACK).port(0).build()) {
            signal.first(server);
            String token = server.addForwardToken(null);
            server.start();
            String address = LOOPBACK + ":" + server.port();
            out.println("1. Started a server on " + address + " with a random token.");
            try (LinkSocksClient client = connect(values, "ws://" + address, token)) {
                signal.first(client);
                show(out, client.socksAddress(), "http://" + address + "/");
                if (!values.isOn(ONCE)) {
                    out.println("Everything stays up until you press Ctrl+C.");
                    signal.await();
                }
            }
        }
        return ExitCode.OK;
    }

    /** Another program may have the usual port, often a real client. A port that was asked for must be that port. */
    private static LinkSocksClient connect(OptionValues values, String url, String token)
            throws IOException, InterruptedException {
        if (values.isGiven(SOCKS_PORT)) {
            return connect(values.number(SOCKS_PORT), url, token);
        }
        try {
            return connect(USUAL_PORT, url, token);
        } catch (LinkSocksException e) {
            if (e.kind() != LinkSocksException.Kind.LOCAL) {
                throw e;
            }
            return connect(0, url, token);
        }
    }

    private static LinkSocksClient connect(int socksPort, String url, String token)
            throws IOException, InterruptedException {
        LinkSocksClient client = LinkSocksClient.builder().url(url).token(token).environmentProxy(false)
                .socksHost(LOOPBACK).socksPort(socksPort).build();
        try {
            client.start();
            client.awaitReady(TIMEOUT);
            return client;
        } catch (TimeoutException e) {
            client.close();
            throw new IOException("the client did not connect within " + TimeText.of(TIMEOUT), e);
        } catch (IOException | InterruptedException e) {
            client.close();
            throw e;
        }
    }

    private static void show(PrintStream out, InetSocketAddress socks, String page) throws IOException {
        String port = LOOPBACK + ":" + socks.getPort();
        out.println("2. Connected a client to it, which opened a SOCKS5 port on " + port + ".");
        long began = System.nanoTime();
        String body = fetch(page, new Proxy(Proxy.Type.SOCKS, socks));
        out.println("3. Fetched " + page + " through the tunnel in "
                + TimeText.of(Duration.ofNanos(System.nanoTime() - began)) + ":");
        body.lines().forEach(line -> out.println("     " + OneLine.of(line)));
        out.println("Try it yourself:");
        out.println("     curl --socks5-hostname " + port + " " + page);
    }

    private static String fetch(String page, Proxy proxy) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) URI.create(page).toURL().openConnection(proxy);
        connection.setConnectTimeout((int) TIMEOUT.toMillis());
        connection.setReadTimeout((int) TIMEOUT.toMillis());
        try (InputStream body = connection.getInputStream()) {
            return new String(body.readNBytes(MAX_PAGE), StandardCharsets.UTF_8);
        } finally {
            connection.disconnect();
        }
    }
}
