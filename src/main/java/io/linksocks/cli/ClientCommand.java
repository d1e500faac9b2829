package io.linksocks.cli;

import io.linksocks.client.ClientStatus;
import io.linksocks.client.LinkSocksClient;
import io.linksocks.client.LinkSocksClientBuilder;
import io.linksocks.util.Authority;
import io.linksocks.util.Endpoint;
import io.linksocks.util.Reason;
import io.linksocks.util.TextFile;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code linksocks client}, {@code provider} and {@code connector}: a connector is a client whose token leads to a
 * provider, and a provider is a client in reverse.
 */
final class ClientCommand extends ServiceCommand {
    static final Option TOKEN = Option.of("token", new ValueType.Token(), "TOKEN[#SECRET]",
            "token that the server requires; the secret seals channels end to end and stays here")
            .letter('t').confidential();
    static final Option TOKEN_FILE = Option.text("token-file", "FILE", "take the token from the first line of this file");
    static final Option URL = Option.list("url", "URL",
            "server: ws://, wss:// or just a host for wss (repeatable: the next is tried when one fails)")
            .letter('u').orElse("ws://localhost:8765");
    static final Option REVERSE = Option.toggle("reverse", "be a provider: reach targets from here").letter('r');
    static final Option CONNECTOR_TOKEN = Option.of("connector-token", new ValueType.Token(), "TOKEN[#SECRET]",
            "as a provider, the token of its connectors, where the server leaves it to providers")
            .letter('c').confidential();
    static final Option SOCKS_NO_WAIT = Option.toggle("socks-no-wait", "open the SOCKS5 port before the server is reached")
            .letter('i').alias("socks-nowait");
    static final Option NO_RECONNECT = Option.toggle("no-reconnect", "exit when no connection can be made, or it is lost")
            .letter('R');
    /** Not zero: an unreachable server would be dialled without a pause. */
    static final Option RECONNECT_DELAY = Option.duration("reconnect-delay", Duration.ofMillis(100), Duration.ofHours(1),
            "pause between connection attempts after a few shorter ones; it grows").orElse("5s");
    static final Option RETRY_AUTH = Option.toggle("retry-auth", "retry even when the server refuses the token");
    static final Option STDIO = Option.text("stdio", "HOST:PORT",
            "connect standard input and output with this target, as for ssh's ProxyCommand, and open no port");
    static final Option STANDBY = Option.toggle("standby", "keep a second WebSocket ready to take the place of a lost one");
    static final Option THREADS = Option.number("threads", 1, 64, "WebSockets to spread the traffic over")
            .letter('T').orElse("1");
    static final Option NO_ENV_PROXY = Option.toggle("no-env-proxy", "ignore http_proxy, https_proxy and no_proxy").letter('E');
    static final Option PROXY = Option.text("proxy", "URL",
            "reach the server through this HTTP proxy: http://[user:password@]host[:port]").confidential();
    static final Option HEADER = Option.list("header", "'NAME: VALUE'",
            "send this header with the WebSocket request (repeatable)").confidential();
    static final Option SNI = Option.text("sni", "NAME",
            "ask for this name in the TLS handshake and expect it in the certificate");
    static final Option CA = Option.text("ca", "FILE", "trust these certificates, in PEM form, instead of the system's");
    static final Option CERT = Option.text("cert", "FILE",
            "certificate chain of this client, in PEM form, for a server with --client-ca");
    static final Option KEY = Option.text("key", "FILE", "private key of that certificate, in PEM form");
    static final Option INSECURE = Option.toggle("insecure", "trust any certificate");

    static final OptionTable TABLE = OptionTable.of(TOKEN, TOKEN_FILE, URL, REVERSE, CONNECTOR_TOKEN)
            .with(CommonOptions.SOCKS).with(SOCKS_NO_WAIT, CommonOptions.FORWARD, STDIO, NO_RECONNECT, RECONNECT_DELAY,
                    CommonOptions.RESUME_TIMEOUT, CommonOptions.HALF_CLOSED_TIMEOUT, RETRY_AUTH, STANDBY, THREADS)
            .with(CommonOptions.BATCHING).with(CommonOptions.UPSTREAM_PROXY, CommonOptions.FAST_OPEN, NO_ENV_PROXY, PROXY,
                    HEADER, SNI, CA, INSECURE, CERT, KEY, CommonOptions.METRICS, CommonOptions.MAX_CONNECTIONS)
            .with(CommonOptions.RULES).with(CommonOptions.EXTENSIONS).with(CommonOptions.COMMON).with(DirectOptions.CLIENT);

    private static final OptionTable ONLY_OF_PROVIDERS = OptionTable.of(CONNECTOR_TOKEN, CommonOptions.UPSTREAM_PROXY);
    private static final OptionTable NOT_OF_PROVIDERS =
            CommonOptions.SOCKS.with(SOCKS_NO_WAIT, CommonOptions.FORWARD, STDIO, CommonOptions.FAST_OPEN);
    private static final String PROVIDER = "provider";
    private static final String CONNECTOR = "connector";
    /** Only the first line counts. */
    private static final int MAX_TOKEN_FILE = 1 << 20;
    /** A name (RFC 9110, section 5.6.2), a colon and a value. */
    private static final Pattern HEADER_FORM = Pattern.compile("([!#$%&'*+.^_`|~0-9A-Za-z-]+):(.*)");

    private ClientCommand(String name, String summary, String... examples) {
        super(name, summary, TABLE, examples);
    }

    static ClientCommand client() {
        return new ClientCommand("client", "open a SOCKS5 port whose connections the server makes",
                "linksocks client -t my-token -u ws://server.example:8765",
                "linksocks client -t my-token -u server.example -p 1080 -n alice -w secret",
                "curl --socks5-hostname 127.0.0.1:9870 https://example.com/",
                "ssh -o 'ProxyCommand linksocks client -u server.example --stdio %h:%p' host");
    }

    static ClientCommand connector() {
        return new ClientCommand(CONNECTOR, "open a SOCKS5 port whose connections a provider makes",
                "linksocks connector -t connector-token -u ws://server.example:8765 -p 1180",
                "linksocks connector -t 'connector-token#SECRET' -u relay.example");
    }

    static ClientCommand provider() {
        return new ClientCommand(PROVIDER, "reach targets for a server or for connectors",
                "linksocks provider -t my-token -u ws://server.example:8765",
                "linksocks provider -t my-token -c connector-token -u ws://server.example:8765",
                "linksocks provider -t my-token -c 'home#SECRET' -u relay.example");
    }

    /** {@code client} has all of them, because with -r it is a provider. */
    @Override
    OptionTable helpTable() {
        return switch (name()) {
            case PROVIDER -> TABLE.without(NOT_OF_PROVIDERS.with(REVERSE));
            case CONNECTOR -> TABLE.without(ONLY_OF_PROVIDERS.with(REVERSE));
            default -> TABLE;
        };
    }

    @Override
    Service prepare(OptionValues values) throws UsageException, IOException {
        LinkSocksClient client = builder(values).build();
        return hasStdio(values)
                ? new StdioService(client, values.parse(STDIO, ClientCommand::target))
                : new ClientService(client, values.number(THREADS));
    }

    /** The standard error of ssh is for what concerns the user. */
    @Override
    int verbosity(OptionValues values) {
        return hasStdio(values) ? LogHandler.QUIET : super.verbosity(values);
    }

    private boolean hasStdio(OptionValues values) {
        return values.text(STDIO) != null && !isProvider(values);
    }

    private static Endpoint target(String text) {
        Authority target = Authority.parse(text);
        if (target.user() != null || target.port() == 0) {
            throw new IllegalArgumentException("the value is not of the form HOST:PORT");
        }
        return target.endpoint(0);
    }

    /** A provider has no SOCKS5 port. */
    @Override
    List<ListeningPort> ports(OptionValues values) throws UsageException {
        List<ListeningPort> ports = new ArrayList<>(ListeningPort.metrics(values));
        if (!isProvider(values) && !hasStdio(values)) {
            ports.add(ListeningPort.socks(values));
        }
        return ports;
    }

    private boolean isProvider(OptionValues values) {
        return name().equals(PROVIDER) || values.isOn(REVERSE);
    }

    LinkSocksClientBuilder builder(OptionValues values) throws UsageException, IOException {
        LinkSocksClientBuilder builder = LinkSocksClient.builder()
                .socksPort(values.number(CommonOptions.SOCKS_PORT))
                .socksNoWait(values.isOn(SOCKS_NO_WAIT))
                .reconnect(!values.isOn(NO_RECONNECT))
                .reconnectDelay(values.duration(RECONNECT_DELAY))
                .wire(CommonOptions.wire(values))
                .maxConnections(values.number(CommonOptions.MAX_CONNECTIONS))
                .accessRules(CommonOptions.accessRules(values))
                .denyRules(CommonOptions.denyRules(values))
                .denyPrivate(values.isOn(CommonOptions.DENY_PRIVATE))
                .standby(values.isOn(STANDBY))
                .retryAuth(values.isOn(RETRY_AUTH))
                .metrics(CommonOptions.metrics(values))
                .threads(values.number(THREADS))
                .fastOpen(values.isOn(CommonOptions.FAST_OPEN))
                .environmentProxy(!values.isOn(NO_ENV_PROXY));
        values.parse(CommonOptions.SOCKS_HOST, builder::socksHost);
        String token = token(values);
        if (token != null) {
            builder.token(token);
        }
        CommonOptions.checkCredentials(values);
        builder.socksCredentials(values.text(CommonOptions.SOCKS_USERNAME), values.text(CommonOptions.SOCKS_PASSWORD));
        CommonOptions.passUpstreamProxy(values, builder::upstreamProxy);
        CommonOptions.passProxy(PROXY, values, builder::proxy, "http://user:password@127.0.0.1:8080");
        addRole(builder, values);
        values.list(URL, builder::url);
        addTls(builder, values);
        values.list(HEADER, header -> addHeader(builder, header));
        return builder;
    }

    /** The token from a flag, a file or the environment; null when there is none. */
    private static String token(OptionValues values) throws UsageException, IOException {
        Path file = values.file(TOKEN_FILE);
        if (file == null) {
            return values.text(TOKEN);
        }
        if (!values.isGiven(TOKEN) || values.isFromEnvironment(TOKEN)) {
            return firstLine(file);
        }
        if (values.isFromEnvironment(TOKEN_FILE)) {
            return values.text(TOKEN);
        }
        throw new UsageException(values.origin(TOKEN) + " and " + TOKEN_FILE.spelled() + " exclude each other");
    }

    private static String firstLine(Path file) throws IOException {
        String token;
        try {
            token = new TextFile(file, MAX_TOKEN_FILE).read().lines().findFirst().orElse("").strip();
        } catch (IOException e) {
            throw new IOException(file + ": " + Reason.of(e), e);
        }
        if (token.isEmpty()) {
            throw new IOException(file + ": no token in its first line");
        }
        try {
            return (String) TOKEN.type().read(token, null);
        } catch (UsageException e) {
            throw new IOException(file + ": the token in its first line " + e.getMessage());
        }
    }

    private static void addTls(LinkSocksClientBuilder builder, OptionValues values) throws UsageException {
        builder.insecure(values.isOn(INSECURE)).ca(values.file(CA));
        CommonOptions.passPair(values, CERT, KEY, builder::certificate);
        try {
            builder.sni(values.text(SNI));
        } catch (IllegalArgumentException e) {
            throw values.blame(SNI, "the value is no host name");
        }
    }

    private void addRole(LinkSocksClientBuilder builder, OptionValues values) throws UsageException {
        if (!isProvider(values)) {
            values.reportIgnored("this is no provider", ONLY_OF_PROVIDERS.options());
            if (hasStdio(values) && !values.list(CommonOptions.FORWARD).isEmpty()) {
                throw new UsageException(STDIO.spelled() + " and " + CommonOptions.FORWARD.spelled() + " exclude each other");
            }
            builder.socks(!hasStdio(values));
            values.list(CommonOptions.FORWARD, builder::forward);
            return;
        }
        builder.provider();
        if (values.text(CONNECTOR_TOKEN) != null) {
            values.parse(CONNECTOR_TOKEN, builder::connectorToken);
        }
        values.reportIgnored("a provider has no SOCKS5 port", NOT_OF_PROVIDERS.options());
    }

    private static LinkSocksClientBuilder addHeader(LinkSocksClientBuilder builder, String header) {
        Matcher parts = HEADER_FORM.matcher(header);
        if (!parts.matches() || !OneLine.of(header).equals(header)) {
            throw new IllegalArgumentException("the value is not of the form 'Name: value'");
        }
        return builder.header(parts.group(1), parts.group(2).strip());
    }

    /** A client, provider or connector. */
    private record ClientService(LinkSocksClient client, int webSockets) implements Service {
        @Override
        public void checkFiles() throws IOException {
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
        public ClientStatus status() {
            return client.status();
        }

        @Override
        public void close() {
            client.close();
        }
    }
}
