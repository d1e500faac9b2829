package io.linksocks.cli;

import java.time.Duration;

/** The options of {@code linksocks server}. */
final class ServerFlags {
    static final Option TOKEN = Option.credential("token", 't', "TOKEN",
            "what clients must present; generated and printed when missing").from("LINKSOCKS_TOKEN").confidential();
    static final Option WS_HOST = Option.text("ws-host", 'H', "HOST", "address to listen on")
            .from("LINKSOCKS_WEBSOCKET_HOST").orElse("0.0.0.0");
    static final Option WS_PORT = Option.port("ws-port", 'P', "port to listen on, 0 for any free one")
            .from("LINKSOCKS_WEBSOCKET_PORT").orElse("8765");
    static final Option MAX_CHANNELS = limit("max-channels", "most channels open at once on one WebSocket")
            .orElse("65536");
    static final Option MAX_CLIENTS = limit("max-clients", "most clients at once").orElse("10000");
    static final Option TRUSTED_PROXY = Option.list("trusted-proxy", Option.NO_LETTER, "ADDR",
            "believe the client address that this proxy reports (repeatable)");
    static final Option TOKEN_FILE = Option.text("token-file", Option.NO_LETTER, "FILE",
            "tokens, one a line: forward TOKEN, reverse TOKEN [PORT], connector TOKEN REVERSE_TOKEN; read again when it"
                    + " changes");

    static final Option TLS_CERT = Option.text("tls-cert", Option.NO_LETTER, "FILE",
            "certificate chain in PEM form, to serve wss");
    static final Option TLS_KEY = Option.text("tls-key", Option.NO_LETTER, "FILE",
            "private key of that certificate, in PEM form");

    static final Option REVERSE = Option.toggle("reverse", 'r',
            "put the SOCKS5 port here and let providers reach the targets");
    static final Option CONNECTOR_TOKEN = Option.credential("connector-token", 'c', "TOKEN",
            "what connectors must present; generated and printed when missing").from("LINKSOCKS_CONNECTOR_TOKEN")
            .confidential();
    static final Option CONNECTOR_AUTONOMY = Option.toggle("connector-autonomy", 'a',
            "let providers choose the tokens of their connectors").from("LINKSOCKS_CONNECTOR_AUTONOMY");
    static final Option SOCKS_NO_WAIT = Option.toggle("socks-nowait", 'i',
            "open the SOCKS5 port before a provider is there").alias("socks-no-wait");
    static final Option API_KEY = Option.text("api-key", 'k', "KEY",
            "offer the HTTP API to whoever presents this key; makes up no token").from("LINKSOCKS_API_KEY")
            .confidential();
    static final Option CONNECTOR_WAIT_PROVIDER = Option.duration("connector-wait-provider",
            Duration.ZERO, Duration.ofHours(1), "how long a connector's request waits for a provider").orElse("5s");

    private static final OptionTable TABLE = OptionTable.of(
            TOKEN,
            TOKEN_FILE,
            WS_HOST,
            WS_PORT,
            REVERSE,
            CommonOptions.SOCKS_HOST,
            CommonOptions.SOCKS_PORT,
            CONNECTOR_TOKEN,
            CONNECTOR_AUTONOMY,
            CommonOptions.SOCKS_USERNAME,
            CommonOptions.SOCKS_PASSWORD,
            SOCKS_NO_WAIT,
            CommonOptions.FORWARD,
            API_KEY,
            CommonOptions.BUFFER_SIZE,
            CommonOptions.COMPRESSION_THRESHOLD,
            CommonOptions.NO_DYNAMIC_BATCHING,
            CommonOptions.BATCH_TIME,
            CommonOptions.UPSTREAM_PROXY,
            CommonOptions.FAST_OPEN,
            CONNECTOR_WAIT_PROVIDER,
            MAX_CLIENTS,
            MAX_CHANNELS,
            CommonOptions.MAX_CONNECTIONS,
            CommonOptions.RESUME_TIMEOUT,
            CommonOptions.HALF_CLOSED_TIMEOUT,
            TLS_CERT,
            TLS_KEY,
            TRUSTED_PROXY,
            CommonOptions.METRICS,
            CommonOptions.ACCESS_RULE,
            CommonOptions.DENY_RULE,
            CommonOptions.DENY_PRIVATE)
            .with(CommonOptions.extensions()).with(CommonOptions.common()).with(DirectOptions.SERVER);

    private ServerFlags() {}

    static OptionTable table() {
        return TABLE;
    }

    private static Option limit(String name, String help) {
        return Option.number(name, Option.NO_LETTER, 1, Integer.MAX_VALUE, help);
    }
}
