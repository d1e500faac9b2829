package io.linksocks.cli;

import io.linksocks.client.LinkSocksClient;
import io.linksocks.client.LinkSocksClientBuilder;
import io.linksocks.util.Reason;
import io.linksocks.util.TextFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * {@code linksocks client}, and its two other names: a connector is a client whose token leads to a provider, and a
 * provider is a client in reverse.
 */
record ClientCommand(String name, String summary, List<String> examples) implements ServiceCommand {
    private static final String PROVIDER = "provider";
    /** Only the first line counts. */
    private static final int MAX_TOKEN_FILE = 1 << 20;
    /** Besides letters and digits, what a header name may consist of (RFC 9110, section 5.6.2). */
    private static final String HEADER_NAME_MARKS = "!#$%&'*+-.^_`|~";

    static ClientCommand client() {
        return new ClientCommand("client", "open a SOCKS5 port whose connections the server makes",
                List.of("linksocks client -t my-token -u ws://server.example:8765",
                        "linksocks client -t my-token -u server.example -p 1080 -n alice -w secret",
                        "curl --socks5-hostname 127.0.0.1:9870 https://example.com/"));
    }

    static ClientCommand connector() {
        return new ClientCommand("connector", "open a SOCKS5 port whose connections a provider makes",
                List.of("linksocks connector -t connector-token -u ws://server.example:8765 -p 1180"));
    }

    static ClientCommand provider() {
        return new ClientCommand(PROVIDER, "reach targets for a server or for connectors",
                List.of("linksocks provider -t my-token -u ws://server.example:8765",
                        "linksocks provider -t my-token -c connector-token -u ws://server.example:8765"));
    }

    @Override
    public OptionTable table() {
        return ClientFlags.table();
    }

    @Override
    public void refuse(OptionValues values) throws UsageException {
        DirectOptions.check(values);
    }

    @Override
    public Service prepare(OptionValues values) throws UsageException, IOException {
        return new ClientService(build(values));
    }

    /** A provider has no SOCKS5 port. */
    @Override
    public List<ListeningPort> ports(OptionValues values) throws UsageException {
        List<ListeningPort> ports = new ArrayList<>(ListeningPort.metrics(values));
        if (!isProvider(values)) {
            ports.add(ListeningPort.socks(values));
        }
        return ports;
    }

    private boolean isProvider(OptionValues values) {
        return name.equals(PROVIDER) || values.isOn(ClientFlags.REVERSE);
    }

    private LinkSocksClient build(OptionValues values) throws UsageException, IOException {
        return builder(values).build();
    }

    LinkSocksClientBuilder builder(OptionValues values) throws UsageException, IOException {
        LinkSocksClientBuilder builder = LinkSocksClient.builder()
                .socksHost(values.text(CommonOptions.SOCKS_HOST))
                .socksPort(values.number(CommonOptions.SOCKS_PORT))
                .socksNoWait(values.isOn(ClientFlags.SOCKS_NO_WAIT))
                .reconnect(!values.isOn(ClientFlags.NO_RECONNECT))
                .reconnectDelay(values.duration(ClientFlags.RECONNECT_DELAY))
                .resumeTimeout(values.duration(CommonOptions.RESUME_TIMEOUT))
                .halfClosedTimeout(values.duration(CommonOptions.HALF_CLOSED_TIMEOUT))
                .resume(!values.isOn(CommonOptions.NO_RESUME))
                .flowControl(!values.isOn(CommonOptions.NO_FLOW))
                .halfClose(!values.isOn(CommonOptions.NO_FIN))
                .fairness(!values.isOn(CommonOptions.NO_FAIR))
                .maxConnections(values.number(CommonOptions.MAX_CONNECTIONS))
                .accessRules(CommonOptions.accessRules(values))
                .denyRules(CommonOptions.denyRules(values))
                .denyPrivate(values.isOn(CommonOptions.DENY_PRIVATE))
                .retryAuth(values.isOn(ClientFlags.RETRY_AUTH))
                .metrics(CommonOptions.metrics(values))
                .threads(values.number(ClientFlags.THREADS))
                .bufferSize(values.number(CommonOptions.BUFFER_SIZE))
                .compressionThreshold(values.number(CommonOptions.COMPRESSION_THRESHOLD))
                .dynamicBatching(!values.isOn(CommonOptions.NO_DYNAMIC_BATCHING))
                .batchingTimeLimits(values.durations(CommonOptions.BATCH_TIME).min(),
                        values.durations(CommonOptions.BATCH_TIME).max())
                .fastOpen(values.isOn(CommonOptions.FAST_OPEN))
                .environmentProxy(!values.isOn(ClientFlags.NO_ENV_PROXY));
        String token = token(values);
        if (token != null) {
            builder.token(token);
        }
        CommonOptions.passUpstreamProxy(values, builder::upstreamProxy);
        CommonOptions.passProxy(ClientFlags.PROXY, values, builder::proxy, "http://user:password@127.0.0.1:8080");
        addRole(builder, values);
        addServers(builder, values);
        addCredentials(builder, values);
        addTls(builder, values);
        for (String header : values.list(ClientFlags.HEADER)) {
            addHeader(builder, values, header);
        }
        return builder;
    }

    /** The token of a flag, a file or the environment; the last two don't show in ps. Null when there is none. */
    private static String token(OptionValues values) throws UsageException, IOException {
        Path file = values.file(ClientFlags.TOKEN_FILE);
        if (file == null) {
            return values.text(ClientFlags.TOKEN);
        }
        String origin = values.origin(ClientFlags.TOKEN);
        if (origin != null && !origin.equals(ClientFlags.TOKEN.variable())) {
            throw new UsageException(origin + " and " + ClientFlags.TOKEN_FILE.spelled() + " exclude each other");
        }
        return firstLine(file);
    }

    private static String firstLine(Path file) throws IOException {
        String token;
        try {
            token = new TextFile(file, MAX_TOKEN_FILE).read().lines().findFirst().orElse("").strip();
        } catch (IOException e) {
            throw new IOException(file + ": " + Reason.of(e), e);
        }
        if (token.isEmpty() || token.getBytes(StandardCharsets.UTF_8).length > ValueType.MAX_CREDENTIAL) {
            throw new IOException(file + ": no token of 1 to " + ValueType.MAX_CREDENTIAL + " bytes in its first line");
        }
        return token;
    }

    private static void addServers(LinkSocksClientBuilder builder, OptionValues values) throws UsageException {
        for (String url : values.list(ClientFlags.URL)) {
            try {
                builder.url(url);
            } catch (IllegalArgumentException e) {
                throw values.blame(ClientFlags.URL, e.getMessage());
            }
        }
    }

    private static void addTls(LinkSocksClientBuilder builder, OptionValues values) throws UsageException {
        builder.insecure(values.isOn(ClientFlags.INSECURE));
        if (values.text(ClientFlags.CA) != null) {
            builder.ca(values.file(ClientFlags.CA));
        }
        try {
            builder.sni(values.text(ClientFlags.SNI));
        } catch (IllegalArgumentException e) {
            throw values.blame(ClientFlags.SNI, "the value is no host name");
        }
    }

    private static void addCredentials(LinkSocksClientBuilder builder, OptionValues values) throws UsageException {
        CommonOptions.checkCredentials(values);
        if (values.text(CommonOptions.SOCKS_USERNAME) != null) {
            builder.socksCredentials(values.text(CommonOptions.SOCKS_USERNAME),
                    values.text(CommonOptions.SOCKS_PASSWORD));
        }
    }

    private void addRole(LinkSocksClientBuilder builder, OptionValues values) throws UsageException {
        if (!isProvider(values)) {
            Availability.report(values, "without effect, because this is no provider",
                    ClientFlags.CONNECTOR_TOKEN, CommonOptions.UPSTREAM_PROXY);
            for (String forward : values.list(CommonOptions.FORWARD)) {
                OptionValues.blaming(CommonOptions.FORWARD, forward, builder::forward);
            }
            return;
        }
        builder.reverse(true);
        if (values.text(ClientFlags.CONNECTOR_TOKEN) != null) {
            OptionValues.blaming(ClientFlags.CONNECTOR_TOKEN, values.text(ClientFlags.CONNECTOR_TOKEN),
                    builder::connectorToken);
        }
        Availability.report(values, "without effect, because a provider has no SOCKS5 port",
                CommonOptions.SOCKS_HOST, CommonOptions.SOCKS_PORT, CommonOptions.SOCKS_USERNAME,
                CommonOptions.SOCKS_PASSWORD, ClientFlags.SOCKS_NO_WAIT, CommonOptions.FORWARD, CommonOptions.FAST_OPEN);
    }

    private static void addHeader(LinkSocksClientBuilder builder, OptionValues values, String header)
            throws UsageException {
        int colon = header.indexOf(':');
        if (colon < 1 || !isHeaderName(header, colon) || !OneLine.of(header).equals(header)) {
            throw values.blame(ClientFlags.HEADER, "the value is not of the form 'Name: value'");
        }
        try {
            builder.header(header.substring(0, colon), header.substring(colon + 1).strip());
        } catch (IllegalArgumentException e) {
            throw values.blame(ClientFlags.HEADER, e.getMessage());
        }
    }

    private static boolean isHeaderName(String header, int end) {
        for (int i = 0; i < end; i++) {
            char c = header.charAt(i);
            if (c > '~' || !Character.isLetterOrDigit(c) && HEADER_NAME_MARKS.indexOf(c) < 0) {
                return false;
            }
        }
        return true;
    }

    /** A client, provider or connector. */
    private record ClientService(LinkSocksClient client) implements Service {
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
}
