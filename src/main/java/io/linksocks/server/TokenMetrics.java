package io.linksocks.server;

import io.linksocks.metrics.OpenMetrics;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/** Metrics of each token that has a name; those of one name are added up. */
final class TokenMetrics implements Consumer<OpenMetrics> {
    private final TokenRegistry tokens;

    TokenMetrics(TokenRegistry tokens) {
        this.tokens = tokens;
    }

    @Override
    public void accept(OpenMetrics out) {
        write(out.gauge("linksocks_token_clients", "Sessions of clients, by the name of their token."), Token::clients);
        write(out.gauge("linksocks_token_channels", "Open channels, by the name of their token."), Token::channels);
        write(out.counter("linksocks_token_received_bytes", "Bytes from clients, by the name of their token."),
                token -> token.account().received());
        write(out.counter("linksocks_token_sent_bytes", "Bytes to clients, by the name of their token."),
                token -> token.account().sent());
    }

    private void write(OpenMetrics.Family family, ToLongFunction<Token> value) {
        Map<String, Long> sums = tokens.all().stream().filter(token -> !token.account().settings().name().isEmpty())
                .collect(Collectors.groupingBy(token -> token.account().settings().name(), TreeMap::new,
                        Collectors.summingLong(value)));
        sums.forEach((name, sum) -> family.with("token", name, sum));
    }
}
