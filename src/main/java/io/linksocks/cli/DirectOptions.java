package io.linksocks.cli;

import java.time.Duration;
import java.util.List;

/** Options of the reference for its optional path around the server, which this program does not have. */
final class DirectOptions {
    /** Why they are accepted: they tune a shortcut, and the way through the server works as well. */
    static final String WHY_IGNORED = "every connection goes through the server";

    private static final Option MODE = choice("direct-mode", "relay-only, disable or auto; direct-only is refused",
            "relay-only", "disable", "auto", "direct-only");

    static final OptionTable CLIENT = OptionTable.of(
            MODE,
            choice("direct-discovery", "how a client learns its public address", "stun", "server", "auto"),
            choice("direct-host-candidates", "whether to offer local addresses", "auto", "never", "always"),
            Option.list("stun-server", "HOST:PORT", "STUN server (repeatable)").withoutEffect(),
            choice("direct-only-action", "what to do when direct-only fails", "exit", "refuse"),
            Option.toggle("direct-upnp", "map a port by UPnP").withoutEffect(),
            Option.duration("direct-upnp-lease", Duration.ZERO, Duration.ofDays(366), "lifetime of that mapping")
                    .withoutEffect(),
            Option.toggle("direct-upnp-keep", "keep that mapping at the end").withoutEffect(),
            Option.port("direct-upnp-external-port", "external port of that mapping").withoutEffect());

    static final OptionTable SERVER = OptionTable.of(
            Option.toggle("direct-enable", "let clients negotiate a direct path").withoutEffect(),
            Option.toggle("direct-rendezvous-udp", "tell clients their public UDP address").withoutEffect(),
            Option.text("direct-rendezvous-host", "HOST", "address of that service").withoutEffect(),
            Option.port("direct-rendezvous-port", "UDP port of that service").withoutEffect());

    private DirectOptions() {}

    private static Option choice(String name, String help, String... words) {
        return Option.choice(name, "MODE", List.of(words), help).withoutEffect();
    }

    /** Logs those that were given, and refuses the one whose promise would be broken by ignoring it. */
    static void check(OptionTable table, OptionValues values) throws UsageException {
        if ("direct-only".equals(values.text(MODE))) {
            throw new UsageException("not available yet: --direct-mode direct-only; " + WHY_IGNORED
                    + ", use --direct-mode relay-only");
        }
        values.reportIgnored(WHY_IGNORED, table.ignored());
    }
}
