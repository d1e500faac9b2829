package io.linksocks.cli;

import java.time.Duration;

/** The options of {@code linksocks client}, {@code provider} and {@code connector}. */
final class ClientFlags {
    static final Option TOKEN = Option.credential("token", 't', "TOKEN", "what the server asks for")
            .from("LINKSOCKS_TOKEN").confidential();
    static final Option TOKEN_FILE = Option.text("token-file", Option.NO_LETTER, "FILE",
            "take the token from the first line of this file");
    static final Option URL = Option.list("url", 'u', "URL",
            "server: ws://, wss:// or just a host for wss (repeatable: the next is tried when one fails)")
            .from("LINKSOCKS_URL").orElse("ws://localhost:8765");
    static final Option REVERSE = Option.toggle("reverse", 'r', "be a provider: reach targets from here");
    static final Option CONNECTOR_TOKEN = Option.credential("connector-token", 'c', "TOKEN",
            "as a provider, the token of its connectors, where the server leaves it to providers")
            .from("LINKSOCKS_CONNECTOR_TOKEN").confidential();
    static final Option SOCKS_NO_WAIT = Option.toggle("socks-no-wait", 'i',
            "open the SOCKS5 port before the server is reached").alias("socks-nowait");
    static final Option NO_RECONNECT = Option.toggle("no-reconnect", 'R', "end when no connection can be made, or it is lost");
    /** Not zero: an unreachable server would be dialled without a pause. */
    static final Option RECONNECT_DELAY = Option.duration("reconnect-delay",
            Duration.ofMillis(100), Duration.ofHours(1), "first pause between attempts to connect; it grows")
            .orElse("5s");
    static final Option RETRY_AUTH = Option.toggle("retry-auth", Option.NO_LETTER,
            "go on trying when the server refuses the token").from("LINKSOCKS_RETRY_AUTH");
    static final Option THREADS = Option.number("threads", 'T', 1, 64, "WebSockets to spread the traffic over")
            .orElse("1");
    static final Option NO_ENV_PROXY = Option.toggle("no-env-proxy", 'E',
            "ignore http_proxy, https_proxy and no_proxy");
    static final Option PROXY = Option.text("proxy", Option.NO_LETTER, "URL",
            "reach the server through this HTTP proxy: http://[user:password@]host[:port]").confidential();
    static final Option HEADER = Option.list("header", Option.NO_LETTER, "'NAME: VALUE'",
            "send this header with the WebSocket request (repeatable)").confidential();
    static final Option SNI = Option.text("sni", Option.NO_LETTER, "NAME",
            "ask for this name in the TLS handshake and expect it in the certificate");
    static final Option CA = Option.text("ca", Option.NO_LETTER, "FILE",
            "trust these certificates, in PEM form, instead of the system's");
    static final Option INSECURE = Option.toggle("insecure", Option.NO_LETTER, "trust any certificate");

    private static final OptionTable TABLE = OptionTable.of(
            TOKEN,
            TOKEN_FILE,
            URL,
            REVERSE,
            CONNECTOR_TOKEN,
            CommonOptions.SOCKS_HOST,
            CommonOptions.SOCKS_PORT,
            CommonOptions.SOCKS_USERNAME,
            CommonOptions.SOCKS_PASSWORD,
            SOCKS_NO_WAIT,
            CommonOptions.FORWARD,
            NO_RECONNECT,
            RECONNECT_DELAY,
            CommonOptions.RESUME_TIMEOUT,
            CommonOptions.HALF_CLOSED_TIMEOUT,
            RETRY_AUTH,
            THREADS,
            CommonOptions.BUFFER_SIZE,
            CommonOptions.COMPRESSION_THRESHOLD,
            CommonOptions.NO_DYNAMIC_BATCHING,
            CommonOptions.BATCH_TIME,
            CommonOptions.UPSTREAM_PROXY,
            CommonOptions.FAST_OPEN,
            NO_ENV_PROXY,
            PROXY,
            HEADER,
            SNI,
            CA,
            INSECURE,
            CommonOptions.METRICS,
            CommonOptions.MAX_CONNECTIONS,
            CommonOptions.ACCESS_RULE,
            CommonOptions.DENY_RULE,
            CommonOptions.DENY_PRIVATE)
            .with(CommonOptions.extensions()).with(CommonOptions.common()).with(DirectOptions.CLIENT);

    private ClientFlags() {}

    static OptionTable table() {
        return TABLE;
    }
}
