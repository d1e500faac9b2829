package io.linksocks.cli;

import io.linksocks.access.AccessRule;
import io.linksocks.access.AccessRules;
import io.linksocks.access.DenyRule;
import io.linksocks.util.Authority;
import io.linksocks.wire.WireSettings;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** Options that mean the same in several commands. */
final class CommonOptions {
    static final Option DEBUG = Option.of("debug", new ValueType.Count(), "",
            "log more; twice (-dd) for every message and for stack traces").letter('d');
    static final Option LOG_FORMAT = Option.choice("log-format", "FORMAT", List.of("text", "json"),
            "form of the log: text for people, json for programs").orElse("text");
    static final Option HELP = Option.toggle("help", "show this page").letter('h').onlyAsFlag();
    /** The end of every table. */
    static final OptionTable COMMON = OptionTable.of(DEBUG, LOG_FORMAT, HELP);

    static final Option SOCKS_HOST = Option.text("socks-host", "HOST", "address of the SOCKS5 port")
            .letter('s').orElse("127.0.0.1");
    static final Option SOCKS_PORT = Option.port("socks-port",
            "SOCKS5 port, which speaks SOCKS4 and HTTP too, 0 for any free one")
            .letter('p').orElse("9870");
    static final Option SOCKS_USERNAME = Option.credential("socks-username", "NAME",
            "user name that the SOCKS5 port asks for").letter('n');
    static final Option SOCKS_PASSWORD = Option.credential("socks-password", "PASSWORD",
            "password that the SOCKS5 port asks for").letter('w').confidential();
    static final OptionTable SOCKS = OptionTable.of(SOCKS_HOST, SOCKS_PORT, SOCKS_USERNAME, SOCKS_PASSWORD);
    static final Option FORWARD = Option.list("forward", "[udp/][ADDR:]PORT:HOST:PORT[,proxy=v2]",
            "open a further port that leads to this target, like ssh -L and -R; with ,proxy=v2 the target gets the client's"
                    + " address in a header of the PROXY protocol (repeatable)");

    static final Option BUFFER_SIZE = Option.number("buffer-size", 1024, 16 << 20,
            "largest batch in bytes that becomes one message").letter('b').orElse("1048576");
    static final Option COMPRESSION_THRESHOLD = Option.of("compression-threshold", new ValueType.Size(1, 16 << 20),
            "SIZE|off", "compress batches of at least this size, such as 65536 or 64KiB, if that makes them smaller")
            .orElse("512KiB");
    static final Option NO_DYNAMIC_BATCHING = Option.toggle("no-dynamic-batching",
            "send every read at once instead of batching fast streams");
    static final Option BATCH_TIME = Option.of("batch-time", new ValueType.PeriodRange(Duration.ofSeconds(10)), "MIN-MAX",
            "shortest and longest time that a batch of a fast stream may grow").orElse("20ms-500ms");
    static final OptionTable BATCHING = OptionTable.of(BUFFER_SIZE, COMPRESSION_THRESHOLD, NO_DYNAMIC_BATCHING, BATCH_TIME);

    static final Option UPSTREAM_PROXY = Option.text("upstream-proxy", "URL",
            "reach targets through this proxy: socks5://[user:password@]host[:port] or http://...")
            .letter('x').confidential();
    static final Option FAST_OPEN = Option.toggle("fast-open",
            "report success before the target is reached, which saves a round trip")
            .letter('f').from("LINKSOCKS_FASTOPEN");
    static final Option RESUME_TIMEOUT = Option.duration("resume-timeout", Duration.ZERO, Duration.ofDays(1),
            "how long channels survive without a connection; 0 turns this off").orElse("60s");
    static final Option HALF_CLOSED_TIMEOUT = Option.duration("half-closed-timeout", Duration.ofSeconds(1), Duration.ofDays(1),
            "close a half-closed connection when its other direction is silent for this long").orElse("10m");
    static final Option MAX_CONNECTIONS = Option.limit("max-connections", "maximum number of connections to a port")
            .orElse("20000");
    static final Option METRICS = Option.text("metrics", "[HOST:]PORT",
            "show metrics for Prometheus at /metrics of this port, without a key; HOST is 127.0.0.1 when missing");

    static final Option NO_RESUME = Option.toggle("no-resume", "end channels when the connection is lost");
    static final Option NO_FLOW = Option.toggle("no-flow", "no flow control per channel: a slow reader stalls the others");
    static final Option NO_FIN = Option.toggle("no-fin", "no half-close: the end of one direction ends both");
    static final Option NO_FAIR = Option.toggle("no-fair", "no limit on data sent ahead of acknowledgements");
    /** What can be switched off between peers that know the protocol's extensions. */
    static final OptionTable EXTENSIONS = OptionTable.of(NO_RESUME, NO_FLOW, NO_FIN, NO_FAIR);

    static final Option ACCESS_RULE = Option.list("access-rule", "ADDR:PORT",
            "allow only such targets, for example 192.168.1.0/24:22 (repeatable)");
    static final Option DENY_RULE = Option.list("deny-rule", "ADDR:PORT",
            "refuse such targets, also *.domain (repeatable; checked first)");
    static final Option DENY_PRIVATE = Option.toggle("deny-private", "refuse loopback, private and link-local targets");
    static final OptionTable RULES = OptionTable.of(ACCESS_RULE, DENY_RULE, DENY_PRIVATE);

    private CommonOptions() {}

    static AccessRules accessRules(OptionValues values) throws UsageException {
        return new AccessRules(values.list(ACCESS_RULE, AccessRule::parse));
    }

    static List<DenyRule> denyRules(OptionValues values) throws UsageException {
        return values.list(DENY_RULE, DenyRule::parse);
    }

    /** The address for metrics; null when there is none. */
    static InetSocketAddress metrics(OptionValues values) throws UsageException {
        return values.text(METRICS) == null ? null : values.parse(METRICS, ListeningPort::parse);
    }

    static WireSettings wire(OptionValues values) {
        return WireSettings.builder()
                .resumeTimeout(values.duration(RESUME_TIMEOUT))
                .halfClosedTimeout(values.duration(HALF_CLOSED_TIMEOUT))
                .resume(!values.isOn(NO_RESUME))
                .flowControl(!values.isOn(NO_FLOW))
                .halfClose(!values.isOn(NO_FIN))
                .fairness(!values.isOn(NO_FAIR))
                .bufferSize(values.number(BUFFER_SIZE))
                .compressionThreshold(values.number(COMPRESSION_THRESHOLD))
                .dynamicBatching(!values.isOn(NO_DYNAMIC_BATCHING))
                .batchingTimeLimits(values.durations(BATCH_TIME).min(),
                        values.durations(BATCH_TIME).max())
                .build();
    }

    /** Passes two files that belong together to the builder, if they are given. */
    static void passPair(OptionValues values, Option first, Option second, BiConsumer<Path, Path> builder) throws UsageException {
        if (values.isGiven(first) != values.isGiven(second)) {
            throw new UsageException(first.spelled() + " and " + second.spelled() + " go together");
        }
        if (values.isGiven(first)) {
            builder.accept(values.file(first), values.file(second));
        }
    }

    static void passUpstreamProxy(OptionValues values, Consumer<URI> builder) throws UsageException {
        passProxy(UPSTREAM_PROXY, values, builder, "socks5://user:password@127.0.0.1:1080");
    }

    /** Passes a proxy to the builder, if there is one; an error never repeats its password. */
    static void passProxy(Option option, OptionValues values, Consumer<URI> builder, String example) throws UsageException {
        String text = values.text(option);
        try {
            if (text != null) {
                builder.accept(Authority.url(text));
            }
        } catch (URISyntaxException e) {
            throw values.blame(option, "no URL of a proxy: " + e.getReason() + "; write it like "
                    + example + ", with special characters percent-encoded");
        } catch (IllegalArgumentException e) {
            throw values.blame(option, e.getMessage());
        }
    }

    /** @throws UsageException when only one of the two is there */
    static void checkCredentials(OptionValues values) throws UsageException {
        if ((values.text(SOCKS_USERNAME) == null) != (values.text(SOCKS_PASSWORD) == null)) {
            throw new UsageException("--socks-username and --socks-password (LINKSOCKS_SOCKS_PASSWORD) go together");
        }
    }

    static LogFormatter.Format logFormat(OptionValues values) {
        return "json".equals(values.text(LOG_FORMAT)) ? LogFormatter.Format.JSON : LogFormatter.Format.TEXT;
    }

    /**
     * Sets up the log, and checks the options that are without effect.
     *
     * @param verbosity as in {@link LogHandler#install}, when {@link #DEBUG} is not given
     */
    static void startLog(OptionTable table, OptionValues values, Terminal terminal, int verbosity) throws UsageException {
        LogFormatter.Format format = logFormat(values);
        LogHandler.install(terminal.err(), values.isGiven(DEBUG) ? values.count(DEBUG) : verbosity,
                format == LogFormatter.Format.TEXT && terminal.hasColor() ? LogFormatter.Format.COLOR : format);
        DirectOptions.check(table, values);
    }
}
