package io.linksocks.cli;

import io.linksocks.server.LinkSocksServer;
import java.io.IOException;
import java.util.List;

/** {@code linksocks server}. */
final class ServerCommand implements Command {
    @Override
    public String name() {
        return "server";
    }

    @Override
    public String summary() {
        return "accept clients and reach targets for them";
    }

    @Override
    public OptionTable table() {
        return ServerOptions.table();
    }

    @Override
    public List<String> examples() {
        return List.of(
                "linksocks server -t my-token",
                "linksocks server -H 127.0.0.1 -P 9000 -d",
                "LINKSOCKS_TOKEN=my-token linksocks server");
    }

    @Override
    public int run(OptionValues values, Terminal terminal) throws UsageException, IOException, InterruptedException {
        CommonOptions.startLog(table(), values, terminal, 0);
        try (StopSignal signal = StopSignal.expect(); LinkSocksServer server = build(values)) {
            signal.first(server::close);
            String given = values.text(ServerOptions.TOKEN);
            String token = addToken(server, given);
            server.start();
            if (given == null) {
                terminal.out().println("Token: " + token);
            }
            signal.await();
        }
        return ExitCode.OK;
    }

    private static String addToken(LinkSocksServer server, String token) throws UsageException {
        try {
            return server.addForwardToken(token);
        } catch (IllegalArgumentException e) {
            throw new UsageException(ServerOptions.TOKEN.spelled() + ": " + e.getMessage());
        }
    }

    private static LinkSocksServer build(OptionValues values) {
        return LinkSocksServer.builder()
                .host(values.text(ServerOptions.WS_HOST))
                .port(values.number(ServerOptions.WS_PORT))
                .bufferSize(values.number(CommonOptions.BUFFER_SIZE))
                .resumeTimeout(values.duration(CommonOptions.RESUME_TIMEOUT))
                .resume(!values.isOn(CommonOptions.NO_RESUME))
                .flowControl(!values.isOn(CommonOptions.NO_FLOW))
                .halfClose(!values.isOn(CommonOptions.NO_FIN))
                .fairness(!values.isOn(CommonOptions.NO_FAIR))
                .maxChannels(values.number(ServerOptions.MAX_CHANNELS))
                .maxConnections(values.number(ServerOptions.MAX_CONNECTIONS))
                .build();
    }
}
