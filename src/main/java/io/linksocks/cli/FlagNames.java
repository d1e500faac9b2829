package io.linksocks.cli;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The flags for what messages of the library name as calls of its API, such as {@code ca(...)}. All that this program prints
 * from the library passes here.
 */
final class FlagNames {
    private static final Pattern CALL = Pattern.compile("\\b[a-z]\\w*\\([^()]*\\)");

    private FlagNames() {}

    /** The message with flags in place of calls. */
    static String in(String message) {
        return message.indexOf('(') < 0 ? message
                : CALL.matcher(message).replaceAll(call -> Matcher.quoteReplacement(flag(call.group())));
    }

    /** The call itself when it is of no member that has a flag. Loads the option tables only for a call that has one. */
    private static String flag(String call) {
        return switch (call) {
            case "allowSealed(true)" -> ServerCommand.ALLOW_SEALED.spelled();
            case "ca(...)" -> withValue(ClientCommand.CA);
            case "cache(...)" -> ClusterFlags.CACHE.spelled();
            case "certificate(...)" -> ClientCommand.CERT.spelled() + " and " + ClientCommand.KEY.spelled();
            case "environmentProxy(false)" -> ClientCommand.NO_ENV_PROXY.brief();
            case "header(\"Authorization\", ...)" -> ClientCommand.HEADER.spelled() + " 'Authorization: ...'";
            case "host(...)" -> ServerCommand.WS_HOST.brief();
            case "insecure(true)" -> ClientCommand.INSECURE.spelled();
            case "maxClients(...)" -> ServerCommand.MAX_CLIENTS.spelled();
            case "maxConnections(...)" -> CommonOptions.MAX_CONNECTIONS.spelled();
            case "metrics(...)" -> CommonOptions.METRICS.spelled();
            case "newSecret()" -> "'linksocks secret'";
            case "nodeDirectory(...)" -> ServerCommand.NODE_DIR.spelled();
            case "nodeUrl(...)" -> ClusterFlags.NODE_URL.spelled();
            case "port(...)" -> ServerCommand.WS_PORT.brief();
            case "proxy(...)" -> ClientCommand.PROXY.spelled();
            case "sni(...)" -> withValue(ClientCommand.SNI);
            case "socksHost(...)" -> CommonOptions.SOCKS_HOST.brief();
            case "socksPort(...)" -> CommonOptions.SOCKS_PORT.brief();
            case "token(...)" -> ClientCommand.TOKEN.brief() + " or " + ClientCommand.TOKEN.variable();
            case "upstreamProxy(...)" -> CommonOptions.UPSTREAM_PROXY.brief();
            default -> call;
        };
    }

    private static String withValue(Option option) {
        return option.spelled() + " " + option.placeholder();
    }
}
