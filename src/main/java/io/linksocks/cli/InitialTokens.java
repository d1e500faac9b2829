package io.linksocks.cli;

import io.linksocks.server.LinkSocksServer;
import io.linksocks.server.ReverseTokenOptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** The tokens that a server starts with. */
final class InitialTokens {
    private InitialTokens() {}

    /**
     * Adds what the options ask for.
     *
     * @return the lines that tell the user the generated tokens
     */
    static List<String> add(LinkSocksServer server, OptionValues values) throws UsageException, IOException {
        CommonOptions.checkCredentials(values);
        List<String> generated = new ArrayList<>();
        if (tokensComeFromElsewhere(values)) {
            Availability.report(values, "without effect, because without --token tokens come "
                    + (values.isGiven(ServerFlags.API_KEY) ? "by the HTTP API" : "from the file"),
                    ServerFlags.REVERSE, CommonOptions.SOCKS_PORT, ServerFlags.CONNECTOR_TOKEN,
                    ServerFlags.CONNECTOR_AUTONOMY, CommonOptions.SOCKS_USERNAME, CommonOptions.SOCKS_PASSWORD,
                    CommonOptions.FORWARD);
        } else if (values.isOn(ServerFlags.REVERSE)) {
            addReverse(server, values, generated);
        } else {
            addForward(server, values, generated);
        }
        return generated;
    }

    /** Refuses what {@link #add} would refuse; a server that will not be started takes all kinds for one, and opens nothing. */
    static void check(LinkSocksServer idle, OptionValues values) throws UsageException {
        CommonOptions.checkCredentials(values);
        if (tokensComeFromElsewhere(values)) {
            return;
        }
        blaming(ServerFlags.TOKEN, () -> idle.addForwardToken(values.text(ServerFlags.TOKEN)));
        if (values.isOn(ServerFlags.REVERSE) && !values.isOn(ServerFlags.CONNECTOR_AUTONOMY)) {
            blaming(ServerFlags.CONNECTOR_TOKEN,
                    () -> idle.addForwardToken(values.text(ServerFlags.CONNECTOR_TOKEN)));
            withForwards(ReverseTokenOptions.DEFAULT, values);
        }
    }

    /** Whether {@link #add} adds a token that has a SOCKS5 port. */
    static boolean withSocksPort(OptionValues values) {
        return values.isOn(ServerFlags.REVERSE) && !values.isOn(ServerFlags.CONNECTOR_AUTONOMY)
                && !tokensComeFromElsewhere(values);
    }

    /** Whether no token is generated when none is given. */
    private static boolean tokensComeFromElsewhere(OptionValues values) {
        return values.text(ServerFlags.TOKEN) == null
                && (values.isGiven(ServerFlags.API_KEY) || values.isGiven(ServerFlags.TOKEN_FILE));
    }

    private static void addForward(LinkSocksServer server, OptionValues values, List<String> generated)
            throws UsageException {
        Availability.report(values, "without effect, because without --reverse there is no SOCKS5 port here",
                CommonOptions.SOCKS_HOST, CommonOptions.SOCKS_PORT, ServerFlags.CONNECTOR_TOKEN,
                ServerFlags.CONNECTOR_AUTONOMY, CommonOptions.SOCKS_USERNAME, CommonOptions.SOCKS_PASSWORD,
                ServerFlags.SOCKS_NO_WAIT, CommonOptions.FORWARD, CommonOptions.FAST_OPEN,
                ServerFlags.CONNECTOR_WAIT_PROVIDER);
        String given = values.text(ServerFlags.TOKEN);
        String token = blaming(ServerFlags.TOKEN, () -> server.addForwardToken(given));
        announce("Token", given, token, generated);
    }

    private static void addReverse(LinkSocksServer server, OptionValues values, List<String> generated)
            throws UsageException, IOException {
        Availability.report(values, "without effect, because with --reverse the providers reach the targets",
                CommonOptions.UPSTREAM_PROXY);
        String given = values.text(ServerFlags.TOKEN);
        ReverseTokenOptions wanted =
                ReverseTokenOptions.DEFAULT.withToken(given).withAccessRules(CommonOptions.accessRules(values));
        if (values.isOn(ServerFlags.CONNECTOR_AUTONOMY)) {
            Availability.report(values, "without effect, because providers choose the tokens of their connectors",
                    CommonOptions.SOCKS_HOST, CommonOptions.SOCKS_PORT, ServerFlags.CONNECTOR_TOKEN,
                    CommonOptions.SOCKS_USERNAME, CommonOptions.SOCKS_PASSWORD, ServerFlags.SOCKS_NO_WAIT,
                    CommonOptions.FORWARD, CommonOptions.FAST_OPEN);
            announce("Token", given, addReverse(server, wanted.withConnectorAutonomy(true)), generated);
            return;
        }
        ReverseTokenOptions withPort = wanted.withPort(values.number(CommonOptions.SOCKS_PORT)).withCredentials(
                values.text(CommonOptions.SOCKS_USERNAME), values.text(CommonOptions.SOCKS_PASSWORD));
        String token = addReverse(server, withForwards(withPort, values));
        announce("Token", given, token, generated);
        String connector = values.text(ServerFlags.CONNECTOR_TOKEN);
        announce("Connector token", connector,
                blaming(ServerFlags.CONNECTOR_TOKEN, () -> server.addConnectorToken(connector, token)), generated);
    }

    private static ReverseTokenOptions withForwards(ReverseTokenOptions options, OptionValues values)
            throws UsageException {
        return OptionValues.blaming(CommonOptions.FORWARD, values.list(CommonOptions.FORWARD), options::withForwards);
    }

    private static String addReverse(LinkSocksServer server, ReverseTokenOptions wanted)
            throws UsageException, IOException {
        try {
            return server.addReverseToken(wanted).token();
        } catch (IllegalArgumentException e) {
            throw new UsageException(ServerFlags.TOKEN, ServerFlags.TOKEN.spelled(), e.getMessage());
        }
    }

    private static String blaming(Option option, Supplier<String> addition) throws UsageException {
        try {
            return addition.get();
        } catch (IllegalArgumentException e) {
            throw new UsageException(option, option.spelled(), e.getMessage());
        }
    }

    private static void announce(String what, String given, String token, List<String> generated) {
        if (given == null) {
            generated.add(what + ": " + token);
        }
    }
}
