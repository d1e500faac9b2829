package io.linksocks.cli;

import io.linksocks.access.AccessRules;
import io.linksocks.access.AddressRange;
import io.linksocks.server.Balance;
import io.linksocks.server.LinkSocksServer;
import io.linksocks.server.LinkSocksServerBuilder;
import io.linksocks.server.ReverseTokenOptions;
import io.linksocks.server.TokenSettings;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** {@code linksocks server}. */
final class ServerCommand extends ServiceCommand {
    static final Option TOKEN = Option.credential("token", "TOKEN",
            "token that clients must present; generated and printed when missing")
            .letter('t').confidential();
    static final Option TOKEN_FILE = Option.text("token-file", "FILE",
            "tokens, one a line: forward TOKEN, reverse TOKEN [PORT], connector TOKEN REVERSE_TOKEN, then settings like"
                    + " name=laptop expires=2026-12-31 clients=2; read again when it changes");
    static final Option STATE_DIR = Option.text("state-dir", "DIR",
            "folder where tokens that are added by API or dashboard survive a restart");
    static final Option BALANCE = Option.choice("balance", "WAY", List.of("round-robin", "least-channels", "sticky"),
            "how the providers of --token share connections; sticky keeps those of one user or address together")
            .orElse("round-robin");
    static final Option METRICS_BY_TOKEN = Option.toggle("metrics-by-token",
            "show clients, channels and traffic of each token that has a name, by its name, in /metrics");
    static final Option WS_HOST = Option.text("ws-host", "HOST", "address to listen on")
            .letter('H').from("LINKSOCKS_WEBSOCKET_HOST").orElse("0.0.0.0");
    static final Option WS_PORT = Option.port("ws-port", "port to listen on, 0 for any free one")
            .letter('P').from("LINKSOCKS_WEBSOCKET_PORT").orElse("8765");
    static final Option REVERSE = Option.toggle("reverse", "open the SOCKS5 port here and let providers reach the targets")
            .letter('r');
    static final Option CONNECTOR_TOKEN = Option.credential("connector-token", "TOKEN",
            "token that connectors must present; generated and printed when missing")
            .letter('c').confidential();
    static final Option ALLOW_SEALED = Option.toggle("allow-sealed",
            "let connectors ask for sealed targets, to which access rules of this server can't apply");
    static final Option CONNECTOR_AUTONOMY = Option.toggle("connector-autonomy",
            "let providers choose the tokens of their connectors").letter('a');
    static final Option SOCKS_NO_WAIT = Option.toggle("socks-nowait", "open the SOCKS5 port before a provider is there")
            .letter('i').alias("socks-no-wait");
    static final Option API_KEY = Option.text("api-key", "KEY",
            "serve the HTTP API to holders of this key; no token is generated then")
            .letter('k').confidential();
    static final Option CONNECTOR_WAIT_PROVIDER = Option.duration("connector-wait-provider",
            Duration.ZERO, Duration.ofHours(1), "how long a connector's request waits for a provider").orElse("5s");
    static final Option MAX_CLIENTS = Option.limit("max-clients", "maximum number of clients").orElse("10000");
    static final Option MAX_CHANNELS = Option.limit("max-channels", "maximum number of open channels on a WebSocket")
            .orElse("65536");
    static final Option DRAIN = Option.duration("drain", Duration.ZERO, Duration.ofDays(7),
            "how long connections go on after SIGTERM, while another server on the same port takes new ones").orElse("0");
    static final Option NODE_DIR = Option.text("node-dir", "DIR",
            "folder where servers of this host find each other, so that clients of one resume through another");
    static final Option TLS_CERT = Option.text("tls-cert", "FILE", "certificate chain in PEM form, to serve wss");
    static final Option TLS_KEY = Option.text("tls-key", "FILE", "private key of that certificate, in PEM form");
    static final Option CLIENT_CA = Option.text("client-ca", "FILE",
            "require client certificates from these authorities, in PEM form, beside the token or in its place");
    static final Option TRUSTED_PROXY = Option.list("trusted-proxy", "ADDR",
            "believe the client address that this proxy reports (repeatable)");
    static final Option PROXY_PROTOCOL = Option.toggle("proxy-protocol",
            "expect a header of the PROXY protocol, version 1 or 2, from each --trusted-proxy");

    private static final OptionTable TABLE = OptionTable.of(TOKEN, TOKEN_FILE, STATE_DIR, WS_HOST, WS_PORT, REVERSE)
            .with(CommonOptions.SOCKS).with(CONNECTOR_TOKEN, CONNECTOR_AUTONOMY, SOCKS_NO_WAIT, CommonOptions.FORWARD, API_KEY)
            .with(CommonOptions.BATCHING)
            .with(CommonOptions.UPSTREAM_PROXY, CommonOptions.FAST_OPEN, CONNECTOR_WAIT_PROVIDER, BALANCE,
                    MAX_CLIENTS, MAX_CHANNELS, CommonOptions.MAX_CONNECTIONS, CommonOptions.RESUME_TIMEOUT,
                    CommonOptions.HALF_CLOSED_TIMEOUT, DRAIN, NODE_DIR)
            .with(ClusterFlags.TABLE)
            .with(TLS_CERT, TLS_KEY, CLIENT_CA, TRUSTED_PROXY, PROXY_PROTOCOL, CommonOptions.METRICS, METRICS_BY_TOKEN)
            .with(CommonOptions.RULES).with(ALLOW_SEALED).with(CommonOptions.EXTENSIONS)
            .with(CommonOptions.COMMON).with(DirectOptions.SERVER);

    ServerCommand() {
        super("server", "accept clients and reach targets, or have providers reach them", TABLE,
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
    Service prepare(OptionValues values) throws UsageException {
        return new ServerService(build(values), values);
    }

    @Override
    List<ListeningPort> ports(OptionValues values) throws UsageException {
        List<ListeningPort> ports = new ArrayList<>(ListeningPort.metrics(values));
        ports.add(new ListeningPort(WS_PORT, values.text(WS_HOST), values.number(WS_PORT)));
        if (hasSocksPort(values)) {
            ports.add(ListeningPort.socks(values));
        }
        return ports;
    }

    private static LinkSocksServer build(OptionValues values) throws UsageException {
        LinkSocksServerBuilder builder = LinkSocksServer.builder()
                .port(values.number(WS_PORT))
                .wire(CommonOptions.wire(values))
                .maxChannels(values.number(MAX_CHANNELS))
                .maxConnections(values.number(CommonOptions.MAX_CONNECTIONS))
                .maxClients(values.number(MAX_CLIENTS))
                .dialRules(rules(values, !values.isOn(REVERSE)))
                .entryRules(rules(values, false))
                .denyRules(CommonOptions.denyRules(values))
                .denyPrivate(values.isOn(CommonOptions.DENY_PRIVATE))
                .allowSealed(values.isOn(ALLOW_SEALED))
                .proxyProtocol(proxyProtocol(values))
                .trustedProxies(values.list(TRUSTED_PROXY, AddressRange::parse))
                .tokenFile(values.file(TOKEN_FILE))
                .stateDirectory(values.file(STATE_DIR))
                .metricsByToken(values.isOn(METRICS_BY_TOKEN))
                .socksNoWait(values.isOn(SOCKS_NO_WAIT))
                .fastOpen(values.isOn(CommonOptions.FAST_OPEN))
                .metrics(CommonOptions.metrics(values))
                .reusePort(drains(values))
                .nodeDirectory(values.file(NODE_DIR))
                .cluster(ClusterFlags.settings(values))
                .connectorWaitProvider(values.duration(CONNECTOR_WAIT_PROVIDER));
        values.parse(WS_HOST, builder::host);
        values.parse(CommonOptions.SOCKS_HOST, builder::socksHost);
        values.parse(API_KEY, builder::apiKey);
        CommonOptions.passUpstreamProxy(values, builder::upstreamProxy);
        addTls(builder, values);
        return builder.build();
    }

    private static void addTls(LinkSocksServerBuilder builder, OptionValues values) throws UsageException {
        CommonOptions.passPair(values, TLS_CERT, TLS_KEY, builder::tls);
        if (values.isGiven(CLIENT_CA) && !values.isGiven(TLS_CERT)) {
            throw new UsageException(CLIENT_CA.spelled() + " needs " + TLS_CERT.spelled() + " and " + TLS_KEY.spelled());
        }
        builder.clientCa(values.file(CLIENT_CA));
    }

    /**
     * The rules for tokens that have none of their own: those of a file, or the one token of {@code --token} unless it is a
     * reverse one, which gets them itself. With an API key they would be hidden behind the rules that the API shows.
     *
     * @param dialling whether this side makes the connections of the token
     */
    private static AccessRules rules(OptionValues values, boolean dialling) throws UsageException {
        if (values.isGiven(API_KEY) && values.isGiven(CommonOptions.ACCESS_RULE)) {
            throw new UsageException("--access-rule does not go together with --api-key: set rules for all by"
                    + " PUT /api/config/access, or for a token when it is added");
        }
        return dialling || values.isGiven(TOKEN_FILE) ? CommonOptions.accessRules(values) : AccessRules.NONE;
    }

    private static boolean proxyProtocol(OptionValues values) throws UsageException {
        if (values.isOn(PROXY_PROTOCOL) && values.list(TRUSTED_PROXY).isEmpty()) {
            throw new UsageException(PROXY_PROTOCOL.spelled() + " needs the addresses of the balancers: "
                    + TRUSTED_PROXY.spelled());
        }
        return values.isOn(PROXY_PROTOCOL);
    }

    private static boolean drains(OptionValues values) {
        return !values.duration(DRAIN).isZero();
    }

    /** Whether a server with these options opens a SOCKS5 port at its start. */
    private static boolean hasSocksPort(OptionValues values) {
        return values.isOn(REVERSE) && !values.isOn(CONNECTOR_AUTONOMY) && !hasOtherTokens(values);
    }

    /** Whether tokens come from a file, a cluster or by the API, so that none is generated. */
    private static boolean hasOtherTokens(OptionValues values) {
        return values.text(TOKEN) == null
                && (values.isGiven(API_KEY) || values.isGiven(TOKEN_FILE) || values.isGiven(ClusterFlags.CLUSTER));
    }

    /** A server and the tokens that it starts with. */
    private static final class ServerService implements Service {
        private final LinkSocksServer server;
        private final OptionValues values;
        private final String token;
        private final String connectorToken;
        private final List<String> generated = new ArrayList<>();
        private final CountDownLatch closed = new CountDownLatch(1);

        ServerService(LinkSocksServer server, OptionValues values) {
            this.server = server;
            this.values = values;
            this.token = values.text(TOKEN);
            this.connectorToken = values.text(CONNECTOR_TOKEN);
        }

        /** With tokens of one kind only: a server that never starts opens no port. */
        @Override
        public void check() throws UsageException, IOException {
            CommonOptions.checkCredentials(values);
            reportIgnored();
            if (!hasOtherTokens(values)) {
                blaming(TOKEN, () -> server.addForwardToken(token));
            }
            if (hasSocksPort(values)) {
                blaming(CONNECTOR_TOKEN, () -> server.addForwardToken(connectorToken));
                withForwards(ReverseTokenOptions.builder());
            }
        }

        @Override
        public void checkFiles() throws IOException {
            server.checkFiles();
        }

        /** Returns the lines that tell the user the generated tokens and the commands for the other ends. */
        @Override
        public List<String> start() throws UsageException, IOException {
            CommonOptions.checkCredentials(values);
            reportIgnored();
            if (hasOtherTokens(values)) {
                server.start();
                return List.of();
            }
            List<String> tokens = addTokens();
            server.start();
            List<String> lines = new ArrayList<>(generated);
            if (CommonOptions.logFormat(values) == LogFormatter.Format.TEXT) {
                lines.addAll(commands(tokens));
            }
            return lines;
        }

        private void reportIgnored() {
            if (hasOtherTokens(values)) {
                values.reportIgnored("without --token tokens come "
                        + (values.isGiven(API_KEY) ? "by the HTTP API"
                                : values.isGiven(TOKEN_FILE) ? "from the file" : "from the cluster"),
                        List.of(REVERSE, CommonOptions.SOCKS_PORT, CONNECTOR_TOKEN, CONNECTOR_AUTONOMY,
                                CommonOptions.SOCKS_USERNAME, CommonOptions.SOCKS_PASSWORD, CommonOptions.FORWARD));
            } else if (!values.isOn(REVERSE)) {
                values.reportIgnored("without --reverse there is no SOCKS5 port here"
                                + (values.isGiven(CommonOptions.SOCKS_PORT) ? "; the port for clients is --ws-port" : ""),
                        CommonOptions.SOCKS.with(CONNECTOR_TOKEN, CONNECTOR_AUTONOMY, SOCKS_NO_WAIT, CommonOptions.FORWARD,
                                CommonOptions.FAST_OPEN, CONNECTOR_WAIT_PROVIDER, BALANCE).options());
            } else {
                values.reportIgnored("with --reverse the providers reach the targets", List.of(CommonOptions.UPSTREAM_PROXY));
                if (values.isOn(CONNECTOR_AUTONOMY)) {
                    values.reportIgnored("providers choose the tokens of their connectors",
                            CommonOptions.SOCKS.with(CONNECTOR_TOKEN, SOCKS_NO_WAIT, CommonOptions.FORWARD,
                                    CommonOptions.FAST_OPEN).options());
                }
            }
        }

        @Override
        public boolean printsTokens() {
            return !generated.isEmpty();
        }

        /** Returns the tokens added: the one of clients or providers, then the one of connectors, if there is one. */
        private List<String> addTokens() throws UsageException, IOException {
            if (!values.isOn(REVERSE)) {
                return List.of(addForward());
            }
            return values.isOn(CONNECTOR_AUTONOMY) ? List.of(addAutonomous()) : addReverse();
        }

        private List<String> commands(List<String> tokens) throws UsageException {
            PeerCommands peers = new PeerCommands(values, server.port());
            if (!values.isOn(REVERSE)) {
                return List.of(peers.line("client", TOKEN, tokens.getFirst()));
            }
            return values.isOn(CONNECTOR_AUTONOMY)
                    ? peers.autonomous(TOKEN, tokens.getFirst())
                    : List.of(peers.line("provider", TOKEN, tokens.getFirst()),
                            peers.line("connector", CONNECTOR_TOKEN, tokens.getLast()));
        }

        @Override
        public boolean drains() {
            return ServerCommand.drains(values);
        }

        @Override
        public void drain() {
            if (drains()) {
                try {
                    server.drain(values.duration(DRAIN));
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
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

        private String addForward() throws UsageException, IOException {
            return announce("Token", token, blaming(TOKEN, () -> server.addForwardToken(token)));
        }

        private String addAutonomous() throws UsageException, IOException {
            return addReverse(reverseToken().connectorAutonomy(true));
        }

        private List<String> addReverse() throws UsageException, IOException {
            ReverseTokenOptions.Builder withPort = reverseToken().port(values.number(CommonOptions.SOCKS_PORT)).credentials(
                    values.text(CommonOptions.SOCKS_USERNAME), values.text(CommonOptions.SOCKS_PASSWORD));
            String reverse = addReverse(withForwards(withPort));
            return List.of(reverse, announce("Connector token", connectorToken,
                    blaming(CONNECTOR_TOKEN, () -> server.addConnectorToken(connectorToken, reverse))));
        }

        private ReverseTokenOptions.Builder reverseToken() throws UsageException {
            return ReverseTokenOptions.builder().token(token).accessRules(CommonOptions.accessRules(values));
        }

        private ReverseTokenOptions.Builder withForwards(ReverseTokenOptions.Builder options) throws UsageException, IOException {
            return blaming(CommonOptions.FORWARD, () -> options.forwards(values.list(CommonOptions.FORWARD)));
        }

        private String addReverse(ReverseTokenOptions.Builder wanted) throws UsageException, IOException {
            String added = announce("Token", token, blaming(TOKEN, () -> server.addReverseToken(wanted.build()).token()));
            if (values.isGiven(BALANCE)) {
                server.changeToken(added, TokenSettings.builder().balance(Balance.parse(values.text(BALANCE))).build());
            }
            return added;
        }

        private <T> T blaming(Option option, Addition<T> addition) throws UsageException, IOException {
            try {
                return addition.add();
            } catch (IllegalArgumentException e) {
                throw values.blame(option, e.getMessage());
            }
        }

        private String announce(String what, String given, String added) {
            if (given == null) {
                generated.add(what + ": " + added);
            }
            return added;
        }

        @FunctionalInterface
        private interface Addition<T> {
            T add() throws IOException;
        }
    }
}
