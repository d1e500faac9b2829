package io.linksocks.cli;

import io.linksocks.server.LinkSocksServer;
import io.linksocks.server.ReverseTokenOptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** A server and the tokens that it starts with. */
final class ServerService implements ServiceCommand.Service {
    private final LinkSocksServer server;
    private final OptionValues values;
    private final String token;
    private final String connectorToken;
    private final List<String> generated = new ArrayList<>();
    private final CountDownLatch closed = new CountDownLatch(1);

    ServerService(LinkSocksServer server, OptionValues values) {
        this.server = server;
        this.values = values;
        this.token = values.text(ServerCommand.TOKEN);
        this.connectorToken = values.text(ServerCommand.CONNECTOR_TOKEN);
    }

    /** With tokens of one kind only: a server that never starts opens no port. */
    @Override
    public void check() throws UsageException, IOException {
        CommonOptions.checkCredentials(values);
        if (!hasOtherTokens(values)) {
            blaming(ServerCommand.TOKEN, () -> server.addForwardToken(token));
        }
        if (hasSocksPort(values)) {
            blaming(ServerCommand.CONNECTOR_TOKEN, () -> server.addForwardToken(connectorToken));
            withForwards(ReverseTokenOptions.DEFAULT);
        }
        server.checkFiles();
    }

    /** Returns the lines that tell the user the generated tokens. */
    @Override
    public List<String> start() throws UsageException, IOException {
        CommonOptions.checkCredentials(values);
        if (hasOtherTokens(values)) {
            values.reportIgnored("without --token tokens come "
                    + (values.isGiven(ServerCommand.API_KEY) ? "by the HTTP API" : "from the file"),
                    List.of(ServerCommand.REVERSE, CommonOptions.SOCKS_PORT, ServerCommand.CONNECTOR_TOKEN,
                            ServerCommand.CONNECTOR_AUTONOMY, CommonOptions.SOCKS_USERNAME, CommonOptions.SOCKS_PASSWORD,
                            CommonOptions.FORWARD));
        } else if (!values.isOn(ServerCommand.REVERSE)) {
            addForward();
        } else if (values.isOn(ServerCommand.CONNECTOR_AUTONOMY)) {
            addAutonomous();
        } else {
            addReverse();
        }
        server.start();
        return generated;
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

    /** Whether a server with these options opens a SOCKS5 port at its start. */
    static boolean hasSocksPort(OptionValues values) {
        return values.isOn(ServerCommand.REVERSE) && !values.isOn(ServerCommand.CONNECTOR_AUTONOMY) && !hasOtherTokens(values);
    }

    /** Whether tokens come from a file or by the API, so that none is generated. */
    private static boolean hasOtherTokens(OptionValues values) {
        return values.text(ServerCommand.TOKEN) == null
                && (values.isGiven(ServerCommand.API_KEY) || values.isGiven(ServerCommand.TOKEN_FILE));
    }

    private void addForward() throws UsageException, IOException {
        values.reportIgnored("without --reverse there is no SOCKS5 port here",
                CommonOptions.SOCKS.with(ServerCommand.CONNECTOR_TOKEN, ServerCommand.CONNECTOR_AUTONOMY,
                        ServerCommand.SOCKS_NO_WAIT, CommonOptions.FORWARD, CommonOptions.FAST_OPEN,
                        ServerCommand.CONNECTOR_WAIT_PROVIDER).options());
        announce("Token", token, blaming(ServerCommand.TOKEN, () -> server.addForwardToken(token)));
    }

    private void addAutonomous() throws UsageException, IOException {
        ReverseTokenOptions wanted = reverseToken();
        values.reportIgnored("providers choose the tokens of their connectors",
                CommonOptions.SOCKS.with(ServerCommand.CONNECTOR_TOKEN, ServerCommand.SOCKS_NO_WAIT, CommonOptions.FORWARD,
                        CommonOptions.FAST_OPEN).options());
        addReverse(wanted.withConnectorAutonomy(true));
    }

    private void addReverse() throws UsageException, IOException {
        ReverseTokenOptions withPort = reverseToken().withPort(values.number(CommonOptions.SOCKS_PORT)).withCredentials(
                values.text(CommonOptions.SOCKS_USERNAME), values.text(CommonOptions.SOCKS_PASSWORD));
        String reverse = addReverse(withForwards(withPort));
        announce("Connector token", connectorToken,
                blaming(ServerCommand.CONNECTOR_TOKEN, () -> server.addConnectorToken(connectorToken, reverse)));
    }

    private ReverseTokenOptions reverseToken() throws UsageException {
        values.reportIgnored("with --reverse the providers reach the targets", List.of(CommonOptions.UPSTREAM_PROXY));
        return ReverseTokenOptions.DEFAULT.withToken(token).withAccessRules(CommonOptions.accessRules(values));
    }

    private ReverseTokenOptions withForwards(ReverseTokenOptions options) throws UsageException, IOException {
        return blaming(CommonOptions.FORWARD, () -> options.withForwards(values.list(CommonOptions.FORWARD)));
    }

    private String addReverse(ReverseTokenOptions wanted) throws UsageException, IOException {
        String added = blaming(ServerCommand.TOKEN, () -> server.addReverseToken(wanted).token());
        announce("Token", token, added);
        return added;
    }

    private static <T> T blaming(Option option, Addition<T> addition) throws UsageException, IOException {
        try {
            return addition.add();
        } catch (IllegalArgumentException e) {
            throw new UsageException(option, option.spelled(), e.getMessage());
        }
    }

    private void announce(String what, String given, String added) {
        if (given == null) {
            generated.add(what + ": " + added);
        }
    }

    @FunctionalInterface
    private interface Addition<T> {
        T add() throws IOException;
    }
}
