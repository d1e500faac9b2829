package io.linksocks.cli;

import io.linksocks.access.AccessRules;
import io.linksocks.access.AddressRange;
import io.linksocks.server.LinkSocksServer;
import io.linksocks.server.LinkSocksServerBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** {@code linksocks server}. */
final class ServerCommand implements ServiceCommand {
    @Override
    public String name() {
        return "server";
    }

    @Override
    public String summary() {
        return "accept clients and reach targets, or have providers reach them";
    }

    @Override
    public OptionTable table() {
        return ServerFlags.table();
    }

    @Override
    public List<String> examples() {
        return List.of(
                "linksocks server -t my-token",
                "linksocks server -H 127.0.0.1 -P 9000 -d",
                "linksocks server -t my-token --tls-cert chain.pem --tls-key key.pem",
                "linksocks server -r -t my-token -p 1080",
                "linksocks server -r -t provider-token -c connector-token",
                "linksocks server -r -a -t provider-token",
                "linksocks server -k my-key",
                "linksocks server --token-file tokens.txt --deny-private",
                "LINKSOCKS_TOKEN=my-token linksocks server");
    }

    @Override
    public Service prepare(OptionValues values) throws UsageException {
        return new ServerService(build(values), values);
    }

    @Override
    public List<ListeningPort> ports(OptionValues values) throws UsageException {
        List<ListeningPort> ports = new ArrayList<>(ListeningPort.metrics(values));
        ports.add(new ListeningPort(ServerFlags.WS_PORT, values.text(ServerFlags.WS_HOST),
                values.number(ServerFlags.WS_PORT)));
        if (InitialTokens.withSocksPort(values)) {
            ports.add(ListeningPort.socks(values));
        }
        return ports;
    }

    private static LinkSocksServer build(OptionValues values) throws UsageException {
        LinkSocksServerBuilder builder = LinkSocksServer.builder()
                .host(values.text(ServerFlags.WS_HOST))
                .port(values.number(ServerFlags.WS_PORT))
                .bufferSize(values.number(CommonOptions.BUFFER_SIZE))
                .compressionThreshold(values.number(CommonOptions.COMPRESSION_THRESHOLD))
                .dynamicBatching(!values.isOn(CommonOptions.NO_DYNAMIC_BATCHING))
                .batchingTimeLimits(values.durations(CommonOptions.BATCH_TIME).min(),
                        values.durations(CommonOptions.BATCH_TIME).max())
                .resumeTimeout(values.duration(CommonOptions.RESUME_TIMEOUT))
                .halfClosedTimeout(values.duration(CommonOptions.HALF_CLOSED_TIMEOUT))
                .resume(!values.isOn(CommonOptions.NO_RESUME))
                .flowControl(!values.isOn(CommonOptions.NO_FLOW))
                .halfClose(!values.isOn(CommonOptions.NO_FIN))
                .fairness(!values.isOn(CommonOptions.NO_FAIR))
                .maxChannels(values.number(ServerFlags.MAX_CHANNELS))
                .maxConnections(values.number(CommonOptions.MAX_CONNECTIONS))
                .maxClients(values.number(ServerFlags.MAX_CLIENTS))
                .dialRules(rules(values, !values.isOn(ServerFlags.REVERSE)))
                .entryRules(rules(values, false))
                .denyRules(CommonOptions.denyRules(values))
                .denyPrivate(values.isOn(CommonOptions.DENY_PRIVATE))
                .trustedProxies(values.list(ServerFlags.TRUSTED_PROXY, AddressRange::parse))
                .tokenFile(values.file(ServerFlags.TOKEN_FILE))
                .socksHost(values.text(CommonOptions.SOCKS_HOST))
                .socksNoWait(values.isOn(ServerFlags.SOCKS_NO_WAIT))
                .fastOpen(values.isOn(CommonOptions.FAST_OPEN))
                .metrics(CommonOptions.metrics(values))
                .connectorWaitProvider(values.duration(ServerFlags.CONNECTOR_WAIT_PROVIDER));
        OptionValues.blaming(ServerFlags.API_KEY, values.text(ServerFlags.API_KEY), builder::apiKey);
        CommonOptions.passUpstreamProxy(values, builder::upstreamProxy);
        addTls(builder, values);
        return builder.build();
    }

    private static void addTls(LinkSocksServerBuilder builder, OptionValues values) throws UsageException {
        Path certificate = values.file(ServerFlags.TLS_CERT);
        Path key = values.file(ServerFlags.TLS_KEY);
        if ((certificate == null) != (key == null)) {
            throw new UsageException("--tls-cert and --tls-key go together");
        }
        if (certificate != null) {
            builder.tls(certificate, key);
        }
    }

    /**
     * The rules for all who have none of their own. Without a file they are for the one token that there is, which in
     * reverse has them itself. With an API key, who sets them by the API would not know of these.
     *
     * @param dialling whether the token is for clients of this side
     */
    private static AccessRules rules(OptionValues values, boolean dialling) throws UsageException {
        if (values.isGiven(ServerFlags.API_KEY) && values.isGiven(CommonOptions.ACCESS_RULE)) {
            throw new UsageException("--access-rule does not go together with --api-key: set rules for all by"
                    + " PUT /api/config/access, or for a token when it is added");
        }
        return dialling || values.isGiven(ServerFlags.TOKEN_FILE) ? CommonOptions.accessRules(values) : AccessRules.NONE;
    }

    /** A server with the tokens that its options name. */
    private static final class ServerService implements Service {
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
            List<String> generated = InitialTokens.add(server, values);
            server.start();
            return generated;
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
}
