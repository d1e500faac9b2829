package io.linksocks.cli;

import io.linksocks.access.AccessRule;
import io.linksocks.access.AccessRules;
import io.linksocks.access.DenyRule;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/** Options that mean the same in several commands. */
final class CommonOptions {
    static final Option DEBUG = Option.of("debug", 'd', new ValueType.Count(), "",
            "log more; twice (-dd) for every message and for stack traces");
    static final Option LOG_FORMAT = Option.of("log-format", Option.NO_LETTER,
            new ValueType.Choice(List.of("text", "json")), "FORMAT", "form of the log: text for people, json for programs")
            .orElse("text");
    static final Option HELP = Option.toggle("help", 'h', "show this page");

    static final Option SOCKS_HOST = Option.text("socks-host", 's', "HOST", "address of the SOCKS5 port")
            .from("LINKSOCKS_SOCKS_HOST").orElse("127.0.0.1");
    static final Option SOCKS_PORT = Option.port("socks-port", 'p',
            "SOCKS5 port, which speaks SOCKS4 and HTTP too, 0 for any free one").from("LINKSOCKS_SOCKS_PORT").orElse("9870");
    static final Option SOCKS_USERNAME = Option.credential("socks-username", 'n', "NAME",
            "user name that the SOCKS5 port asks for").from("LINKSOCKS_SOCKS_USERNAME");
    static final Option SOCKS_PASSWORD = Option.credential("socks-password", 'w', "PASSWORD",
            "password that the SOCKS5 port asks for").from("LINKSOCKS_SOCKS_PASSWORD").confidential();
    static final Option FORWARD = Option.list("forward", Option.NO_LETTER, "[udp/][ADDR:]PORT:HOST:PORT",
            "open a port with the SOCKS5 port that leads to this target, like ssh -L and -R (repeatable)");
    static final Option BUFFER_SIZE = Option.number("buffer-size", 'b', 1024, 16 << 20,
            "largest batch in bytes that becomes one message").orElse("1048576");
    static final Option COMPRESSION_THRESHOLD = Option.of("compression-threshold", Option.NO_LETTER,
            new ValueType.Size(1, 16 << 20), "SIZE|off",
            "compress batches of so many bytes or more, as in 65536 or 64KiB, if that makes them smaller; off for none")
            .orElse("512KiB");
    static final Option NO_DYNAMIC_BATCHING = Option.toggle("no-dynamic-batching", Option.NO_LETTER,
            "send every read at once instead of gathering what a fast stream has");
    static final Option BATCH_TIME = Option.of("batch-time", Option.NO_LETTER,
            new ValueType.PeriodRange(Duration.ofSeconds(10)), "MIN-MAX",
            "how long a batch of a fast stream may grow, from the first to the second").orElse("20ms-500ms");
    static final Option FAST_OPEN = Option.toggle("fast-open", 'f',
            "report success before the target is reached, which saves a round trip").from("LINKSOCKS_FASTOPEN");
    static final Option UPSTREAM_PROXY = Option.text("upstream-proxy", 'x', "URL",
            "reach targets through this proxy: socks5://[user:password@]host[:port] or http://...")
            .from("LINKSOCKS_UPSTREAM_PROXY").confidential();
    static final Option RESUME_TIMEOUT = Option.duration("resume-timeout", Duration.ZERO, Duration.ofDays(1),
            "keep channels alive so long without a connection; 0 turns this off").orElse("60s");
    static final Option HALF_CLOSED_TIMEOUT = Option.duration("half-closed-timeout", Duration.ofSeconds(1), Duration.ofDays(1),
            "close a connection of which one direction has ended when the other is silent for so long").orElse("10m");
    static final Option NO_RESUME = Option.toggle("no-resume", Option.NO_LETTER,
            "end channels when the connection is lost");
    static final Option NO_FLOW = Option.toggle("no-flow", Option.NO_LETTER,
            "no credit per channel: a slow reader holds up the others");
    static final Option NO_FIN = Option.toggle("no-fin", Option.NO_LETTER,
            "no half-close: the end of one direction ends both");
    static final Option NO_FAIR = Option.toggle("no-fair", Option.NO_LETTER,
            "no limit to what is sent ahead of acknowledgements");
    static final Option ACCESS_RULE = Option.list("access-rule", Option.NO_LETTER, "ADDR:PORT",
            "allow only such targets, for example 192.168.1.0/24:22 (repeatable)");
    static final Option DENY_RULE = Option.list("deny-rule", Option.NO_LETTER, "ADDR:PORT",
            "refuse such targets, also *.domain (repeatable; checked first)");
    static final Option DENY_PRIVATE = Option.toggle("deny-private", Option.NO_LETTER,
            "refuse loopback, private and link-local targets");
    static final Option MAX_CONNECTIONS = Option.number("max-connections", Option.NO_LETTER, 1, Integer.MAX_VALUE,
            "most connections to a port at once").orElse("20000");

    static final Option METRICS = Option.text("metrics", Option.NO_LETTER, "[HOST:]PORT",
            "show metrics for Prometheus at /metrics of this port, without a key; HOST is 127.0.0.1 when missing");

    private static final String LOOPBACK = "127.0.0.1";

    private CommonOptions() {}

    static AccessRules accessRules(OptionValues values) throws UsageException {
        return new AccessRules(values.list(ACCESS_RULE, AccessRule::parse));
    }

    static List<DenyRule> denyRules(OptionValues values) throws UsageException {
        return values.list(DENY_RULE, DenyRule::parse);
    }

    /** Where metrics are wanted; null when nowhere. */
    static InetSocketAddress metrics(OptionValues values) throws UsageException {
        String text = values.text(METRICS);
        return text == null ? null : OptionValues.blaming(METRICS, text, value -> PortText.parse(value, LOOPBACK));
    }

    /** What can be switched off between peers that know the protocol's extensions. */
    static OptionTable extensions() {
        return OptionTable.of(NO_RESUME, NO_FLOW, NO_FIN, NO_FAIR);
    }

    static void passUpstreamProxy(OptionValues values, Consumer<URI> builder) throws UsageException {
        passProxy(UPSTREAM_PROXY, values, builder, "socks5://user:password@127.0.0.1:1080");
    }

    /** Hands a proxy on, if there is one; its password stays out of the message when it is wrong. */
    static void passProxy(Option option, OptionValues values, Consumer<URI> builder, String example)
            throws UsageException {
        String text = values.text(option);
        try {
            if (text != null) {
                builder.accept(new URI(text));
            }
        } catch (URISyntaxException e) {
            throw values.blame(option, "no URL of a proxy (" + e.getReason().toLowerCase(Locale.ROOT) + "); write it like "
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

    /** The end of every table. */
    static OptionTable common() {
        return OptionTable.of(DEBUG, LOG_FORMAT, HELP);
    }

    /**
     * Sets up the log, and logs the options that are without effect.
     *
     * @param verbosity as in {@link LogHandler#install}, when {@link #DEBUG} is not given
     */
    static void startLog(OptionTable table, OptionValues values, Terminal terminal, int verbosity) {
        LogHandler.install(terminal.err(), values.isGiven(DEBUG) ? values.count(DEBUG) : verbosity, LogForm.of(values));
        Availability.report(table, values);
    }
}
