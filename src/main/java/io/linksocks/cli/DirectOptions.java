package io.linksocks.cli;

import java.time.Duration;
import java.util.List;

/** Options of the reference for its optional path around the server, which this program does not have. */
final class DirectOptions {
    static final Option MODE = choice("direct-mode", "relay-only, disable or auto; direct-only is refused",
            List.of("relay-only", "disable", "auto", "direct-only"));

    static final OptionTable CLIENT = OptionTable.of(
            MODE,
            choice("direct-discovery", "how a client learns its public address", List.of("stun", "server", "auto")),
            choice("direct-host-candidates", "whether to offer local addresses", List.of("auto", "never", "always")),
            Option.list("stun-server", Option.NO_LETTER, "HOST:PORT", "STUN server (repeatable)")
                    .as(Availability.DIRECT_ONLY),
            choice("direct-only-action", "what to do when direct-only fails", List.of("exit", "refuse")),
            toggle("direct-upnp", "map a port by UPnP"),
            Option.duration("direct-upnp-lease", Duration.ZERO, Duration.ofDays(366), "lifetime of that mapping")
                    .as(Availability.DIRECT_ONLY),
            toggle("direct-upnp-keep", "leave that mapping behind"),
            port("direct-upnp-external-port", "outer port of that mapping"));

    static final OptionTable SERVER = OptionTable.of(
            toggle("direct-enable", "let clients negotiate a direct path"),
            toggle("direct-rendezvous-udp", "tell clients their public UDP address"),
            Option.text("direct-rendezvous-host", Option.NO_LETTER, "HOST", "address of that service")
                    .as(Availability.DIRECT_ONLY),
            port("direct-rendezvous-port", "UDP port of that service"));

    private DirectOptions() {}

    private static Option choice(String name, String help, List<String> words) {
        return Option.of(name, Option.NO_LETTER, new ValueType.Choice(words), "MODE", help)
                .as(Availability.DIRECT_ONLY);
    }

    private static Option toggle(String name, String help) {
        return Option.toggle(name, Option.NO_LETTER, help).as(Availability.DIRECT_ONLY);
    }

    private static Option port(String name, String help) {
        return Option.port(name, Option.NO_LETTER, help).as(Availability.DIRECT_ONLY);
    }

    /** Refuses the one that would break a promise if nothing came of it. */
    static void check(OptionValues values) throws UsageException {
        if ("direct-only".equals(values.text(MODE))) {
            throw new UsageException("not available yet: --direct-mode direct-only;"
                    + " every connection goes through the server, use --direct-mode relay-only");
        }
    }
}
