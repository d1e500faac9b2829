package io.linksocks.cli;

import io.linksocks.server.LinkSocksServer;
import io.linksocks.server.LinkSocksServerBuilder;
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
        return "accept clients and reach targets, or have providers reach them";
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
                "linksocks server -r -t my-token -p 1080",
                "linksocks server -r -t provider-token -c connector-token",
                "linksocks server -r -a -t provider-token",
                "linksocks server -k my-key",
                "LINKSOCKS_TOKEN=my-token linksocks server");
    }

    @Override
    public int run(OptionValues values, Terminal terminal) throws UsageException, IOException, InterruptedException {
        CommonOptions.startLog(table(), values, terminal, 0);
        try (StopSignal signal = StopSignal.expect(); LinkSocksServer server = build(values)) {
            signal.first(server::close);
            List<String> madeUp = InitialTokens.add(server, values);
            server.start();
            madeUp.forEach(terminal.out()::println);
            signal.await();
        }
        return ExitCode.OK;
    }

    private static LinkSocksServer build(OptionValues values) throws UsageException {
        LinkSocksServerBuilder builder = LinkSocksServer.builder()
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
                .socksHost(values.text(CommonOptions.SOCKS_HOST))
                .socksNoWait(values.isOn(ServerOptions.SOCKS_NO_WAIT))
                .fastOpen(values.isOn(CommonOptions.FAST_OPEN))
                .apiKey(values.text(ServerOptions.API_KEY))
                .connectorWaitProvider(values.duration(ServerOptions.CONNECTOR_WAIT_PROVIDER));
        CommonOptions.passUpstreamProxy(values, builder::upstreamProxy);
        return builder.build();
    }
}
